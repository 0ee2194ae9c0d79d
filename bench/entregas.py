"""How soon a delivery arrives, how many a second, and what a dead channel costs the others: `make bench`.

Real workers over a durable PostgreSQL and a Valkey of their own. All in one run, so that the ratios mean something on
any machine: internal deliveries a second beside empty jobs a second of the same worker class on the same server.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from redis import Redis
from sqlalchemy import func, select, text, update

from bench import massa, pessoas
from bench.casa import Casa, montada
from config import RAIZ
from peticionamento.comum import fila
from peticionamento.comum.db import db
from peticionamento.comum.fila import Fila
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao.models import Canal, Entrega

TRABALHADORES = 2
ORGAOS = 12
"""Agencies that the deliveries are for, by turns."""
VAZIA = "peticionamento.comum.jobs.nada"
ESPERA_S = 600


@dataclass
class Medidas:
    """One run. Times in seconds, rates a second."""

    chega_p50_s: float
    chega_p95_s: float
    vazias: float
    entregas: float
    sem_o_morto_s: float
    com_recusa_s: float
    com_mudo_s: float

    @property
    def parte(self) -> float:
        """Internal deliveries as a part of empty jobs."""
        return self.entregas / self.vazias

    @property
    def vezes_recusa(self) -> float:
        """How much longer the others take beside a channel that refuses."""
        return self.com_recusa_s / self.sem_o_morto_s

    @property
    def vezes_mudo(self) -> float:
        """The same beside one that is silent."""
        return self.com_mudo_s / self.sem_o_morto_s


@contextmanager
def trabalhando(casa: Casa, quantos: int = TRABALHADORES, *, morto: str = "") -> Iterator[None]:
    """So many workers, ready, while the block lasts; `morto`: how the dead channel is dead (`bench.trabalhador`)."""
    ambiente = {
        **os.environ, "DATABASE_URL": casa.config.database_url, "REDIS_URL": casa.config.redis_url,
        "ARQUIVOS_URL": casa.config.arquivos_url, "SECRET_KEY": casa.config.secret_key,
        "SMTP_URL": casa.config.smtp_url, "VARREDURA_S": "60", "BENCH_MORTO": morto,
    }  # fmt: skip
    with (casa.pasta / "trabalhador.log").open("ab") as registro:
        saidas = {"stdout": registro, "stderr": registro}
        filhos = [
            psutil.Popen([sys.executable, "-m", "bench.trabalhador"], cwd=RAIZ, env=ambiente, **saidas)
            for _ in range(quantos)
        ]
        try:
            redis = Redis.from_url(casa.config.redis_url)
            _ate(lambda: redis.scard("rq:workers") == quantos, "the workers")
            yield
        finally:
            for filho in filhos:
                for processo in [filho, *filho.children(recursive=True)]:
                    processo.terminate()
            psutil.wait_procs(filhos, timeout=20)
            redis.flushdb()


def _ate(pronto: Callable[[], bool], que: str) -> None:
    limite = time.monotonic() + ESPERA_S
    while not pronto():
        if time.monotonic() > limite:
            raise RuntimeError(f"{que}: not after {ESPERA_S} s")
        time.sleep(0.02)


def _novas(quantas: int, canal: Canal = Canal.INTERNO, *, orgaos: Sequence[int] = ()) -> list[int]:
    """Write so many routings that were not delivered, with one delivery each, for agencies by turns; their ids."""
    session = db.session()
    maior = session.execute(select(func.coalesce(func.max(Entrega.id), massa.PRIMEIRA))).scalar_one()
    valores = {"de": maior + 1, "ate": maior + quantas, "canal": canal.value, "orgaos": list(orgaos) or _orgaos()}
    for comando in _NOVAS.split(";\n"):
        session.execute(text(comando), valores)
    session.commit()
    return list(range(maior + 1, maior + quantas + 1))


_NOVAS = """
insert into peticoes_peticao (id, autor_id, chave, tipo_id, especie, municipio_id, municipio_digitado, assunto,
    texto_html, campos, acesso, referencia, estado, numero, criada_em, alterada_em, protocolada_em, versao)
  select n, p.id, 'entrega-' || n, t.id, 'inicial', m.id, '', 'Demanda ' || n, '<p>Pede.</p>', '{}', 'publico', '',
    'protocolada', 'E' || n, now(), now(), now(), 2
  from generate_series(cast(:de as bigint), cast(:ate as bigint)) n,
    (select id from contas_pessoa where senha_hash is not null order by id limit 1) p,
    (select id from cadastros_tipo_processo order by id limit 1) t,
    (select id from cadastros_municipio order by id limit 1) m;
insert into triagem_demanda (id, peticao_id, estado, vence_dia, criada_em, versao, rodada, autor_id, tipo_id,
    municipio_id, urgencia, prioridade, razoes, impressao)
  select id, id, 'distribuida', current_date + 10, now(), 3, 1, autor_id, tipo_id, municipio_id, 'normal', 0, '[]', ''
  from peticoes_peticao where id between :de and :ate;
insert into triagem_encaminhamento (id, demanda_id, peticao_id, orgao_id, unidade_id, instrucao, vence_dia, estado,
    criado_em, versao, rodada, acesso)
  select d.id, d.id, d.id, u.orgao_id, u.id, 'Informar.', current_date + 10, 'a_entregar', now(), 1, 1, 'publico'
  from triagem_demanda d join cadastros_unidade u on u.recebe and u.orgao_id =
    (cast(:orgaos as bigint[]))[1 + d.id % cardinality(cast(:orgaos as bigint[]))]
  where d.id between :de and :ate;
insert into distribuicao_entrega (id, encaminhamento_id, peticao_id, orgao_id, canal, destino, urgente, estado,
    tentativas, proxima_em, chave, criada_em, versao)
  select id, id, id, orgao_id, cast(:canal as varchar), 'X', false, 'na_fila', 0, now(), 'e' || id, now(), 1
  from triagem_encaminhamento where id between :de and :ate
