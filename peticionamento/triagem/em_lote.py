"""One decision for many demands: what would happen to each, and then what did; one that cannot go stops no other."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import lazyload

from peticionamento.comum.db import db, escritas_juntas, esquecer_depois, lembrando, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.estados import conferir_versao
from peticionamento.comum.permissoes import exigir, visiveis
from peticionamento.comum.prazos import Prazo
from peticionamento.comum.tempo import hora
from peticionamento.comum.texto import ao_orgao, enumerar, no_orgao, plural
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import decisoes, desfazer, diligencias, services
from peticionamento.triagem.models import Demanda, EstadoDemanda
from peticionamento.triagem.services import Destino

logger = logging.getLogger(__name__)

LIMITE = 200
"""Demands in one go."""
DECIDIVEIS = (EstadoDemanda.AGUARDANDO, EstadoDemanda.EM_TRIAGEM, EstadoDemanda.REABERTA)
JUNTAS = 25
"""Demands routed in one transaction: a few statements for all, and nobody waits long for one of them."""
QUEBROU = "O programa falhou nesta demanda; as outras seguiram."


@dataclass(frozen=True)
class Linha:
    """A demand of the selection: what stands in its way, or kept it from going; nothing when it goes, or went."""

    demanda_id: int
    versao: int
    numero: str
    assunto: str
    autor: str
    motivo: str = ""

    @property
    def vai(self) -> bool:
        """Whether it goes, or went."""
        return not self.motivo


class Ato(Protocol):
    """A decision that can be taken of many demands."""

    @property
    def permissao(self) -> str:
        """What the person must be allowed."""

    @property
    def juntas(self) -> int:
        """How many demands it takes in one transaction."""

    @property
    def outras(self) -> tuple[int, ...]:
        """Demands that it also touches, to be locked with each."""

    def conferir(self, *, agora: datetime) -> None:
        """Raise Recusa, with its field, when it could not be taken of any demand."""

    def impedimento(self, demanda: Demanda) -> str:
        """Why it could not be taken of this one, in a sentence; empty when it could."""

    def fazer(self, demandas: Sequence[Demanda], *, por: Pessoa, agora: datetime) -> None:
        """Take it, of demands that are locked and in the person's hands."""


@dataclass(frozen=True)
class Encaminhar:
    """Route to the same agencies."""

    destinos: Sequence[Destino]
    permissao: str = "triagem.distribuir"
    juntas: int = JUNTAS
    outras: tuple[int, ...] = ()

    @cached_property
    def enderecados(self) -> list[services.Enderecado]:
        """The agencies' desks, looked up once for all demands."""
        return services.enderecar(self.destinos)

    def conferir(self, *, agora: datetime) -> None:
        """See `Ato`."""
        services.conferir_destinos(self.destinos, agora=agora)
        _ = self.enderecados

    def impedimento(self, demanda: Demanda) -> str:
        """See `Ato`."""
        ja = {e.orgao_id for e in demanda.vivos} & {d.orgao_id for d in self.destinos}
        onde = enumerar([no_orgao(e.orgao.sigla) for e in demanda.vivos if e.orgao_id in ja])
        return f"A demanda já está {onde}." if ja else ""

    def fazer(self, demandas: Sequence[Demanda], *, por: Pessoa, agora: datetime) -> None:
        """See `Ato`."""
        services.enviar(demandas, self.enderecados, por=por, agora=agora)

    def __str__(self) -> str:
        return f"encaminhar {enumerar([ao_orgao(unidade.orgao.sigla) for _, unidade in self.enderecados])}"


@dataclass(frozen=True)
class Pedir:
    """Ask every author the same."""

    pergunta: str
    vence_dia: date
    prazo: Prazo | None = None
    permissao: str = "triagem.pedir"
    juntas: int = 1
    outras: tuple[int, ...] = ()

    def conferir(self, *, agora: datetime) -> None:
        """See `Ato`."""
        diligencias.conferir(self.pergunta, self.vence_dia, agora=agora)

    def impedimento(self, _demanda: Demanda) -> str:
        """See `Ato`."""
        return ""

    def fazer(self, demandas: Sequence[Demanda], *, por: Pessoa, agora: datetime) -> None:
        """See `Ato`."""
        for demanda in demandas:
            diligencias.pedir(
                demanda.id, self.pergunta, self.vence_dia, por=por, versao=demanda.versao, agora=agora, prazo=self.prazo
            )

    def __str__(self) -> str:
        return "pedir esclarecimento ao autor"


