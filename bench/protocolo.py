"""How many petitions a second can be filed, beside what database and web server give by themselves: `make bench`.

In one run, so that the ratio means something on any machine: a durable commits a second of the same PostgreSQL, b
requests a second of an empty Flask view on the same web server, and filings, as a part of what the two allow together,
1/(1/a + 1/b). And the memory of a web process while 32 files of 50 MB go up.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import pessoas
from bench.carga import Resultado, Tarefa, disparar, pedido
from bench.casa import Casa, Servidor, montada
from bench.pessoas import Modelo, Rascunho, Sessao

MEGABYTE = 1_000_000
JUNTOS = (8, 32)
FOLGA = 1200
"""Drafts made for each second of load: more than can be filed."""
AQUECER = 500
"""Filings before the measure: each connection keeps a statement ready only after it has seen it some ten times."""
CASOS = {
    "texto": "texto de 1 kB",
    "anexado": "texto e PDF de 1 MB já enviado",
    "enviado": "PDF de 1 MB enviado e protocolado",
}


@dataclass
class Medidas:
    """One round at one number of requests at once. Rates a second; latencies in milliseconds."""

    juntos: int
    commits: float
    vazias: float
    protocolos: dict[str, float] = field(default_factory=dict)
    p95_ms: dict[str, float] = field(default_factory=dict)

    @property
    def teto(self) -> float:
        """What the database and the web server allow together."""
        return 1 / (1 / self.commits + 1 / self.vazias)

    def parte(self, caso: str) -> float:
        """Filings of a kind, as a part of it."""
        return self.protocolos[caso] / self.teto


class Bancada:
    """The house, the people signed in, and how each kind of filing is loaded."""

    def __init__(self, casa: Casa, opcoes: list[str] | None, segundos: int) -> None:
        self.casa, self.opcoes, self.segundos = casa, opcoes, segundos
        self.pdf = Modelo(MEGABYTE)
        self.sessoes: list[Sessao] = []
        self.arquivo_id: int | None = None

    def rodada(self, juntos: int) -> Medidas:
        """Measure everything once at `juntos` requests at once."""
        with self.casa.no_ar("bench.vazio:app", self.opcoes) as servidor:
            vazias = disparar(servidor.porta, _sem_fim(), juntas=juntos, segundos=self.segundos)
        medidas = Medidas(juntos, self.casa.commits_por_segundo(juntos, self.segundos), vazias.por_segundo)
        with self.casa.no_ar(opcoes=self.opcoes) as servidor:
            self.preparar(servidor)
            for senha in ("sem", "com"):
                pessoas.por_senha(self.casa, barata=senha == "sem")
                for caso in CASOS:
                    feito = self.protocolar(servidor, caso, juntos)
                    medidas.protocolos[f"{caso}/{senha}"] = feito.por_segundo
                    medidas.p95_ms[f"{caso}/{senha}"] = 1000 * feito.percentil(0.95)
        return medidas

    def preparar(self, servidor: Servidor) -> None:
        """Sign people in, once, and put the file that filings share into the store."""
        if not self.sessoes:
            pessoas.por_senha(self.casa, barata=False)
            self.sessoes = pessoas.entrar(servidor)
        if self.arquivo_id is None:
            rascunho = pessoas.rascunhar(self.casa, 1)[0]
            _sem_recusas(disparar(servidor.porta, iter([self._envio(rascunho)]), juntas=1, segundos=1))
            self.arquivo_id = pessoas.maior_arquivo(self.casa)

    def protocolar(self, servidor: Servidor, caso: str, juntos: int) -> Resultado:
        """File drafts of a kind for a while; a short load first, so that every process has warmed up."""
        arquivo_id = self.arquivo_id if caso == "anexado" else None
        rascunhos = pessoas.rascunhar(self.casa, AQUECER + FOLGA * self.segundos, arquivo_id)
        conferidos = pessoas.conferir(servidor, self.sessoes[rascunhos[0].pessoa], rascunhos[0])
        fazer, aquecer = self._tarefa(caso, conferidos, servidor), 60 if caso == "enviado" else AQUECER
        _sem_recusas(disparar(servidor.porta, map(fazer, rascunhos[:aquecer]), juntas=juntos, segundos=60))
        return _sem_recusas(
            disparar(servidor.porta, map(fazer, rascunhos[aquecer:]), juntas=juntos, segundos=self.segundos)
        )

    def _tarefa(self, caso: str, conferidos: dict[str, str], servidor: Servidor) -> Callable[[Rascunho], Tarefa]:
        def assinar(rascunho: Rascunho) -> Tarefa:
            sessao = self.sessoes[rascunho.pessoa]
            return [lambda _antes: pessoas.protocolar(sessao, rascunho, conferidos)]

        def enviar_e_assinar(rascunho: Rascunho) -> Tarefa:
            sessao = self.sessoes[rascunho.pessoa]
            conferir = [lambda _antes: pessoas.revisar(sessao, rascunho)]
            return [*self._envio(rascunho), *conferir, lambda antes: pessoas.assinar_o_visto(sessao, rascunho, antes)]

        return enviar_e_assinar if caso == "enviado" else assinar

    def _envio(self, rascunho: Rascunho) -> Tarefa:
        return pessoas.enviar(self.sessoes[rascunho.pessoa], rascunho, self.pdf.outro())


def memoria(bancada: Bancada, arquivos: int = 32, bytes_: int = 50 * MEGABYTE) -> int:
    """The most bytes that a web process had in memory while that many files of that size went up, all at once."""
    modelo = Modelo(bytes_)
    with bancada.casa.no_ar(opcoes=bancada.opcoes) as servidor:
        bancada.preparar(servidor)
        rascunhos = pessoas.rascunhar(bancada.casa, arquivos)
        tarefas = (pessoas.enviar(bancada.sessoes[r.pessoa], r, modelo.outro()) for r in rascunhos)
        _sem_recusas(disparar(servidor.porta, tarefas, juntas=arquivos, segundos=3600))
        return servidor.pico_bytes()


def _sem_fim() -> Iterator[Tarefa]:
    while True:
        yield [lambda _antes: pedido("GET", "/")]


def _sem_recusas(resultado: Resultado) -> Resultado:
    if resultado.outras:
        raise RuntimeError(f"{len(resultado.outras)} answers were not the ones wanted: {set(resultado.outras)}")
    return resultado


def mediana(rodadas: list[Medidas], caso: str) -> tuple[float, float]:
    """A kind's filings a second and its part of what is allowed, each the median of the rounds."""
    por_segundo = statistics.median(m.protocolos[caso] for m in rodadas)
    return por_segundo, statistics.median(m.parte(caso) for m in rodadas)


