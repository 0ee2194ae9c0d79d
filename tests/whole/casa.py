"""A small house with somebody in every role and something in every state, to walk through from door to door."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from peticionamento.atendimento import convites
from peticionamento.atendimento import services as atendimento
from peticionamento.comum import envios, links, saida
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.saida import Falha
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa, Representacao
from peticionamento.distribuicao import pausas, processo_por_link
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.models_painel import Disjuntor
from peticionamento.distribuicao.services import relatar
from peticionamento.peticoes.models import Documento, FormatoPacote, PapelDocumento, Peticao
from peticionamento.peticoes.services import agenda, lotes, pacotes
from peticionamento.triagem import apensamento, combinacoes, fundamentos, marcadores, vistas
from peticionamento.triagem.combinacoes import DestinoGuardado, Regra
from peticionamento.triagem.models import Cor, Demanda, Encaminhamento
from peticionamento.triagem.sugestoes import services as sugestoes
from tests.factories import cadastros, calendario, contas, depois, peticoes, triagem

DO_RASCUNHO = ("peticoes.escrever", "peticoes.protocolar")
"""Permissions whose routes are about a draft; those of the others are about a filed petition."""


@dataclass
class Casa:
    """Who works here, and the ids that routes ask for."""

    pessoas: dict[Papel, Pessoa]
    estranhos: dict[Papel, Pessoa]
    """The same roles, with nothing of their own here: another deputy, another agency's."""
    rascunho: dict[str, int] = field(default_factory=dict)
    protocolada: dict[str, int] = field(default_factory=dict)

    def endereco(self, app: Flask, regra: Rule) -> str:
        """The address of a route over the rows of this house."""
        ids = self.rascunho if permissao(app, regra) in DO_RASCUNHO else self.protocolada
        return endereco(app, regra, {nome: ids[nome] for nome in regra.arguments})


def endereco(app: Flask, regra: Rule, argumentos: dict[str, Any]) -> str:
    """A route's address with these arguments."""
    with app.test_request_context():
        return str(app.url_map.bind("").build(regra.endpoint, argumentos, method=metodo(regra)))


def metodo(regra: Rule) -> str:
    """How a route is asked."""
    return "GET" if "GET" in (regra.methods or ()) else "POST"


def permissao(app: Flask, regra: Rule) -> str | None:
    """The permission a route asks for; None when it is open."""
    return getattr(app.view_functions[regra.endpoint], "permissao", None)


def rotas(app: Flask) -> list[Rule]:
    """Every route but the static files'."""
    return [regra for regra in app.url_map.iter_rules() if regra.endpoint != "static"]


