"""After the filing: where it stands, the answer, and who may read a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.permissoes import obter
from peticionamento.comum.prazos import Prazo
from peticionamento.comum.protocolo import proximo_numero_sei
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import Acompanhamento, Documento, Etapa, PapelDocumento, Peticao
from peticionamento.peticoes.prazos import prazo_da_demanda


@dataclass(frozen=True)
class AnexoDeResposta:
    """A file that goes home with the answer."""

    nome: str
    arquivo_id: int


@dataclass(frozen=True)
class Situacao:
    """Where a petition stands, as its author's list says it; see `acompanhar`."""

    etapa: Etapa
    onde: str
    vence_dia: date | None = None
    orgaos: Sequence[str] = ()
    so_do_autor: bool = False
    prazo: Prazo | None = None


def acompanhar(
    peticao_id: int,
    etapa: Etapa,
    onde: str,
    *,
    vence_dia: date | None = None,
    orgaos: Iterable[str] = (),
    so_do_autor: bool = False,
    prazo: Prazo | None = None,
) -> None:
    """Write down where a petition stands, for its author's list. Called by the later rooms, in their transaction.

    `onde` in words (`No DER-MG e na SEINFRA`); `vence_dia` the nearest due day, None when nothing is due, and `prazo`
    what it was worked out from (None: triage's usual term from the filing on); `orgaos` the
    siglas of agencies it went to, added to those already there. Those joined to it are where it is, unless what it
    waits for is its own author's to do (`so_do_autor`).
    """
    acompanhar_varias({peticao_id: Situacao(etapa, onde, vence_dia, tuple(orgaos), so_do_autor, prazo)})


def acompanhar_varias(situacoes: Mapping[int, Situacao]) -> None:
    """The same for several petitions, by their ids, read and locked by one statement."""
    com_apensadas = [id_ for id_, situacao in situacoes.items() if not situacao.so_do_autor]
    for linha in _travados(situacoes, com_apensadas):
        situacao = situacoes.get(linha.peticao_id) or situacoes[linha.apensada_a_id or 0]
        linha.etapa, linha.onde, linha.vence_dia = situacao.etapa, situacao.onde[:300], situacao.vence_dia
        linha.prazo = situacao.prazo
        novos = [sigla for sigla in situacao.orgaos if sigla not in linha.orgaos]
        if novos:
            linha.orgaos = [*linha.orgaos, *novos]


def revencer(vencimentos: Mapping[int, tuple[date, Prazo | None]]) -> None:
    """The due days of petitions moved with the calendar, and those of what was joined to them; nothing else changes."""
    for linha in _travados(vencimentos, list(vencimentos)):
        if linha.vence_dia is not None:
            linha.vence_dia, linha.prazo = vencimentos.get(linha.peticao_id) or vencimentos[linha.apensada_a_id or 0]


def _travados(peticoes_ids: Iterable[int], com_apensadas: Sequence[int]) -> Sequence[Acompanhamento]:
    """The rows of petitions and those of the petitions joined to them, locked in one order."""
    delas = Acompanhamento.peticao_id.in_(list(peticoes_ids))
    consulta = select(Acompanhamento).where(
        delas | Acompanhamento.apensada_a_id.in_(com_apensadas) if com_apensadas else delas
    )
    travada = consulta.order_by(Acompanhamento.peticao_id).with_for_update().execution_options(populate_existing=True)
    return db.session().execute(travada).scalars().all()


def apensar(peticao_id: int, principal_id: int, *, onde: str) -> None:
    """From now on a petition is where the one it was joined to is; `onde` while that one is on the desk."""
    session = db.session()
    acompanhamento = _acompanhamento_travado(peticao_id)
    dela = session.get_one(Acompanhamento, principal_id, populate_existing=True)
    acompanhamento.apensada_a_id, acompanhamento.etapa = principal_id, dela.etapa
    acompanhamento.onde, acompanhamento.vence_dia = dela.onde if dela.etapa.com_orgao else onde, dela.vence_dia
    if dela.vence_dia is not None:
        acompanhamento.prazo = prazo_da_demanda(dela, dela.vence_dia, calendario_local())
    acompanhamento.orgaos = [*acompanhamento.orgaos, *(s for s in dela.orgaos if s not in acompanhamento.orgaos)]


