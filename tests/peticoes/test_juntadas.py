"""Documents added to a filed petition, and a demand repeated: into the process or a related one, never refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.historico import de_quem_trabalha, do_autor, do_orgao
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.protocolo import numero_valido
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.contas.models import Representacao
from peticionamento.peticoes import services
from peticionamento.peticoes.espera import espera_de
from peticionamento.peticoes.models import Acompanhamento, Documento, Especie, EstadoPeticao, PapelDocumento, Peticao
from peticionamento.triagem.models import EstadoDemanda
from tests.factories import cadastros, contas, depois, peticoes, triagem


def documentos_de(peticao_id: int) -> list[Documento]:
    consulta = select(Documento).where(Documento.peticao_id == peticao_id).order_by(Documento.id)
    return list(db.session().execute(consulta).scalars())


def acompanhamento(peticao: Peticao) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, peticao.id, populate_existing=True)


def avisos(modelo: str) -> list[str]:
    return list(db.session().execute(select(Aviso.para).where(Aviso.modelo == modelo)).scalars())


def test_what_is_added_goes_into_the_process_with_its_receipt(app: Flask) -> None:
    origem = peticoes.protocolada(anexo=True)
    antes = documentos_de(origem.id)
    junta = depois.assinar(depois.continuacao(origem, anexo=True))
    assert (junta.estado, junta.numero) == (EstadoPeticao.JUNTADA, None)
    novos = [d for d in documentos_de(origem.id) if d not in antes]
    assert [d.papel for d in novos] == [PapelDocumento.ANEXO, PapelDocumento.PRINCIPAL, PapelDocumento.RECIBO]
    assert {d.juntada_id for d in novos} == {junta.id}
    assert all(d.numero_sei for d in novos if d.papel is not PapelDocumento.RECIBO)
    assert documentos_de(junta.id) == []
    recibo = novos[-1].dados
    assert recibo is not None
    assert (recibo["numero"], recibo["peticionamento"]) == (origem.numero, "Intercorrente, direto no processo indicado")
    assert {linha["numero_sei"] for linha in recibo["documentos"]} == {str(d.numero_sei) for d in novos[:2]}
    assert db.session().get(Acompanhamento, junta.id) is None
    assert avisos("peticoes/juntada") == [origem.autor.email]


def test_everybody_who_follows_it_reads_that_documents_came(app: Flask) -> None:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    demanda = triagem.entregue(["SES"])
    origem = demanda.peticao
    depois.assinar(depois.continuacao(origem, anexo=True))
    frase = do_autor(origem.id, origem.autor_id)[0].texto
    assert frase.startswith("Documentos juntados: petição intercorrente 1")
    assert frase.endswith(", com 1 documento.")
    assert de_quem_trabalha(origem.id)[0].texto == do_orgao(origem.id)[0].texto == frase
    assert demanda.juntada_em is not None
    assert avisos("triagem/juntada") == ["parlamentar@ses.invalid"]


def test_signing_twice_is_joining_once(app: Flask) -> None:
    rascunho = depois.continuacao(peticoes.protocolada(), anexo=True)
    versao = rascunho.versao
    primeira = depois.assinar(rascunho)
    quantos = cadastros.quantos(Documento)
    de_novo = services.protocolar(rascunho.id, contas.SENHA, por=rascunho.autor, versao=versao, agora=agora())
    assert de_novo is primeira
    assert cadastros.quantos(Documento) == quantos


def test_beginning_twice_gives_the_draft_that_is_there(app: Flask) -> None:
    origem = peticoes.protocolada()
    um = services.continuar(origem.id, Especie.INTERCORRENTE, por=origem.autor, agora=agora())
    assert services.continuar(origem.id, Especie.INTERCORRENTE, por=origem.autor, agora=agora()) is um
    assert services.continuar(origem.id, Especie.REITERACAO, por=origem.autor, agora=agora()) is not um


def test_the_words_alone_are_no_documents(app: Flask) -> None:
    rascunho = depois.continuacao(peticoes.protocolada(), texto=None)
    (falta,) = services.faltas(rascunho)
    assert (falta.campo, falta.mensagem) == (
        "vaga-outros", "Anexe os documentos a juntar, ou escreva o que quer dizer.",
    )  # fmt: skip
    with pytest.raises(Recusa):
        depois.assinar(rascunho)
    assert services.faltas(peticoes.com_anexo(rascunho)) == []


def test_the_rules_of_its_type_are_not_asked_again(app: Flask) -> None:
    origem = peticoes.protocolada()
    rascunho = depois.continuacao(origem)
    with transaction():
        origem.tipo.ativo = False
    dados = services.Rascunho(rascunho.tipo_id, "", "", "<p>Segue o projeto aprovado pela prefeitura.</p>")
    salvo = services.rascunhar(rascunho.id, dados, por=origem.autor, versao=rascunho.versao, agora=agora())
    assert (salvo.assunto, salvo.municipio_id, salvo.tipo_id) == (origem.assunto, origem.municipio_id, origem.tipo_id)
    assert services.faltas(salvo) == []


@pytest.mark.parametrize(
    ("onde", "porque"),
    [
        (depois.respondida, "já foi respondido em"),
        (depois.restrita, "tem acesso restrito"),
        (depois.apensada, "foi apensado a outro"),
        (depois.concluida, "foi concluído em"),
    ],
)
def test_what_cannot_go_in_opens_a_related_process_that_says_why(
    app: Flask, onde: Callable[[], Peticao], porque: str
) -> None:
    origem = onde()
    rascunho = depois.continuacao(origem, anexo=True)
    antes = services.caminho(rascunho)
    assert antes is not None
    assert not antes.direto
    assert antes.porque.startswith(porque)
    quantos = len(documentos_de(origem.id))
    nova = depois.assinar(rascunho)
    assert (nova.estado, nova.especie, nova.origem_id) == (EstadoPeticao.PROTOCOLADA, Especie.INTERCORRENTE, origem.id)
    assert numero_valido(nova.numero or "")
    assert triagem.demanda_de(nova).estado is EstadoDemanda.AGUARDANDO
    assert len(documentos_de(origem.id)) == quantos
    (recibo,) = (d.dados for d in documentos_de(nova.id) if d.papel is PapelDocumento.RECIBO)
    assert recibo is not None
    assert f"relacionado ao {origem.numero}, que {porque}" in recibo["peticionamento"]
    da_nova = [linha.texto for linha in do_autor(nova.id, nova.autor_id)]
    assert any(texto.startswith(f"Relacionada ao processo {origem.numero}, que {porque}") for texto in da_nova)
    assert f"processo relacionado {nova.numero}" in do_autor(origem.id, origem.autor_id)[0].texto
    assert (nova.acesso, nova.hipotese_id) == (origem.acesso, origem.hipotese_id)


def test_answered_while_it_was_being_written_it_goes_to_a_related_process(app: Flask) -> None:
    demanda = triagem.entregue()
    rascunho = depois.continuacao(demanda.peticao, anexo=True)
    antes = services.caminho(rascunho)
    assert antes is not None
    assert antes.direto
    triagem.responder(demanda)
    triagem.homologar(demanda)
    assert depois.assinar(rascunho).estado is EstadoPeticao.PROTOCOLADA


def test_an_assistant_drafts_and_the_deputy_signs(app: Flask) -> None:
    origem, assessora = peticoes.protocolada(), contas.pessoa(Papel.ASSESSOR)
    with transaction() as session:
        session.add(Representacao(representante_id=assessora.id, representado_id=origem.autor_id))
    rascunho = services.continuar(origem.id, Especie.INTERCORRENTE, por=assessora, agora=agora())
    assert (rascunho.autor_id, rascunho.escrita_por_id) == (origem.autor_id, assessora.id)
    with pytest.raises((NaoEncontrado, SemPermissao)):
        services.protocolar(rascunho.id, contas.SENHA, por=assessora, versao=rascunho.versao, agora=agora())


def test_anothers_petition_takes_nothing_of_mine(app: Flask) -> None:
    with pytest.raises(NaoEncontrado):
        services.continuar(peticoes.protocolada().id, Especie.INTERCORRENTE, por=contas.deputada(), agora=agora())


def test_a_draft_and_what_was_joined_take_no_additions(app: Flask) -> None:
    rascunho = peticoes.rascunho()
    junta = depois.assinar(depois.continuacao(peticoes.protocolada()))
    for alvo in (rascunho, junta):
        with pytest.raises(NaoEncontrado):
            services.continuar(alvo.id, Especie.INTERCORRENTE, por=alvo.autor, agora=agora())


def test_a_repetition_is_a_process_of_its_own_tied_to_the_first(app: Flask) -> None:
    with no_instante(agora() - timedelta(days=45)):
        origem = peticoes.protocolada()
    segunda = depois.continuacao(origem, Especie.REITERACAO, texto=None)
    assert f"com o número {origem.numero}, há 45 dias sem resposta." in segunda.texto_html
    segunda = depois.assinar(segunda)
    assert (segunda.estado, segunda.origem_id, segunda.assunto) == (
        EstadoPeticao.PROTOCOLADA, origem.id, origem.assunto,
    )  # fmt: skip
    assert acompanhamento(origem).reiteracoes == 1
    frase = f"Reiterada pela 1ª vez, no processo {segunda.numero}, depois de 45 dias de espera."
    assert do_autor(origem.id, origem.autor_id)[0].texto == de_quem_trabalha(origem.id)[0].texto == frase
    terceira = depois.assinar(depois.continuacao(segunda, Especie.REITERACAO, texto=None))
    assert terceira.origem_id == origem.id  # always the first of the chain
    assert acompanhamento(origem).reiteracoes == 2
    assert str(espera_de(origem.id)) == "reiterada 2 vezes, 45 dias de espera"
    assert str(espera_de(segunda.id)) == "1ª reiteração, 45 dias de espera"
    assert str(espera_de(terceira.id)) == "2ª reiteração, 45 dias de espera"
    assert not espera_de(peticoes.protocolada().id)


def test_what_was_answered_is_not_repeated(app: Flask) -> None:
    with pytest.raises(AcaoIndevida, match=r"já foi respondida em .*reabra a demanda ou junte documentos"):
        depois.continuacao(depois.respondida(), Especie.REITERACAO)


def test_answered_while_the_repetition_was_written_it_is_refused_and_the_draft_stays(app: Flask) -> None:
    demanda = triagem.entregue()
    rascunho = depois.continuacao(demanda.peticao, Especie.REITERACAO)
    triagem.responder(demanda)
    triagem.homologar(demanda)
    with pytest.raises(AcaoIndevida, match="já foi respondida em"):
        depois.assinar(rascunho)
    assert rascunho.estado is EstadoPeticao.RASCUNHO
    assert acompanhamento(demanda.peticao).reiteracoes == 0