def montar() -> Casa:
    """Fill an empty database."""
    cadastros.orgao("SES", email="parlamentar@ses.invalid")
    casa = Casa(
        pessoas={papel: contas.pessoa(papel, "SES" if papel is Papel.AGENTE else None) for papel in Papel},
        estranhos={papel: contas.pessoa(papel, "SEE" if papel is Papel.AGENTE else None) for papel in Papel},
    )
    autora = casa.pessoas[Papel.DEPUTADO]
    with transaction() as session:
        session.add(Representacao(representante_id=casa.pessoas[Papel.ASSESSOR].id, representado_id=autora.id))
    rascunho = peticoes.com_anexo(peticoes.rascunho(autora, assunto="Ainda por escrever"))
    anexo = _documento(rascunho, PapelDocumento.ANEXO)
    envio = envios.abrir("peticao", rascunho.id, "laudo.pdf", 10, {}, por=autora, agora=agora())
    casa.rascunho = {"peticao_id": rascunho.id, "documento_id": anexo.id, "numero": 1, "envio_id": envio.id}

    triagem.demanda(peticoes.protocolada(autora, assunto="Na fila da triagem"))
    triagem.em_triagem(peticao=peticoes.protocolada(autora, assunto="Na mesa de alguém"))
    triagem.em_triagem(casa.pessoas[Papel.TRIADOR], peticoes.protocolada(autora, assunto="Na minha mesa"))
    recusada = triagem.entregue(["SES", "DER-MG"], peticao=peticoes.protocolada(autora, assunto="Recusada por um"))
    _recusar(recusada)
    a_receber = triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto="A receber"))
    triagem.receber(triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto="A responder")))
    triagem.respondida(["SES"], peticao=peticoes.protocolada(autora, assunto="Respondida"))
    _apensar(casa.pessoas[Papel.TRIADOR], autora)
    depois.reabrir(triagem.respondida(["SES"], peticao=peticoes.protocolada(autora, assunto="Reaberta")))
    depois.em_diligencia(peticoes.protocolada(autora, assunto="Em diligência"))
    respondida = triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto="A homologar", anexo=True))
    anexo_id = _responder_com_anexo(respondida)

    casa.protocolada = {
        "peticao_id": respondida.peticao_id,
        "documento_id": _documento(respondida.peticao, PapelDocumento.PRINCIPAL).id,
        "pagina": 1,
        "demanda_id": respondida.id,
        "encaminhamento_id": triagem.encaminhamento(respondida).id,
        "anexo_id": anexo_id,
        "entrega_id": _entrega_que_falhou(),
        "duvida_id": _entrega_em_duvida(),
        "aviso_id": _aviso_que_falhou(),
        "lote_id": _lote(autora),
        "tipo_id": cadastros.tipo().id,
        "texto_id": cadastros.texto_padrao().id,
        "modelo_id": cadastros.documento_modelo().id,
        "tipo_documento_id": cadastros.tipo_documento().id,
        "hipotese_id": cadastros.hipotese().id,
        "orgao_id": cadastros.orgao().id,
        "feriado_id": calendario.feriado().id,
        "indisponibilidade_id": calendario.indisponibilidade().id,
        "versao_id": _versao(),
        "processo": processo_por_link.preparar(_pelo_correio(), agora=agora())[0],
        "convite": _convite(triagem.encaminhamento(a_receber)),
        "token": agenda.criar_agenda(por=autora, agora=agora()),
        "pacote_id": _pacote(respondida.peticao_id, autora),
        "fundamento_id": fundamentos.em_uso()[0][0],
        "vista_id": _vista(casa.pessoas[Papel.TRIADOR]),
        "marcador_id": marcadores.salvar(None, "Aguarda", Cor.ROXO, por=casa.pessoas[Papel.COORDENADOR]).id,
        "combinacao_id": _combinacao(casa.pessoas[Papel.COORDENADOR]),
        "pausa_id": _pausa(casa.pessoas[Papel.COORDENADOR]),
        "disjuntor_id": _disjuntor(),
    }
    return casa


def _documento(peticao: Peticao, papel: PapelDocumento) -> Documento:
    consulta = select(Documento).where(Documento.peticao_id == peticao.id, Documento.papel == papel)
    return db.session().execute(consulta).scalars().one()


def _apensar(por: Pessoa, autora: Pessoa) -> None:
    """One demand that waits for the answer of another."""
    outra = triagem.demanda(peticoes.protocolada(autora, assunto="Com outra apensada"))
    apensada = triagem.em_triagem(por, peticoes.protocolada(autora, assunto="Apensada"))
    apensamento.apensar(apensada.id, outra.id, por=por, versao=apensada.versao, agora=agora())


def _recusar(demanda: Demanda) -> None:
    enc = triagem.encaminhamento(demanda, "DER-MG")
    motivo = "Não cabe ao órgão responder <script>alert(1)</script>."
    atendimento.recusar(enc.id, motivo, por=contas.agente("DER-MG"), versao=enc.versao, agora=agora())


def _responder_com_anexo(demanda: Demanda) -> int:
    """Answer with a file; the file's id."""
    agente, enc = contas.agente("SES"), triagem.receber(demanda)
    anexo = atendimento.anexar(enc.id, "parecer.pdf", io.BytesIO(peticoes.pdf_pequeno()), por=agente)
    atendimento.responder(enc.id, triagem.RESPOSTA, por=agente, versao=enc.versao, agora=agora())
    return anexo.id


