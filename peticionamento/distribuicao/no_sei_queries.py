"""Reads of the page of processes in SEI."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from peticionamento.cadastros.models import Orgao
from peticionamento.comum.db import db
from peticionamento.comum.erros import NaoEncontrado
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.comum.permissoes import Ator, obter
from peticionamento.comum.saida import EstadoSaida
from peticionamento.distribuicao import no_sei
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import Encaminhamento


@dataclass(frozen=True)
class NoSei:
    """A delivery to SEI as the page shows it."""

    demanda_id: int
    numero: str
    assunto: str
    orgao: str
    destino: str
    processo: str
    link: str | None
    situacao: str | None
    lida_em: datetime | None
    id: int


def processos(cursor: str | None) -> Pagina[NoSei]:
    """The processes that deliveries opened in SEI, newest first."""
    consulta = (
        select(
            Encaminhamento.demanda_id, Peticao.numero, Peticao.assunto, Orgao.sigla, Entrega.destino,
            Entrega.externo_numero, Entrega.externo_link, Entrega.externo_situacao, Entrega.externo_em, Entrega.id,
        )
        .join(Encaminhamento, Encaminhamento.id == Entrega.encaminhamento_id)
        .join(Orgao, Orgao.id == Encaminhamento.orgao_id)
        .join(Peticao, Peticao.id == Entrega.peticao_id)
        .where(Entrega.canal == Canal.SEI, Entrega.externo_numero.is_not(None))
    )  # fmt: skip
    pagina: Pagina[Any] = paginar(consulta, [(Entrega.id, int)], cursor, decrescente=True)
    return Pagina([NoSei(*linha) for linha in pagina.itens], pagina.proximo, pagina.continua)


def em_duvida() -> list[Entrega]:
    """Deliveries of which nobody knows whether SEI opened a process, oldest first."""
    consulta = (
        select(Entrega)
        .where(
            Entrega.canal == Canal.SEI,
            Entrega.estado.in_([EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA]),
            Entrega.progresso["pedido"]["nosso"].astext == "false",
        )
        .order_by(Entrega.id)
        .limit(50)
    )
    return [entrega for entrega in db.session().execute(consulta).scalars() if no_sei.espera_numero(entrega)]


def para_informar(entrega_id: int, por: Ator) -> Entrega:
    """A delivery that is in doubt. Raises NaoEncontrado when it is not."""
    entrega = obter(Entrega, entrega_id, por, "distribuicao.reentregar")
    if not no_sei.espera_numero(entrega):
        raise NaoEncontrado()
    return entrega