@dataclass(frozen=True)
class NaoAcolher:
    """End them on the same ground."""

    fundamento_id: int | None
    explicacao: str
    permissao: str = "triagem.nao_acolher"
    juntas: int = 1
    """Each takes a document's number, which filings wait for meanwhile."""
    outras: tuple[int, ...] = ()

    def conferir(self, *, agora: datetime) -> None:
        """See `Ato`."""
        decisoes.fundamento_em_uso(self.fundamento_id)
        decisoes.conferir_explicacao(self.explicacao.strip())

    def impedimento(self, demanda: Demanda) -> str:
        """See `Ato`."""
        return f"A demanda está {enumerar([no_orgao(e.orgao.sigla) for e in demanda.vivos])}." if demanda.vivos else ""

    def fazer(self, demandas: Sequence[Demanda], *, por: Pessoa, agora: datetime) -> None:
        """See `Ato`."""
        for demanda in demandas:
            decisoes.nao_acolher(
                demanda.id, self.fundamento_id, self.explicacao, por=por, versao=demanda.versao, agora=agora
            )

    def __str__(self) -> str:
        return "não acolher"


def selecionadas(ids: Iterable[int], *, por: Pessoa) -> list[Demanda]:
    """The demands of a selection that the person may see, in the order of the ids given; two statements for all.

    Raises Recusa when there is none, or more than `LIMITE`.
    """
    chaves = list(dict.fromkeys(ids))
    if not chaves:
        raise Recusa("Marque pelo menos uma demanda na fila.", "demandas")
    if len(chaves) > LIMITE:
        raise Recusa(f"São no máximo {LIMITE} demandas de uma vez; foram marcadas {len(chaves)}.", "demandas")
    consulta = select(Demanda).where(Demanda.id.in_(chaves), visiveis(por, "triagem.ler"))
    achadas = {d.id: d for d in db.session().execute(consulta).scalars()}
    if not achadas:
        raise Recusa("As demandas marcadas já não existem.", "demandas")
    return [achadas[id_] for id_ in chaves if id_ in achadas]


def previa(ids: Iterable[int], ato: Ato | None, *, por: Pessoa, agora: datetime) -> list[Linha]:
    """What would happen to each demand if the decision were taken now (None: it is still to be written).

    Raises Recusa (field).
    """
    if ato is not None:
        exigir(por, ato.permissao)
        ato.conferir(agora=agora)
    return [_linha(demanda, impedimento(demanda, ato, por=por, agora=agora)) for demanda in selecionadas(ids, por=por)]


def _linha(demanda: Demanda, motivo: str = "") -> Linha:
    peticao = demanda.peticao
    return Linha(demanda.id, demanda.versao, peticao.numero or "", peticao.assunto, peticao.autor.nome, motivo)


def impedimento(demanda: Demanda, ato: Ato | None, *, por: Pessoa, agora: datetime) -> str:
    """Why a decision (None: any) could not be taken of a demand now; empty when it could."""
    if demanda.estado not in DECIDIVEIS:
        return f"A situação agora é “{demanda.estado.rotulo}”."
    return _de_outra(demanda, por, agora) or (ato.impedimento(demanda) if ato else "")


def _de_outra(demanda: Demanda, por: Pessoa, agora: datetime) -> str:
    """Who is on it: not even the coordinator takes demands from people's hands by the dozen."""
    triador, ate = demanda.triador, demanda.reservada_ate
    if triador is None or triador.id == por.id or ate is None or ate <= agora:
        return ""
    return f"{triador.nome} está com esta demanda até {hora(ate)}."


def decidir(vistas: dict[int, int], ato: Ato, *, por: Pessoa, agora: datetime) -> list[Linha]:
    """Take the decision of each demand, some in a transaction together; `vistas` has the version seen of each.

    Those that nobody holds are claimed on the way. Raises Recusa (field) when it could not be taken of any.
    """
    exigir(por, ato.permissao)
    ato.conferir(agora=agora)
    with lembrando():
        # The pairs hold the petitions: what nobody holds the session forgets, and would read again for each.
        pares = [(demanda, demanda.peticao) for demanda in selecionadas(vistas, por=por)]
        linhas = [replace(_linha(demanda), versao=vistas[demanda.id]) for demanda, _ in pares]
        grupos = [linhas[i : i + ato.juntas] for i in range(0, len(linhas), ato.juntas)]
        return [feita for grupo in grupos for feita in _decidir(grupo, ato, por, agora)]


