"""The demonstration: plausible, whole, and the same every time."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from peticionamento.cadastros.models import Municipio, Orgao, TipoProcesso, Unidade
from peticionamento.comum import arquivos
from peticionamento.comum.db import db
from peticionamento.comum.protocolo import numero_valido
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import hoje
from peticionamento.contas.cpf import cpf_valido
from peticionamento.contas.models import Pessoa
from peticionamento.demonstracao import carga, textos
from peticionamento.distribuicao.models import Entrega
from peticionamento.peticoes.documentos import emitir
from peticionamento.peticoes.models import (
    Acompanhamento,
    Documento,
    Especie,
    EstadoPeticao,
    Etapa,
    PapelDocumento,
    Peticao,
)
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoDemanda, EstadoEncaminhamento


def valores(coluna: object) -> Counter[object]:
    return Counter(db.session().execute(select(coluna)).scalars())  # type: ignore[call-overload]


def test_the_texts_are_many_different_and_of_many_themes() -> None:
    demandas = textos.demandas()
    assert len(demandas) >= 80
    assert len({d["chave"] for d in demandas}) == len(demandas)
    assert len({d["texto"][:80] for d in demandas}) == len(demandas)
    assert len({d["tema"] for d in demandas}) >= 12
    assert sum(1 for d in demandas if d.get("reitera")) >= 3
    assert sum(1 for d in demandas if d.get("campanha")) >= 2
    assert sum(1 for d in demandas if d.get("parecida_com")) >= 3
    assert sum(len(d["casos"]) for d in demandas) >= 300


def test_every_text_fits_a_real_place_an_agency_and_a_type(app: Flask) -> None:
    carga.carregar_cadastros()
    municipios, siglas, tipos = valores(Municipio.nome), valores(Orgao.sigla), valores(TipoProcesso.slug)
    assert len(municipios) == 853
    assert len(siglas) == 56
    for texto in textos.em_ordem(400):
        assert texto.municipio in municipios, texto.chave
        assert set(texto.orgaos) <= set(siglas), texto.chave
        assert texto.tipo in tipos, texto.chave
        assert len(texto.assunto) <= 100, texto.assunto
        assert "{" not in texto.assunto + texto.texto + texto.instrucao + "".join(texto.respostas), texto.chave


def test_reiterations_come_long_after_their_first(app: Flask) -> None:
    chaves = [(t.chave, t.reitera) for t in textos.em_ordem(300)]
    primeira = {chave: n for n, (chave, _) in reversed(list(enumerate(chaves)))}
    for n, (_, reitera) in enumerate(chaves):
        if reitera:
            assert n - primeira[reitera] > 100


def test_it_shows_every_state_with_right_numbers_and_real_pdfs(app: Flask) -> None:
    quantas = 300
    carga.carregar(quantas)
    estados = valores(Peticao.estado)
    especies = Counter(
        db.session().execute(select(Peticao.especie).where(Peticao.estado != EstadoPeticao.RASCUNHO)).scalars()
    )
    assert especies[Especie.INICIAL] == quantas
    assert especies[Especie.REITERACAO] == 3
    assert especies[Especie.DILIGENCIA] == 1
    assert especies[Especie.INTERCORRENTE] == 2
    assert especies[Especie.DESMEMBRAMENTO] == 2
    assert estados[EstadoPeticao.JUNTADA] == 2
    assert estados[EstadoPeticao.RASCUNHO] > 3
    assert set(valores(Demanda.estado)) == set(EstadoDemanda)
    # Deliveries are quick: nothing is ever seen waiting for the very first try.
    assert set(valores(Encaminhamento.estado)) == set(EstadoEncaminhamento) - {EstadoEncaminhamento.A_ENTREGAR}
    assert set(valores(Entrega.estado)) >= {EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA, EstadoSaida.ENTREGUE}
    assert EstadoSaida.NA_FILA not in set(valores(Entrega.estado))
    assert set(valores(Acompanhamento.etapa)) == set(Etapa)
    assert all(numero_valido(str(numero)) for numero in valores(Peticao.numero) if numero)
    assert all(cpf_valido(str(cpf)) for cpf in valores(Pessoa.cpf))
    principais = select(Documento).where(Documento.papel == PapelDocumento.PRINCIPAL)
    assert db.session().execute(select(func.count()).select_from(principais.subquery())).scalar_one() == quantas + 8
    um = emitir(db.session().execute(principais.limit(1)).scalar_one())
    assert um.arquivo is not None
    assert arquivos.ler(um.arquivo).startswith(b"%PDF")
    dias = [instante.date() for instante in db.session().execute(select(Acompanhamento.protocolada_em)).scalars()]
    assert (hoje() - min(dias)).days > 100
    assert (hoje() - max(dias)).days < 5
    atrasadas = select(func.count()).where(Acompanhamento.vence_dia < hoje())
    assert db.session().execute(atrasadas).scalar_one() > 3


def test_a_database_with_people_is_left_alone(app: Flask, terminal: FlaskCliRunner) -> None:
    carga.carregar(20)
    filed = Peticao.estado == EstadoPeticao.PROTOCOLADA
    citadas = db.session().execute(select(Peticao).where(filed, Peticao.proposicao.is_not(None))).scalars().all()
    assert len(citadas) == 4
    assert Counter(bool(p.proposicao_dados and p.proposicao_dados["aviso"]) for p in citadas) == {False: 3, True: 1}
    assert db.session().execute(select(Peticao.id).where(filed, Peticao.tema_id.is_(None))).all() == []
    pessoas = valores(Pessoa.cpf)
    assert terminal.invoke(args=["demonstracao", "carregar", "--se-vazio"]).exit_code == 0
    recusa = terminal.invoke(args=["demonstracao", "carregar"])
    assert recusa.exit_code != 0
    assert "O banco já tem dados" in recusa.output
    assert valores(Pessoa.cpf) == pessoas
    contas = terminal.invoke(args=["demonstracao", "contas"]).output
    assert "deputada1@" in contas
    assert "A senha de todas é:" in contas


def test_each_agency_has_one_receiving_unit(app: Flask) -> None:
    carga.carregar_cadastros()
    assert valores(Unidade.recebe)[True] == 56
    assert not carga.carregar_cadastros()