def contar(rodadas: list[Medidas]) -> None:
    """Print the table of one number of requests at once."""
    print(f"\n{rodadas[0].juntos} ao mesmo tempo (mediana de {len(rodadas)})")
    print(f"  commits duráveis por segundo (a)        {statistics.median(m.commits for m in rodadas):>8.0f}")
    print(f"  visões vazias por segundo (b)           {statistics.median(m.vazias for m in rodadas):>8.0f}")
    print(f"  o que os dois permitem, 1/(1/a + 1/b)   {statistics.median(m.teto for m in rodadas):>8.0f}")
    print(f"  {'protocolos por segundo':<38}{'sem o resumo da senha':>24}{'com ele':>18}")
    for caso, nome in CASOS.items():
        (sem, parte_sem), (com, parte_com) = (mediana(rodadas, f"{caso}/{senha}") for senha in ("sem", "com"))
        print(f"  {nome:<38}{sem:>14.0f} ({parte_sem:>6.1%}){com:>10.0f} ({parte_com:>6.1%})")


def ler_argumentos() -> argparse.Namespace:
    """The command line."""
    leitor = argparse.ArgumentParser(prog="python -m bench.protocolo", description=__doc__.splitlines()[0])
    leitor.add_argument("--rodadas", type=int, default=3, help="rounds; the medians are printed")
    leitor.add_argument("--segundos", type=int, default=3, help="length of each load")
    leitor.add_argument("--gunicorn", help="other options than `make run` gives it: '--workers 2 --threads 8'")
    leitor.add_argument("--json", type=Path, help="write every round here, to compare two commits")
    leitor.add_argument("--sem-memoria", action="store_true", help="leave out the uploads of 50 MB")
    return leitor.parse_args()


def main() -> None:
    """Measure and print."""
    argumentos = ler_argumentos()
    opcoes = argumentos.gunicorn.split() if argumentos.gunicorn else None
    with tempfile.TemporaryDirectory(prefix="bench-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o711)  # as root, PostgreSQL runs under another account
        with montada(pasta) as casa:
            pessoas.registrar(casa)
            bancada = Bancada(casa, opcoes, argumentos.segundos)
            rodadas = [bancada.rodada(juntos) for _ in range(argumentos.rodadas) for juntos in JUNTOS]
            for juntos in JUNTOS:
                contar([m for m in rodadas if m.juntos == juntos])
            pico = None if argumentos.sem_memoria else memoria(bancada)
            if pico is not None:
                print(
                    f"\nMemória de um processo web com 32 arquivos de 50 MB a caminho: {pico / MEGABYTE:.0f} MB no pico"
                )
    if argumentos.json:
        feitas = [{**asdict(m), "teto": m.teto} for m in rodadas]
        argumentos.json.write_text(json.dumps({"rodadas": feitas, "pico_bytes": pico}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