"""


def _orgaos() -> list[int]:
    consulta = text("select orgao_id from cadastros_unidade where recebe and ativa order by orgao_id limit :quantos")
    return list(db.session().execute(consulta, {"quantos": ORGAOS}).scalars())


def _chamar(ids: Sequence[int]) -> None:
    for id_ in ids:
        fila.enfileirar(Fila.ENTREGAS, Entrega.TAREFA, id_, job_id=f"entrega-{id_}-0-1")


def _faltam(ids: Sequence[int]) -> int:
    db.session().rollback()
    entre = Entrega.id.between(min(ids), max(ids))
    consulta = select(func.count()).where(entre, Entrega.estado == EstadoSaida.NA_FILA)
    return db.session().execute(consulta).scalar_one()


def chegada(casa: Casa, quantas: int) -> tuple[float, float]:
    """Median and p95 of the seconds from asking for one delivery to its being there, the workers idle before each."""
    tempos = []
    with casa.dentro(), trabalhando(casa):
        ids = _novas(quantas + 5)
        # Due in a year until asked for: no job takes another's delivery along.
        espera = text("update distribuicao_entrega set proxima_em = now() + interval '1 year' where id = any(:ids)")
        db.session().execute(espera, {"ids": ids})
        db.session().commit()
        for id_ in ids:
            instante = agora()
            db.session().execute(update(Entrega).where(Entrega.id == id_).values(proxima_em=instante))
            db.session().commit()
            _chamar([id_])
            _ate(lambda id_=id_: not _faltam([id_]), f"delivery {id_}")
            feita = db.session().execute(select(Entrega.entregue_em).where(Entrega.id == id_)).scalar_one()
            tempos.append((feita - instante).total_seconds())
            time.sleep(random.uniform(0.02, 0.1))  # so that the next comes at no particular moment
    return statistics.median(tempos[5:]), statistics.quantiles(tempos[5:], n=20)[-1]


def vazias(casa: Casa, quantas: int) -> float:
    """Empty jobs a second."""
    with casa.dentro():
        destino = fila.fila(Fila.ENTREGAS)
        for n in range(quantas):
            fila.enfileirar(Fila.ENTREGAS, VAZIA, job_id=f"nada-{n}")
        with trabalhando(casa):
            antes, comecou = destino.count, time.monotonic()
            _ate(lambda: destino.count == 0, "the empty jobs")
            return float(antes / (time.monotonic() - comecou))


def internas(casa: Casa, quantas: int) -> float:
    """Internal deliveries a second."""
    with casa.dentro():
        ids = _novas(quantas)
        _chamar(ids)
        with trabalhando(casa):
            antes, comecou = _faltam(ids), time.monotonic()
            _ate(lambda: not _faltam(ids), "the deliveries")
            return antes / (time.monotonic() - comecou)


def ao_lado_de_um_morto(casa: Casa, quantas: int, morto: str) -> float:
    """Seconds that the deliveries of all agencies but one take, inbox and e-mail by turns; the one's e-mail is dead.

    `morto` is how: "recusa" fails at once, "mudo" says nothing until the wait is over; "" is the same without it.
    """
    with casa.dentro():
        orgaos = _orgaos()
        por_orgao = quantas // len(orgaos)
        dos_mortos = _novas(por_orgao, Canal.CORREIO, orgaos=orgaos[:1]) if morto else []
        metade = (quantas - por_orgao) // 2
        dos_vivos = _novas(metade, orgaos=orgaos[1:]) + _novas(metade, Canal.CORREIO, orgaos=orgaos[1:])
        todas = [*dos_mortos, *dos_vivos]
        random.Random(1).shuffle(todas)
        _chamar(todas)
        with trabalhando(casa, morto=f"{orgaos[0]}:{morto}" if morto else ""):
            comecou = time.monotonic()
            _ate(lambda: not _faltam(dos_vivos), "the others")
            tempo = time.monotonic() - comecou
        db.session().execute(text("delete from distribuicao_entrega where id = any(:ids)"), {"ids": dos_mortos})
        db.session().execute(text("delete from distribuicao_disjuntor"))
        db.session().commit()
        return tempo


def medir(casa: Casa, quantas: int) -> Medidas:
    """Everything once."""
    p50, p95 = chegada(casa, min(200, max(20, quantas // 10)))
    print(f"chegada: {p50:.3f} s, p95 {p95:.3f} s", flush=True)
    por_vazia, por_entrega = vazias(casa, max(quantas // 4, 100)), internas(casa, quantas)
    print(f"por segundo: {por_vazia:.0f} vazias, {por_entrega:.0f} entregas", flush=True)
    tempos = [ao_lado_de_um_morto(casa, quantas, morto) for morto in ("", "recusa", "mudo")]
    print("ao lado de um morto: " + ", ".join(f"{tempo:.1f} s" for tempo in tempos), flush=True)
    return Medidas(p50, p95, por_vazia, por_entrega, *tempos)


def contar(rodadas: list[Medidas], quantas: int) -> None:
    """Print the table: medians of the rounds."""

    def meio(que: str) -> float:
        return statistics.median(getattr(m, que) for m in rodadas)

    print(f"\nEntregas, {TRABALHADORES} trabalhadores (mediana de {len(rodadas)})")
    print(f"  do pedido à entrega, ociosos: mediana   {meio('chega_p50_s'):>8.3f} s")
    print(f"  do pedido à entrega, ociosos: p95       {meio('chega_p95_s'):>8.3f} s   (meta: menos de 1 s)")
    print(f"  tarefas vazias por segundo              {meio('vazias'):>8.0f}")
    print(f"  entregas internas por segundo           {meio('entregas'):>8.0f}     ({meio('parte'):.0%}; meta: 70%)")
    print(f"  {quantas} de uma vez, sem o canal morto   {meio('sem_o_morto_s'):>8.1f} s")
    for que, nome in (("recusa", "que recusa"), ("mudo", "mudo")):
        tempo, vezes = meio(f"com_{que}_s"), meio(f"vezes_{que}")
        print(f"  as outras, com um canal {nome:<16}{tempo:>8.1f} s   ({vezes:.2f} vezes; meta: 1,10)")


def ler_argumentos() -> argparse.Namespace:
    """The command line."""
    leitor = argparse.ArgumentParser(prog="python -m bench.entregas", description=__doc__.splitlines()[0])
    leitor.add_argument("--quantas", type=int, default=10_000, help="deliveries queued at once")
    leitor.add_argument("--rodadas", type=int, default=1, help="rounds; the medians are printed")
    leitor.add_argument("--json", type=Path, help="write every round here, to compare two commits")
    return leitor.parse_args()


def main() -> None:
    """Measure and print."""
    argumentos = ler_argumentos()
    with tempfile.TemporaryDirectory(prefix="bench-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o711)  # as root, PostgreSQL runs under another account
        with montada(pasta) as casa:
            pessoas.registrar(casa)
            rodadas = [medir(casa, argumentos.quantas) for _ in range(argumentos.rodadas)]
    contar(rodadas, argumentos.quantas)
    if argumentos.json:
        feitas = [{**asdict(m), "parte": m.parte, "recusa": m.vezes_recusa, "mudo": m.vezes_mudo} for m in rodadas]
        argumentos.json.write_text(json.dumps({"rodadas": feitas}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
