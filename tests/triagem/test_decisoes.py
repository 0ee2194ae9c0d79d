"""Ending a demand without an agency: not accepted with its ground, or forwarded by letter; its author is told."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa, SemPermissao
from peticionamento.comum.historico import do_autor
from peticionamento.comum.permissoes import pode
from peticionamento.comum.tempo import agora, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos
from peticionamento.peticoes import services as peticoes_services
from peticionamento.peticoes.models import Acompanhamento, Documento, Etapa, PapelDocumento
from peticionamento.triagem import decisoes, retornos
from peticionamento.triagem.decisoes import Remessa
from peticionamento.triagem.models import Demanda, EstadoDemanda, Fundamento, NaoAcolhimento, Oficio
from tests.factories import cadastros, contas, depois, triagem

EXPLICACAO = "O pedido é de competência do Município, que já abriu licitação para a obra."
REMESSA = Remessa(
    "Desembargador João Lima",
    "Presidente",
    "Tribunal de Justiça do Estado de Minas Gerais",
    "Encaminho a Vossa Excelência a demanda anexa, cujo objeto é da competência desse Tribunal.",
)


def fundamento(nome: str = "Competência de outro ente") -> Fundamento:
    return db.session().execute(select(Fundamento).where(Fundamento.nome == nome)).scalar_one()


def nao_acolher(demanda: Demanda, por: Pessoa, explicacao: str = EXPLICACAO) -> Demanda:
    return decisoes.nao_acolher(demanda.id, fundamento().id, explicacao, por=por, versao=demanda.versao, agora=agora())


def remeter(demanda: Demanda, por: Pessoa, remessa: Remessa = REMESSA) -> Demanda:
    return decisoes.remeter(demanda.id, remessa, por=por, versao=demanda.versao, agora=agora())


def acompanhamento(demanda: Demanda) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, demanda.peticao_id, populate_existing=True)


def documentos_da(demanda: Demanda, papel: PapelDocumento) -> list[Documento]:
    consulta = select(Documento).where(Documento.peticao_id == demanda.peticao_id, Documento.papel == papel)
    return list(db.session().execute(consulta).scalars())


def ultimo_aviso() -> Aviso:
    return db.session().execute(select(Aviso).order_by(Aviso.id.desc()).limit(1)).scalar_one()


def test_a_demand_not_accepted_is_answered_with_its_ground(app: Flask) -> None:
    ana = contas.triador("Ana Dias")
    demanda = nao_acolher(triagem.em_triagem(ana), ana)
    assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.NAO_ACOLHIDA, None)
    situacao = acompanhamento(demanda)
    assert (situacao.etapa, situacao.onde) == (Etapa.RESPONDIDA, "Respondida pela SEGOV: não acolhida")
    assert situacao.respondida_em is not None
    assert situacao.vence_dia is None
    [resposta] = documentos_da(demanda, PapelDocumento.RESPOSTA)
    assert resposta.nome == "Decisão de não acolhimento.pdf"
    for parte in ("Competência de outro ente", fundamento().texto, EXPLICACAO):
        assert parte in (resposta.texto_html or "")
    assert documentos.emitir(resposta).arquivo is not None
    frase = do_autor(demanda.peticao_id, demanda.peticao.autor_id)[0].texto
    assert frase == f"A demanda não foi acolhida: Competência de outro ente. {EXPLICACAO}"
    assert "Ana Dias" not in " ".join(linha.quem for linha in do_autor(demanda.peticao_id, demanda.peticao.autor_id))
    aviso = ultimo_aviso()
    assert aviso.para == demanda.peticao.autor.email
    assert "não acolhida" in (aviso.texto or "")


def test_what_cannot_be_sent_is_refused_beside_its_field(app: Flask) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    fora = fundamento("Vedação legal")
    with transaction():
        fora.ativo = False
    for campo, fundamento_id, explicacao in (
        ("fundamento", None, EXPLICACAO),
        ("fundamento", 999_999, EXPLICACAO),
        ("fundamento", fora.id, EXPLICACAO),
        ("explicacao", fundamento().id, "  Não dá.  "),
        ("explicacao", fundamento().id, "x" * 4001),
    ):
        with pytest.raises(Recusa) as recusa:
            decisoes.nao_acolher(demanda.id, fundamento_id, explicacao, por=ana, versao=demanda.versao, agora=agora())
        assert recusa.value.campo == campo
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM
    assert cadastros.quantos(NaoAcolhimento) == 0


def test_what_an_agency_still_has_is_not_ended_over_its_head(app: Flask) -> None:
    demanda = triagem.devolvida()
    carla = contas.coordenadora()
    triagem.services.assumir(demanda.id, por=carla, versao=demanda.versao, agora=agora())
    for decidir in (nao_acolher, remeter):
        with pytest.raises(Recusa, match="A demanda está na SES: quem responde ao autor é o órgão que a tem"):
            decidir(demanda, carla)


def test_a_stale_page_ends_nothing(app: Flask) -> None:
    ana, carla = contas.triador("Ana Dias"), contas.coordenadora()
    demanda = triagem.em_triagem(ana)
    vista = demanda.versao
    nao_acolher(demanda, ana)
    with pytest.raises(Conflito, match=r"Ana Dias, .*: Não acolheu a demanda: Competência de outro ente\."):
        decisoes.remeter(demanda.id, REMESSA, por=carla, versao=vista, agora=agora())
    with pytest.raises(AcaoIndevida, match="A situação agora é “Não acolhida”"):
        nao_acolher(demanda, carla)
    assert cadastros.quantos(Oficio) == 0


def test_only_the_desk_decides(app: Flask) -> None:
    demanda = triagem.em_triagem()
    for pessoa in (contas.deputada(), contas.agente("SES")):
        assert not pode(pessoa, "triagem.nao_acolher")
        with pytest.raises(Recusa):
            nao_acolher(demanda, pessoa)
        with pytest.raises((Recusa, SemPermissao)):
            remeter(demanda, pessoa)
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM


def test_the_author_may_reopen_what_was_not_accepted(app: Flask) -> None:
    ana = contas.triador()
    demanda = nao_acolher(triagem.em_triagem(ana), ana)
    depois.reabrir(demanda)
    assert (demanda.estado, demanda.rodada) == (EstadoDemanda.REABERTA, 2)
    triagem.services.assumir(demanda.id, por=ana, versao=demanda.versao, agora=agora())
    nao_acolher(demanda, ana, "Reexaminado o pedido, a competência continua a ser do Município.")
    linha = db.session().get_one(NaoAcolhimento, demanda.id, populate_existing=True)
    assert linha.explicacao.startswith("Reexaminado")
    assert len(documentos_da(demanda, PapelDocumento.RESPOSTA)) == 2


def test_what_nobody_reopens_ends_by_itself(app: Flask) -> None:
    ana = contas.triador()
    demandas = [nao_acolher(triagem.em_triagem(ana), ana), remeter(triagem.em_triagem(ana), ana)]
    assert retornos.concluir(agora=agora()) == 0
    with no_instante(agora() + (triagem.daqui_a(12) - hoje())):
        assert retornos.concluir(agora=agora()) == 2
    for demanda in demandas:
        db.session().refresh(demanda)
        assert demanda.estado is EstadoDemanda.CONCLUIDA
        assert acompanhamento(demanda).concluida_em is not None


def test_a_letter_goes_to_another_power_and_its_author_reads_it(app: Flask) -> None:
    ana = contas.triador("Ana Dias")
    demanda = remeter(triagem.em_triagem(ana), ana)
    assert demanda.estado is EstadoDemanda.REMETIDA
    oficio = db.session().execute(select(Oficio)).scalar_one()
    assert (oficio.demanda_id, oficio.destinatario, oficio.entidade) == (
        demanda.id, REMESSA.destinatario, REMESSA.entidade,
    )  # fmt: skip
    [carta] = documentos_da(demanda, PapelDocumento.OFICIO)
    assert carta.id == oficio.documento_id
    assert REMESSA.texto in (carta.texto_html or "")
    assert (carta.dados or {})["titulo"] == f"Ofício SEGOV nº {carta.numero_sei}/{hoje().year}"
    situacao = acompanhamento(demanda)
    assert situacao.onde == f"Respondida pela SEGOV: remetida a {REMESSA.entidade}"
    autor = db.session().get_one(Pessoa, demanda.peticao.autor_id)
    lido = peticoes_services.documento_legivel(carta.id, por=autor)
    assert lido.arquivo is not None
    assert lido.arquivo.paginas == 1
    [resposta] = documentos_da(demanda, PapelDocumento.RESPOSTA)
    assert f"Ofício SEGOV nº {carta.numero}" in (resposta.texto_html or "")
    assert resposta.criado_em == carta.criado_em  # shown together on the author's page


def test_a_letter_needs_somebody_to_go_to_and_words(app: Flask) -> None:
    ana = contas.triador()
    demanda = triagem.em_triagem(ana)
    for campo, ruim in (
        ("destinatario", Remessa(" ", "", REMESSA.entidade, REMESSA.texto)),
        ("destinatario", Remessa("x" * 201, "", REMESSA.entidade, REMESSA.texto)),
        ("entidade", Remessa("Maria", "", "", REMESSA.texto)),
        ("carta", Remessa("Maria", "", REMESSA.entidade, "Segue.")),
        ("carta", Remessa("Maria", "", REMESSA.entidade, "x" * 10_001)),
    ):
        with pytest.raises(Recusa) as recusa:
            remeter(demanda, ana, ruim)
        assert recusa.value.campo == campo
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM
