"""The agency's room and the answer's way home."""

from __future__ import annotations

import io
import threading

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.atendimento import homologacao, queries, services
from peticionamento.atendimento.queries import Aba
from peticionamento.comum.arquivos import ArquivoRecusado
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado, Recusa
from peticionamento.comum.historico import do_autor
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import Acompanhamento, Documento, Etapa, PapelDocumento
from peticionamento.peticoes.services import documento_legivel
from peticionamento.triagem import services as triagem_services
from peticionamento.triagem.models import Encaminhamento, EstadoDemanda, EstadoEncaminhamento
from tests.factories import cadastros, contas, peticoes, triagem


def documentos_da(peticao_id: int, papel: PapelDocumento) -> list[Documento]:
    consulta = select(Documento).where(Documento.peticao_id == peticao_id, Documento.papel == papel)
    return list(db.session().execute(consulta).scalars())


def test_the_inbox_is_of_ones_own_unit_alone_and_only_what_arrived(app: Flask) -> None:
    ses, see = contas.agente("SES"), contas.agente("SEE")
    chegou = triagem.entregue(["SES"])
    triagem.distribuida(["SES"])
    assert [linha.id for linha in queries.caixa(ses, Aba.A_FAZER, None).itens] == [triagem.encaminhamento(chegou).id]
    assert queries.caixa(see, Aba.A_FAZER, None).itens == []
    assert queries.totais(ses)[Aba.A_RECEBER] == 1


def test_another_agencys_demand_does_not_exist(app: Flask) -> None:
    enc = triagem.encaminhamento(triagem.entregue(["SES"]))
    see = contas.agente("SEE")
    with pytest.raises(NaoEncontrado):
        services.receber(enc.id, por=see, versao=enc.versao, agora=agora())
    with pytest.raises(NaoEncontrado):
        services.recusar(enc.id, "Não é conosco, é da SEE.", por=see, versao=enc.versao, agora=agora())


def test_what_has_not_arrived_cannot_be_received(app: Flask) -> None:
    enc = triagem.encaminhamento(triagem.distribuida(["SES"]))
    with pytest.raises(NaoEncontrado):
        services.receber(enc.id, por=contas.agente(), versao=enc.versao, agora=agora())


def test_receiving_begins_the_draft_and_tells_the_author(app: Flask) -> None:
    demanda = triagem.entregue(["SES"])
    enc = triagem.receber(demanda)
    assert enc.estado is EstadoEncaminhamento.RECEBIDO
    rascunho = queries.rascunho_de(enc.id)
    assert rascunho is not None
    assert rascunho.texto_html == ""
    linhas = do_autor(demanda.peticao_id, demanda.peticao.autor_id)
    assert (linhas[0].quem, linhas[0].texto) == ("SES", "Recebida pela SES.")


def test_declining_needs_a_reason_and_the_author_does_not_read_it(app: Flask) -> None:
    demanda, ses = triagem.entregue(["SES"]), contas.agente()
    enc = triagem.encaminhamento(demanda)
    for motivo in ("", "  não  ", "x" * 1001):
        with pytest.raises(Recusa) as recusa:
            services.recusar(enc.id, motivo, por=ses, versao=enc.versao, agora=agora())
        assert recusa.value.campo == "motivo"
    services.recusar(enc.id, "O hospital é da rede FHEMIG.", por=ses, versao=enc.versao, agora=agora())
    autor = do_autor(demanda.peticao_id, demanda.peticao.autor_id)
    assert not any("FHEMIG" in linha.texto for linha in autor)
    assert autor[0].texto.startswith("A SES informou que não lhe cabe responder.")
    assert demanda.devolvida_em is not None
    assert db.session().get_one(Acompanhamento, demanda.peticao_id).etapa is Etapa.EM_TRIAGEM


def test_the_agency_that_declined_no_longer_reads_the_petition(app: Flask) -> None:
    demanda, ses = triagem.entregue(["SES"]), contas.agente()
    enc = triagem.encaminhamento(demanda)
    [principal] = documentos_da(demanda.peticao_id, PapelDocumento.PRINCIPAL)
    assert documento_legivel(principal.id, por=ses).id == principal.id
    services.recusar(enc.id, "O hospital é da rede FHEMIG.", por=ses, versao=enc.versao, agora=agora())
    with pytest.raises(NaoEncontrado):
        documento_legivel(principal.id, por=ses)


def test_the_draft_is_saved_as_typed_and_not_overwritten(app: Flask) -> None:
    ses = contas.agente()
    enc = triagem.receber(triagem.entregue(["SES"]), por=ses)
    salvo = services.rascunhar(enc.id, "<p>Em <script>x</script>análise</p>", por=ses, versao=1, agora=agora())
    assert (salvo.texto_html, salvo.versao) == ("<p>Em análise</p>", 2)
    with pytest.raises(Conflito, match="por um colega"):
        services.rascunhar(enc.id, "<p>Outro</p>", por=contas.agente(), versao=1, agora=agora())
    assert salvo.texto_html == "<p>Em análise</p>"


def test_an_answer_needs_words_and_true_attachments(app: Flask) -> None:
    ses = contas.agente()
    enc = triagem.receber(triagem.entregue(["SES"]), por=ses)
    with pytest.raises(Recusa) as recusa:
        services.responder(enc.id, "<p> </p>", por=ses, versao=enc.versao, agora=agora())
    assert recusa.value.campo == "texto"
    with pytest.raises(ArquivoRecusado, match="não abre como PDF"):
        services.anexar(enc.id, "laudo.pdf", io.BytesIO(b"isto nao e um PDF"), por=ses)
    assert enc.estado is EstadoEncaminhamento.RECEBIDO


def test_a_sent_answer_never_changes(app: Flask) -> None:
    ses = contas.agente()
    enc = triagem.receber(triagem.entregue(["SES"]), por=ses)
    services.responder(enc.id, triagem.RESPOSTA, por=ses, versao=enc.versao, agora=agora())
    assert queries.rascunho_de(enc.id) is None
    for agir in (
        lambda: services.rascunhar(enc.id, "<p>Outra</p>", por=ses, versao=1, agora=agora()),
        lambda: services.responder(enc.id, triagem.RESPOSTA, por=ses, versao=enc.versao, agora=agora()),
        lambda: services.anexar(enc.id, "a.pdf", io.BytesIO(peticoes.pdf_pequeno()), por=ses),
    ):
        with pytest.raises(AcaoIndevida):
            agir()
    [enviada] = queries.respostas_de(enc.id)
    assert enviada.texto_html == triagem.RESPOSTA


def test_sending_back_keeps_both_rounds_and_tells_the_agency(app: Flask) -> None:
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    demanda = triagem.entregue(["SES"])
    enc = triagem.responder(demanda)
    carla = contas.coordenadora()
    with pytest.raises(Recusa) as recusa:
        homologacao.devolver(enc.id, " ", por=carla, versao=enc.versao, agora=agora())
    assert recusa.value.campo == "ajuste"
    homologacao.devolver(enc.id, "Informar o cronograma.", por=carla, versao=enc.versao, agora=agora())
    assert enc.estado is EstadoEncaminhamento.EM_AJUSTE
    rascunho = queries.rascunho_de(enc.id)
    assert rascunho is not None
    assert rascunho.texto_html == triagem.RESPOSTA
    aviso = db.session().execute(select(Aviso).where(Aviso.para == "parlamentar@ses.invalid")).scalar_one()
    assert "Informar o cronograma." in aviso.texto
    nova = triagem.RESPOSTA + "<p>De março a maio.</p>"
    services.responder(enc.id, nova, por=contas.agente(), versao=enc.versao, agora=agora())
    rodadas = queries.respostas_de(enc.id)
    assert [(r.texto_html, r.ajuste) for r in rodadas] == [(nova, None), (triagem.RESPOSTA, "Informar o cronograma.")]