def desapensar(peticao_id: int, orgaos: Iterable[str] = ()) -> None:
    """A petition is on its own again; `orgaos`, the siglas of the agencies that it went to itself."""
    acompanhamento = _acompanhamento_travado(peticao_id)
    acompanhamento.apensada_a_id, acompanhamento.orgaos = None, list(orgaos)


def esquecer_orgaos(peticao_id: int, siglas: Iterable[str]) -> None:
    """Take agencies that the petition did not go to after all off its author's list."""
    fora = set(siglas)
    for acompanhamento in _travados([peticao_id], [peticao_id]):
        acompanhamento.orgaos = [sigla for sigla in acompanhamento.orgaos if sigla not in fora]


def juntar_oficio(peticao_id: int, carta: documentos.Carta, *, por: Pessoa, agora: datetime) -> Documento:
    """Add the letter that forwards a petition. Called inside that transaction."""
    session = db.session()
    peticao = travar(Peticao, peticao_id)
    oficio = documentos.oficio(peticao, carta, por, numero_sei=proximo_numero_sei(), agora=agora)
    session.add(oficio)
    session.flush()  # the register of letters points at it
    return oficio


def _acompanhamento_travado(peticao_id: int) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, peticao_id, with_for_update=True, populate_existing=True)


def juntar_resposta(
    peticao_id: int, texto_html: str, anexos: list[AnexoDeResposta], *, onde: str, agora: datetime, nome: str = ""
) -> Documento:
    """Add an answer to a petition and tell its author. Called inside the transaction of the act that gives it.

    `texto_html` is already clean; `onde` says who answered (`Respondida pela SES`). By default it is the consolidated
    answer of the agencies; `nome` calls another one by its name (`Decisão de não acolhimento`).
    """
    session = db.session()
    peticao = travar(Peticao, peticao_id)
    resposta = documentos.resposta(peticao, texto_html, numero_sei=proximo_numero_sei(), agora=agora)
    if nome:
        resposta.nome, resposta.dados = f"{nome}.pdf", {**(resposta.dados or {}), "ato": "Decisão"}
    elif anteriores := _respostas(peticao_id):  # reopened: each round has its own
        resposta.nome = f"{anteriores + 1}ª resposta consolidada.pdf"
    session.add(resposta)
    for anexo in anexos:
        session.add(
            Documento(
                peticao_id=peticao_id, papel=PapelDocumento.ANEXO_RESPOSTA, nome=anexo.nome,
                arquivo_id=anexo.arquivo_id, numero_sei=proximo_numero_sei(), criado_em=agora,
            )
        )  # fmt: skip
    acompanhar(peticao_id, Etapa.RESPONDIDA, onde)
    acompanhamento = _acompanhamento_travado(peticao_id)
    acompanhamento.respondida_em, acompanhamento.lida_em = agora, None
    acompanhamento.apensada_a_id = None  # from here on it has a life of its own: read, rated, reopened by its author
    avisar(peticao.autor.email, "peticoes/respondida", peticao_id=peticao_id, peticao=peticao, onde=onde)
    return resposta


def _respostas(peticao_id: int) -> int:
    consulta = select(func.count()).where(
        Documento.peticao_id == peticao_id, Documento.papel == PapelDocumento.RESPOSTA
    )
    return db.session().execute(consulta).scalar_one()


def marcar_lida(peticao_id: int, *, por: Pessoa, agora: datetime) -> None:
    """Note that the author has opened the answer; the first time counts."""
    with transaction():
        obter(Peticao, peticao_id, por, "peticoes.acompanhar")
        acompanhamento = _acompanhamento_travado(peticao_id)
        if acompanhamento.respondida_em and acompanhamento.lida_em is None:
            acompanhamento.lida_em = agora


def documento_legivel(documento_id: int, *, por: Pessoa) -> Documento:
    """A document that the person may read, its file written if it is not yet. Raises NaoEncontrado."""
    documento = db.session().get(Documento, documento_id)
    if documento is None:
        raise NaoEncontrado()
    obter(Peticao, documento.peticao_id, por, "peticoes.ler")
    return documentos.emitir(documento)