def _decidir(linhas: list[Linha], ato: Ato, por: Pessoa, agora: datetime) -> list[Linha]:
    """Decide these in one transaction; when that fails, each in its own, so that one stops none of the others."""
    try:
        with transaction():
            return _juntas(linhas, ato, por, agora)
    except (Recusa, SQLAlchemyError) as erro:
        if len(linhas) > 1:
            logger.warning("%s demands were not decided together: one by one", len(linhas), exc_info=True)
            return [feita for linha in linhas for feita in _decidir([linha], ato, por, agora)]
        if isinstance(erro, Recusa):
            return [replace(linhas[0], motivo=erro.mensagem)]
        logger.exception("demand %s was not decided with the others", linhas[0].demanda_id)
        return [replace(linhas[0], motivo=QUEBROU)]


def _juntas(linhas: list[Linha], ato: Ato, por: Pessoa, agora: datetime) -> list[Linha]:
    """Decide those that can be; each with the version it has now, or why it did not go."""
    travadas = _travadas([*(linha.demanda_id for linha in linhas), *ato.outras], por, ato.permissao)
    feitas = [
        replace(linha, motivo=_recusa(travadas.get(linha.demanda_id), linha.versao, ato, por, agora))
        for linha in linhas
    ]
    vao = [travadas[linha.demanda_id] for linha in feitas if linha.vai]
    with escritas_juntas():
        for demanda in vao:
            if demanda.triador_id != por.id:
                services.tomar(demanda, por=por, versao=demanda.versao, agora=agora)
        if vao:
            ato.fazer(vao, por=por, agora=agora)
    esquecer_depois()  # the sweep asks for the jobs: hundreds of requests to the queue would make the page wait
    return [replace(linha, versao=travadas[linha.demanda_id].versao) if linha.vai else linha for linha in feitas]


def _recusa(demanda: Demanda | None, versao: int, ato: Ato, por: Pessoa, agora: datetime) -> str:
    """Why a locked demand does not go; empty when it goes."""
    try:
        if demanda is None:
            raise NaoEncontrado()
        conferir_versao(demanda, versao)
    except Recusa as recusa:
        return recusa.mensagem
    return impedimento(demanda, ato, por=por, agora=agora)


def _travadas(ids: list[int], por: Pessoa, permissao: str) -> dict[int, Demanda]:
    """The demands locked in one order, read anew with their routings; petitions and people are in the session."""
    consulta = (
        select(Demanda)
        .where(Demanda.id.in_(ids), visiveis(por, permissao))
        .order_by(Demanda.id)
        .options(lazyload(Demanda.peticao), lazyload(Demanda.triador))
        .with_for_update(of=Demanda)
        .execution_options(populate_existing=True)
    )
    return {demanda.id: demanda for demanda in db.session().execute(consulta).scalars()}


def desfazer_todas(vistas: dict[int, int], *, por: Pessoa, agora: datetime) -> list[Linha]:
    """Take back the routing of each demand, each in a transaction of its own, while no delivery has begun."""
    exigir(por, "triagem.distribuir")
    linhas = [_linha(demanda) for demanda in selecionadas(vistas, por=por)]
    return [
        replace(linha, motivo=_desfeita(linha.demanda_id, vistas[linha.demanda_id], por, agora)) for linha in linhas
    ]


def _desfeita(demanda_id: int, versao: int, por: Pessoa, agora: datetime) -> str:
    try:
        desfazer.desfazer(demanda_id, por=por, versao=versao, agora=agora)
    except Recusa as recusa:
        return recusa.mensagem
    return ""


def restam_s(linhas: Sequence[Linha], *, agora: datetime) -> int:
    """For how many seconds more all that were routed can be taken back."""
    primeira = next((linha.demanda_id for linha in linhas if linha.vai), None)
    demanda = db.session().get(Demanda, primeira) if primeira is not None else None
    return desfazer.restam_s(demanda, agora=agora) if demanda else 0


def resumo(linhas: Sequence[Linha], *, desfeitas: bool = False) -> str:
    """How many went and how many did not, in words."""
    foram = sum(linha.vai for linha in linhas)
    ficaram = len(linhas) - foram
    if desfeitas:
        frase, nao = plural(foram, "encaminhamento desfeito", "encaminhamentos desfeitos"), "desfeito"
        resto = plural(ficaram, f"não pôde ser {nao}", f"não puderam ser {nao}s")
    else:
        frase = plural(foram, "demanda decidida", "demandas decididas")
        resto = plural(ficaram, "não pôde ser decidida", "não puderam ser decididas")
    if not foram:
        frase = "Nenhum encaminhamento desfeito" if desfeitas else "Nenhuma demanda decidida"
    return f"{frase}; {resto}." if ficaram else f"{frase}."
