"""The queue's side of the house in the house's own words: who works, on what, since when, and what waits where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from redis import RedisError
from rq import Worker
from rq.exceptions import DeserializationError, NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker
from sqlalchemy import select

from peticionamento.comum import fila
from peticionamento.comum.db import db
from peticionamento.comum.fila import Fila
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Entrega
from peticionamento.peticoes.models import Peticao

VIVO = timedelta(minutes=2)
"""A worker that said nothing for longer is dead."""
FILAS = {
    Fila.ENTREGAS: "Entregas aos órgãos",
    Fila.AVISOS: "Avisos por e-mail",
    Fila.ROTINAS: "Rotinas da casa",
    Fila.PACOTES: "Processos inteiros em PDF ou ZIP",
}
SERVICOS = {
    "entregar": "entregando aos órgãos",
    "enviar_aviso": "enviando um aviso por e-mail",
    "enviar_resumos": "enviando os resumos do dia",
    "fazer_pacote": "montando um processo inteiro",
    "acompanhar_sei": "lendo o andamento dos processos no SEI",
    "somar_horas": "somando as entregas de cada hora",
    "concluir": "concluindo demandas cujo prazo passou",
    "repontuar": "recalculando os pontos da fila de triagem",
    "recontar": "refazendo prazos",
    "alertar": "procurando prazos que se aproximam",
    "lembrar": "lembrando órgãos de convites sem resposta",
    "resumir": "escrevendo o resumo da coordenação",
    "treinar_sugestoes": "aprendendo a sugerir órgãos",
}
"""What the jobs do, by the names of their functions; a sweep is any that begins with `varrer`."""


@dataclass(frozen=True)
class Trabalhador:
    """A worker: what it does and since when; `fazendo` None when it waits for work."""

    nome: str
    desde_em: datetime | None
    fazendo: str | None
    ocupado_desde_em: datetime | None


@dataclass(frozen=True)
class FilaDaCasa:
    """A queue: how many jobs wait, wait for their time, run, and broke."""

    rotulo: str
    esperam: int
    marcadas: int
    em_curso: int
    quebradas: int


@dataclass(frozen=True)
class Trabalhadores:
    """What the queue's side of the house looks like; `fila_fora` when Redis does not answer."""

    fila_fora: bool
    lista: list[Trabalhador] = field(default_factory=list)
    filas: list[FilaDaCasa] = field(default_factory=list)

    @property
    def vivos(self) -> int:
        """How many are there."""
        return len(self.lista)

    @property
    def ocupados(self) -> int:
        """How many are at work."""
        return sum(1 for trabalhador in self.lista if trabalhador.fazendo is not None)


def trabalhadores() -> Trabalhadores:
    """The workers alive now and the queues, by RQ's own registries; says so when Redis is down."""
    try:
        vivos = [w for w in Worker.all(connection=fila.conexao(), serializer=JSONSerializer) if _vivo(w)]
        vivos.sort(key=lambda w: (w.birth_date or agora(), w.name))
        em_maos = [_em_maos(w) for w in vivos]
        filas = _filas()
    except RedisError:
        return Trabalhadores(fila_fora=True)
    ditas = _entregas({servico.entrega_id for servico in em_maos if servico is not None})
    lista = [
        Trabalhador(
            f"Trabalhador {n}",
            _com_fuso(trabalhador.birth_date),
            (ditas.get(servico.entrega_id or 0) or servico.em_palavras()) if servico else None,
            servico.desde_em if servico else None,
        )
        for n, (trabalhador, servico) in enumerate(zip(vivos, em_maos, strict=True), 1)
    ]
    return Trabalhadores(False, lista, filas)


@dataclass(frozen=True)
class _Servico:
    """A job that runs: its function's name, since when, and the delivery it carries."""

    funcao: str
    desde_em: datetime | None
    entrega_id: int | None = None

    def em_palavras(self) -> str:
        if self.funcao.startswith("varrer"):
            return "procurando o que ficou para trás"
        return SERVICOS.get(self.funcao, "em outro serviço da casa")


def _em_maos(trabalhador: BaseWorker) -> _Servico | None:
    """What a worker runs; a job that ended meanwhile, or that is none of ours, is not looked into."""
    try:
        job = trabalhador.get_current_job()
        if job is None:
            return None
        funcao = str(job.func_name or "").rpartition(".")[2]
        desde_em = _com_fuso(job.started_at)
        return _Servico(funcao, desde_em, _entrega(job) if funcao == "entregar" else None)
    except NoSuchJobError:
        return None
    except DeserializationError:
        return _Servico("", None)


def _vivo(trabalhador: BaseWorker) -> bool:
    batida = _com_fuso(trabalhador.last_heartbeat)
    return batida is not None and batida >= agora() - VIVO


def _com_fuso(instante: datetime | None) -> datetime | None:
    return instante.replace(tzinfo=UTC) if instante is not None and instante.tzinfo is None else instante


def _filas() -> list[FilaDaCasa]:
    """Every count in one round trip."""
    with fila.conexao().pipeline(transaction=False) as linha:
        for nome in Fila:
            destino = fila.fila(nome)
            linha.llen(destino.key)
            for registro in (
                destino.scheduled_job_registry,
                destino.started_job_registry,
                destino.failed_job_registry,
            ):
                linha.zcard(registro.key)
        contadas = linha.execute()
    return [FilaDaCasa(FILAS[nome], *contadas[4 * n : 4 * n + 4]) for n, nome in enumerate(Fila)]


def _entrega(job: Job) -> int | None:
    """The delivery in hands: what the job said, else what it is named after."""
    dita = job.meta.get("entrega") if isinstance(job.meta, dict) else None
    achada = dita if dita is not None else next(iter(job.args or ()), None)
    return achada if isinstance(achada, int) and abs(achada) < 2**63 else None


def _entregas(ids: set[int | None]) -> dict[int, str]:
    """Deliveries in words: `entregando 1500.01… à SES por e-mail`."""
    if not ids - {None}:
        return {}
    consulta = (
        select(Entrega, Peticao.numero).join(Peticao, Peticao.id == Entrega.peticao_id).where(Entrega.id.in_(ids))
    )
    return {e.id: f"entregando {numero} {e.detalhe()}" for e, numero in db.session().execute(consulta)}
