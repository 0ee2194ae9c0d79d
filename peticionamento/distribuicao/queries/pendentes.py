"""What did not arrive yet, in the order the panel shows it, bounded by an index of that order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from peticionamento.cadastros.models import Orgao, Unidade
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Ator, obter
from peticionamento.comum.saida import AcaoSaida, EstadoSaida
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.vez import em_estado
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem.models import Encaminhamento

PENDENTES = (EstadoSaida.NA_FILA, EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA)
ORDEM = (Entrega.estado, Entrega.criada_em, Entrega.id)
"""Those that wait for a person, then those that failed, then the queue: as their names happen to sort."""
LIMITE_DA_LISTA = 50
LIMITE_DO_LOTE = 500


@dataclass(frozen=True)
class Filtro:
    """What of the pending is shown, or acted on."""

    orgao: str | None = None
    canal: Canal | None = None
    situacao: EstadoSaida | None = None

    @classmethod
    def lido(cls, orgao: str | None, canal: str | None, situacao: str | None) -> Filtro:
        """From an address; what makes no sense is left out."""
        sigla = (orgao or "").replace("\x00", "")[:40] or None
        return cls(
            sigla,
            next((c for c in Canal if c.value == canal), None),
            next((e for e in PENDENTES if e.value == situacao), None),
        )

    @property
    def vazio(self) -> bool:
        """Whether it leaves nothing out."""
        return self == Filtro()

    def argumentos(self, **mudancas: Any) -> dict[str, Any]:
        """The address's arguments of this filter, some of them changed."""
        novo = replace(self, **mudancas)
        return {"orgao": novo.orgao, "canal": novo.canal, "situacao": novo.situacao}

    def condicoes(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        condicoes = [em_estado(self.situacao) if self.situacao else em_estado(*PENDENTES)]
        if self.situacao:
            condicoes.append(em_estado(*PENDENTES))  # the planner knows the index by these words
        if self.orgao is not None:
            orgao = select(Orgao.id).where(Orgao.sigla == self.orgao).scalar_subquery()
            condicoes.append(Entrega.orgao_id == orgao)
        if self.canal is not None:
            condicoes.append(Entrega.canal == self.canal)
        return condicoes


@dataclass(frozen=True)
class Pendente:
    """A delivery not there yet, as the panel lists it."""

    id: int
    demanda_id: int
    versao: int
    numero: str
    assunto: str
    orgao_id: int
    orgao: str
    canal: Canal
    destino: str
    estado: EstadoSaida
    urgente: bool
    tentativas: int
    proxima_em: datetime
    reservada_ate: datetime | None
    criada_em: datetime
    erro: str | None
    erro_tecnico: str | None

    @property
    def em_entrega(self) -> bool:
        """Whether a worker holds it right now."""
        return self.reservada_ate is not None and self.reservada_ate > agora()

    @property
    def espera_pessoa(self) -> bool:
        """Whether nothing more happens until a person asks for a new try."""
        return self.estado is EstadoSaida.AGUARDA_PESSOA

    @property
    def pode_tentar(self) -> bool:
        """Whether a person may ask for a new try now."""
        return (self.estado, AcaoSaida.REENTREGAR) in Entrega.TRANSICOES


def pendentes(filtro: Filtro | None = None) -> list[Pendente]:
    """Deliveries that wait for a person first, then those that failed, then the queue; at most `LIMITE_DA_LISTA`."""
    consulta: Select[*tuple[Any, ...]] = (
        select(
            Entrega.id, Encaminhamento.demanda_id, Entrega.versao, Peticao.numero, Peticao.assunto, Orgao.id,
            Orgao.sigla, Entrega.canal, Entrega.destino, Entrega.estado, Entrega.urgente, Entrega.tentativas,
            Entrega.proxima_em, Entrega.reservada_ate, Entrega.criada_em, Entrega.erro, Entrega.erro_tecnico,
        )
        .join(Encaminhamento, Encaminhamento.id == Entrega.encaminhamento_id)
        .join(Orgao, Orgao.id == Entrega.orgao_id)
        .join(Peticao, Peticao.id == Entrega.peticao_id)
        .where(*(filtro or Filtro()).condicoes())
        .order_by(*ORDEM)
        .limit(LIMITE_DA_LISTA)
    )  # fmt: skip
    return [Pendente(*linha) for linha in db.session().execute(consulta)]


def ids_pendentes(filtro: Filtro) -> list[tuple[int, str]]:
    """The first `LIMITE_DO_LOTE` that a filter shows, with their process numbers: what one act in bulk does."""
    consulta = (
        select(Entrega.id, Peticao.numero)
        .join(Peticao, Peticao.id == Entrega.peticao_id)
        .where(*filtro.condicoes())
        .order_by(*ORDEM)
        .limit(LIMITE_DO_LOTE)
    )
    return [(id_, numero or "") for id_, numero in db.session().execute(consulta)]


def quantas(filtro: Filtro) -> int:
    """How many a filter shows, counted up to one more than an act in bulk does."""
    consulta = select(Entrega.id).where(*filtro.condicoes()).limit(LIMITE_DO_LOTE + 1).subquery()
    return db.session().execute(select(func.count()).select_from(consulta)).scalar_one()


def uma(entrega_id: int, por: Ator) -> Entrega:
    """One delivery, whatever its state. Raises NaoEncontrado."""
    return obter(Entrega, entrega_id, por, "distribuicao.painel")


def unidades_de(orgao_id: int) -> list[tuple[int, str]]:
    """The agency's active units, as a list to choose from."""
    consulta = select(Unidade.id, Unidade.sigla, Unidade.nome).where(Unidade.orgao_id == orgao_id, Unidade.ativa)
    linhas = db.session().execute(consulta.order_by(Unidade.sigla))
    return [(id_, f"{sigla} – {nome}") for id_, sigla, nome in linhas]


def avisos_parados() -> list[Aviso]:
    """Notices by e-mail that did not go: those that wait for a person first; at most `LIMITE_DA_LISTA`."""
    consulta = (
        select(Aviso)
        .where(Aviso.estado.in_([EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA]))
        .order_by(case((Aviso.estado == EstadoSaida.AGUARDA_PESSOA, 0), else_=1), Aviso.criada_em)
        .limit(LIMITE_DA_LISTA)
    )
    return list(db.session().execute(consulta).scalars())