def test_the_author_gets_one_answer_when_all_are_approved(app: Flask) -> None:
    demanda = triagem.entregue(["SES", "DER-MG"])
    triagem.responder(demanda, "SES")
    triagem.responder(demanda, "DER-MG", "<p>A estrada até o hospital será recuperada.</p>")
    triagem.homologar(demanda, "SES")
    assert demanda.estado is EstadoDemanda.DISTRIBUIDA
    assert documentos_da(demanda.peticao_id, PapelDocumento.RESPOSTA) == []
    triagem.homologar(demanda, "DER-MG")
    assert demanda.estado is EstadoDemanda.RESPONDIDA
    [resposta] = documentos_da(demanda.peticao_id, PapelDocumento.RESPOSTA)
    assert resposta.texto_html is not None
    assert "Órgão SES (SES)" in resposta.texto_html
    assert "A estrada até o hospital" in resposta.texto_html
    emitida = documentos.emitir(resposta).arquivo
    assert emitida is not None
    assert emitida.tipo == "application/pdf"
    acompanhamento = db.session().get_one(Acompanhamento, demanda.peticao_id)
    assert (acompanhamento.etapa, acompanhamento.onde) == (Etapa.RESPONDIDA, "Respondida pela SES e pelo DER-MG")
    avisos = db.session().execute(select(Aviso).where(Aviso.assunto.startswith("Resposta disponível"))).scalars().all()
    assert [a.para for a in avisos] == [demanda.peticao.autor.email]


def test_the_answers_files_go_home_with_it(app: Flask) -> None:
    ses, demanda = contas.agente(), triagem.entregue(["SES"])
    enc = triagem.receber(demanda, por=ses)
    services.anexar(enc.id, "cronograma.pdf", io.BytesIO(peticoes.pdf_pequeno()), por=ses)
    services.responder(enc.id, triagem.RESPOSTA, por=ses, versao=enc.versao, agora=agora())
    triagem.homologar(demanda)
    [anexo] = documentos_da(demanda.peticao_id, PapelDocumento.ANEXO_RESPOSTA)
    assert anexo.nome == "SES - cronograma.pdf"


def test_going_on_without_the_one_that_declined_sends_what_is_approved(app: Flask) -> None:
    demanda = triagem.entregue(["SES", "SEE"])
    triagem.responder(demanda, "SES")
    enc = triagem.encaminhamento(demanda, "SEE")
    services.recusar(enc.id, "Não é assunto de escola.", por=contas.agente("SEE"), versao=enc.versao, agora=agora())
    triagem.homologar(demanda, "SES")
    assert demanda.estado is EstadoDemanda.AGUARDANDO  # triage has not decided yet
    carla = contas.coordenadora()
    triagem_services.assumir(demanda.id, por=carla, versao=demanda.versao, agora=agora())
    triagem_services.prosseguir(demanda.id, por=carla, versao=demanda.versao, agora=agora())
    assert demanda.estado is EstadoDemanda.RESPONDIDA
    assert len(documentos_da(demanda.peticao_id, PapelDocumento.RESPOSTA)) == 1


@pytest.mark.comprometido
def test_two_last_approvals_at_once_make_one_answer(app: Flask) -> None:
    demanda = triagem.entregue(["SES", "SEE"])
    for sigla in ("SES", "SEE"):
        triagem.responder(demanda, sigla)
    ids = [(e.id, e.versao) for e in demanda.vivos]
    carla_id, peticao_id = contas.coordenadora().id, demanda.peticao_id
    db.session().commit()
    largada = threading.Barrier(2)
    erros: list[BaseException] = []

    def homologar(chave: int, versao: int) -> None:
        with app.app_context():
            carla = db.session().get_one(Pessoa, carla_id)
            largada.wait()
            try:
                homologacao.homologar(chave, por=carla, versao=versao, agora=agora())
            except Exception as erro:
                erros.append(erro)

    linhas = [threading.Thread(target=homologar, args=par) for par in ids]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert erros == []
    db.session().expire_all()
    assert len(documentos_da(peticao_id, PapelDocumento.RESPOSTA)) == 1
    estados = set(db.session().execute(select(Encaminhamento.estado)).scalars())
    assert estados == {EstadoEncaminhamento.HOMOLOGADO}


def test_segov_reads_files_of_sent_answers_only(app: Flask) -> None:
    ses = contas.agente()
    enc = triagem.receber(triagem.entregue(["SES"]), por=ses)
    anexo = services.anexar(enc.id, "laudo.pdf", io.BytesIO(peticoes.pdf_pequeno()), por=ses)
    assert queries.anexo(anexo.id, ses).id == anexo.id
    for outro in (contas.triador(), contas.agente("SEE"), contas.deputada()):
        with pytest.raises(NaoEncontrado):
            queries.anexo(anexo.id, outro)
    services.responder(enc.id, triagem.RESPOSTA, por=ses, versao=enc.versao, agora=agora())
    assert queries.anexo(anexo.id, contas.triador()).id == anexo.id