def _lote(por: Pessoa) -> int:
    """A spreadsheet of one good line, not made into a draft yet; its id."""
    linha = "Obra;Ponte nova;Teófilo Otoni;Peço a construção de uma ponte nova."
    planilha = io.BytesIO(f"tipo;assunto;municipio;texto\n{linha}\n".encode())
    return lotes.receber(planilha, "pedidos.csv", por=por, agora=agora()).id


def _combinacao(por: Pessoa) -> int:
    """A combination of one agency, offered always; its id."""
    destino = DestinoGuardado(cadastros.orgao("SES").id, "Informar a situação.", 10)
    return combinacoes.salvar(None, Regra("Tudo à <SES>", [destino]), por=por).id


def _vista(por: Pessoa) -> int:
    """A saved view that everybody may use; its id."""
    return vistas.salvar("Atrasadas & <b>", {"aba": "atrasadas", "q": "a&b"}, por=por, compartilhada=True).id


def _convite(encaminhamento: Encaminhamento) -> str:
    """A link to receive or decline one routing; its token."""
    token = links.token("convite da casa")
    with transaction():
        convites.preparar(
            encaminhamento, "a@ses.invalid", resumo=links.resumo(token), vence_dia=triagem.daqui_a(3), agora=agora()
        )
    return token


def _pelo_correio() -> Entrega:
    """A delivery by e-mail."""
    return db.session().execute(select(Entrega).where(Entrega.canal == Canal.CORREIO).limit(1)).scalar_one()


def _versao() -> int:
    """A version of what suggests agencies, in use; its id."""
    return sugestoes.treinar_de_arquivo([]).id


def _pacote(peticao_id: int, por: Pessoa) -> int:
    """A whole process, asked for and made; its id."""
    pacote = pacotes.pedir(peticao_id, FormatoPacote.ZIP, por=por, agora=agora())
    pacotes.fazer(pacote.id)
    return pacote.id


def _aviso_que_falhou() -> int:
    """Let one notice to an author fail for good; its id."""
    aviso_id = db.session().execute(select(Aviso.id).order_by(Aviso.id).limit(1)).scalar_one()
    reservado = saida.reservar(Aviso, aviso_id)
    assert reservado is not None
    with transaction():
        aviso = saida.travar_reservada(Aviso, aviso_id, reservado[1])
        assert aviso is not None
        saida.falhou(aviso, Falha("o servidor recusou", "550", adianta_tentar=False))
    return aviso_id


def _pausa(por: Pessoa) -> int:
    """One agency's e-mail is paused; the pause's id."""
    orgao_id = cadastros.orgao("SEE").id
    motivo = "Troca de servidor <script>alert(1)</script>."
    return pausas.pausar(Canal.CORREIO, orgao_id, motivo, fim_em=None, por=por, agora=agora()).id


def _disjuntor() -> int:
    """Another's did not answer; the breaker's id. The deliveries that failed opened it."""
    consulta = select(Disjuntor.id).where(Disjuntor.aberto_ate.is_not(None)).limit(1)
    return db.session().execute(consulta).scalar_one()


def _entrega_que_falhou() -> int:
    """Let every message to the agencies fail, one of them for good; an id."""
    consulta = select(Entrega.id).where(Entrega.canal == Canal.CORREIO).order_by(Entrega.id)
    ids = list(db.session().execute(consulta).scalars())
    for entrega_id in ids:
        reservada = saida.reservar(Entrega, entrega_id)
        assert reservada is not None
        relatar(entrega_id, reservada[1], Falha("o servidor recusou", "550", adianta_tentar=entrega_id != ids[0]))
    return ids[0]


def _entrega_em_duvida() -> int:
    """A delivery of which nobody knows whether SEI opened its process; its id."""
    consulta = select(Entrega).where(Entrega.canal == Canal.CORREIO).order_by(Entrega.id.desc()).limit(1)
    with transaction() as session:
        entrega = session.execute(consulta).scalar_one()
        entrega.canal, entrega.progresso = Canal.SEI, {"pedido": {"numero": "", "nosso": False}}
        return entrega.id
