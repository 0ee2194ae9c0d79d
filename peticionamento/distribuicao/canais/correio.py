"""E-mail to the agency's address: what arrived, by when, where to answer; the papers go along, or behind a link.

What goes along is a setting of the channel, `anexo`, and so is up to which size, `limite_mb`; what is heavier is
linked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peticionamento.comum import arquivos, correio, links
from peticionamento.comum.db import db, transaction
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.saida import Falha
from peticionamento.comum.tempo import agora, hoje
from peticionamento.distribuicao import processo_por_link
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, Entrega
from peticionamento.distribuicao.signals import convidando
from peticionamento.peticoes.documentos import emitir
from peticionamento.peticoes.models import PapelDocumento
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem.apensamento import ids_das_apensadas
from peticionamento.triagem.models import EstadoEncaminhamento
from peticionamento.triagem.prazos import calendario_do_orgao

LIMITE_MB = 5
"""A heavier file is only linked, unless the channel's settings say another size: many mail servers refuse more."""
MEGABYTE = 1024 * 1024
DIAS_DO_CONVITE = 3
"""Business days for which the message's link to receive or decline is good."""
A_RECEBER = (EstadoEncaminhamento.A_ENTREGAR, EstadoEncaminhamento.ENTREGUE)


class Anexo(Rotulado):
    """What goes with the message."""

    PETICAO = "peticao", "A petição assinada, em PDF"
    PROCESSO = "processo", "O processo inteiro, em PDF"
    LINK = "link", "Só um link para o processo, que termina"


@dataclass(frozen=True)
class Papeis:
    """What of the process goes with a message: a file, or the token of a link and its last day."""

    anexos: list[tuple[str, bytes]]
    token: str | None = None
    vence_dia: date | None = None


def ajustes() -> dict[str, Any]:
    """The channel's settings."""
    linha = db.session().get(AjustesDoCanal, Canal.CORREIO)
    return linha.dados if linha else {}


def entregar(entrega: Entrega) -> Falha | None:
    """Send the message; its Message-ID comes from the delivery's key, the same on every try."""
    encaminhamento, instante = entrega.encaminhamento, agora()
    papeis = _papeis(entrega, instante)
    convite, vence_convite = _convidar(entrega, instante) if encaminhamento.estado in A_RECEBER else (None, None)
    carta = correio.redigir(
        "distribuicao/encaminhada",
        encaminhamento=encaminhamento,
        peticao=encaminhamento.demanda.peticao,
        apensadas=len(ids_das_apensadas(encaminhamento.demanda_id)),
        convite=convite,
        vence_convite=vence_convite,
        processo=papeis.token,
        vence_processo=papeis.vence_dia,
    )
    return correio.enviar(entrega.destino, carta, chave=entrega.chave, anexos=papeis.anexos)


def _papeis(entrega: Entrega, instante: datetime) -> Papeis:
    """The file that the settings ask for, else, if it is too heavy or they ask for none, a link to the whole."""
    dados = ajustes()
    limite = int(dados.get("limite_mb", LIMITE_MB)) * MEGABYTE
    match dados.get("anexo", Anexo.PETICAO):
        case Anexo.PETICAO:
            principal = next(d for d in documentos_de(entrega.peticao_id) if d.papel is PapelDocumento.PRINCIPAL)
            arquivo = emitir(principal).arquivo
            if arquivo and arquivo.tamanho_bytes <= limite:
                return Papeis([(principal.nome, arquivos.ler(arquivo))])
        case Anexo.PROCESSO:
            with processo_por_link.em_pdf(entrega, agora=instante) as inteiro:
                conteudo = inteiro.read(limite + 1)
            if len(conteudo) <= limite:
                return Papeis([(processo_por_link.nome(entrega), conteudo)])
    return Papeis([], *processo_por_link.preparar(entrega, agora=instante))


def _convidar(entrega: Entrega, instante: datetime) -> tuple[str, date]:
    """The token of the link to receive or decline without signing in, and its last day.

    The token comes from the delivery's key: each try carries the same link.
    """
    token = links.token(f"convite de {entrega.chave}")
    vence_dia = calendario_do_orgao(entrega.encaminhamento).somar(hoje(instante), DIAS_DO_CONVITE)
    with transaction():
        convidando.send(entrega, resumo=links.resumo(token), vence_dia=vence_dia, agora=instante)
    return token, vence_dia


def experimentar(para: str) -> Falha | None:
    """Send a message that says it is a test."""
    carta = correio.redigir("distribuicao/teste")
    return correio.enviar(para, carta, chave=links.token(f"teste {agora().isoformat()}")[:32])
