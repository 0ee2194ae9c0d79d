"""What the pages' reads and the desk's decisions cost behind a thousand demands and behind a million: `make bench`.

All sizes are measured in one run on one machine, so the ratio means something even where absolute times do not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
from sqlalchemy import select

from bench import massa
from config import RAIZ, Config
from peticionamento import create_app
from peticionamento.atendimento import queries as atendimento
from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import Orgao
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import Gabinete
from peticionamento.demonstracao import carga
from peticionamento.demonstracao.pessoas import DOMINIO
from peticionamento.distribuicao import queries as distribuicao
from peticionamento.peticoes import queries as peticoes
from peticionamento.servidores import postgres
from peticionamento.triagem import em_lote
from peticionamento.triagem import queries as triagem
from peticionamento.triagem.coordenacao import numeros
from peticionamento.triagem.filtros import Filtros
from peticionamento.triagem.models import Demanda
from peticionamento.triagem.semelhantes import semelhantes
from peticionamento.triagem.services import Destino

TAMANHOS = (1_000, 100_000, 1_000_000)
VEZES = 20
EM_LOTE = 200
PAGINAS = 1_000
"""How deep the deep page is, or the last page where there are fewer."""


@dataclass(frozen=True)
class Leitura:
    """A read that is measured, and how many times its cost at the least size it may cost at the greatest."""

    nome: str
    ler: Callable[[], object]
    ate_vezes: float = 1.3


def _pessoa(apelido: str) -> Pessoa:
    return db.session().execute(select(Pessoa).where(Pessoa.email == f"{apelido}@{DOMINIO}")).scalar_one()


def _cursor_fundo(por: Pessoa) -> str | None:
    """The cursor of a page far down the queue."""
    cursor = None
    for _ in range(PAGINAS):
        pagina = triagem.fila(por, triagem.Aba.AGUARDANDO, cursor)
        if pagina.proximo is None:
            break
        cursor = pagina.proximo
    return cursor


def _leituras() -> list[Leitura]:
    triadora, agente = _pessoa("triagem1"), _pessoa("atendimento.ses")
    gabinete, fundo = Gabinete(_pessoa("deputada1").id), _cursor_fundo(triadora)
    aberta = triagem.fila(triadora, triagem.Aba.AGUARDANDO, fundo).itens[0].id
    aguardando = triagem.Aba.AGUARDANDO
    return [
        Leitura("fila de triagem", lambda: triagem.fila(triadora, aguardando, None)),
        Leitura(f"fila, página {PAGINAS}", lambda: triagem.fila(triadora, aguardando, fundo)),
        Leitura("contagens da fila", lambda: triagem.totais(triadora)),
        Leitura(
            "busca, palavra comum",
            lambda: triagem.fila(triadora, triagem.Aba.TODAS, None, Filtros(q=massa.PALAVRA_COMUM)), 10,
        ),
        Leitura(
            "busca, palavra rara",
            lambda: triagem.fila(triadora, triagem.Aba.TODAS, None, Filtros(q=massa.PALAVRA_RARA)), 10,
        ),
        Leitura("demandas parecidas", lambda: semelhantes(db.session().get_one(Demanda, aberta), triadora), 10),
        Leitura("coordenação", lambda: numeros.mesa(calendario_local(), hoje()), 10),
        Leitura("painel: números", distribuicao.numeros),
        Leitura("painel: por órgão", distribuicao.por_orgao),
        Leitura("painel: pendentes", distribuicao.pendentes),
        Leitura("caixa do órgão", lambda: atendimento.caixa(agente, atendimento.Aba.A_FAZER, None)),
        Leitura("contagens da caixa", lambda: atendimento.totais(agente)),
        Leitura("respondidas do órgão", lambda: atendimento.caixa(agente, atendimento.Aba.RESPONDIDAS, None)),
        Leitura("respostas a homologar", lambda: atendimento.a_homologar(triadora, None)),
        Leitura("lista da autora", lambda: peticoes.lista(gabinete, peticoes.Aba.TODAS, None)),
        Leitura("resumo da autora", lambda: peticoes.resumo(gabinete)),
    ]  # fmt: skip


def _medir(leitura: Leitura) -> float:
    """Milliseconds of a read: the fifth that others on the machine disturbed least, after one that does not count."""
    tempos = []
    for _ in range(VEZES + 1):
        inicio = time.perf_counter()
        leitura.ler()
        tempos.append((time.perf_counter() - inicio) * 1000)
        db.session().rollback()
    return sorted(tempos[1:])[VEZES // 5]


def _decidir(tamanho: int) -> dict[str, float]:
    """Milliseconds of routing one demand, and of routing so many in bulk, as the desk does it."""
    por, agora_, dia = _pessoa("triagem1"), agora(), calendario_local().somar(hoje(), 10)
    orgao_id = db.session().execute(select(Orgao.id).where(Orgao.sigla == "SES")).scalar_one()
    ato = em_lote.Encaminhar([Destino(orgao_id, "Informar a situação.", dia)])
    livres = [linha.id for linha in _da_fila(por, 2 * (1 + EM_LOTE))]
    tempos = {}
    for nome, quantas in (("encaminhar uma", 1), (f"encaminhar {EM_LOTE}", EM_LOTE)):
        escolhidas, livres = livres[:quantas], livres[quantas:]
        vistas = {d.id: d.versao for d in em_lote.selecionadas(escolhidas, por=por)}
        inicio = time.perf_counter()
        feitas = em_lote.decidir(vistas, ato, por=por, agora=agora_)
        tempos[nome] = (time.perf_counter() - inicio) * 1000
        if recusas := [linha.motivo for linha in feitas if linha.motivo]:
            raise RuntimeError(f"{len(recusas)} of {quantas} at {tamanho} were refused: {recusas[0]}")
    return tempos


def _da_fila(por: Pessoa, quantas: int) -> list[triagem.NaFila]:
    achadas: list[triagem.NaFila] = []
    cursor = None
    while len(achadas) < quantas:
        pagina = triagem.fila(por, triagem.Aba.AGUARDANDO, cursor)
        achadas += [d for d in pagina.itens if d.triador_id is None]
        if (cursor := pagina.proximo) is None:
            break
    return achadas


def medir(tamanhos: list[int]) -> dict[str, list[float]]:
    """Each read's milliseconds behind so many demands, for each of the sizes, which grow."""
    medidas: dict[str, list[float]] = {}
    ja = 0
    for tamanho in tamanhos:
        inicio = time.perf_counter()
        massa.carregar(ja, tamanho)
        print(f"{tamanho:>9} demandas, carregadas em {time.perf_counter() - inicio:.0f} s", flush=True)
        ja = tamanho
        for leitura in _leituras():
            medidas.setdefault(leitura.nome, []).append(_medir(leitura))
        for nome, ms in _decidir(tamanho).items():
            medidas.setdefault(nome, []).append(ms)
    return medidas


def contar(medidas: dict[str, list[float]], tamanhos: list[int]) -> None:
    """Print the table: a column a size in milliseconds, the ratio of the last to the first, and what it may be."""
    limites = {leitura.nome: leitura.ate_vezes for leitura in _leituras()}
    limites |= dict.fromkeys(("encaminhar uma", f"encaminhar {EM_LOTE}"), 1.3)
    print(f"\n{'leitura':<24}" + "".join(f"{t:>13}" for t in tamanhos) + f"{'razão':>9}{'até':>7}")
    for nome, tempos in medidas.items():
        valores = "".join(f"{ms:>10.2f} ms" for ms in tempos)
        razao = tempos[-1] / tempos[0]
        print(f"{nome:<24}{valores}{razao:>9.2f}{limites[nome]:>7.1f}{'' if razao <= limites[nome] else '  acima'}")


def main() -> None:
    """Load, measure, load more, measure, compare."""
    leitor = argparse.ArgumentParser(prog="python -m bench.listas", description=__doc__.splitlines()[0])
    leitor.add_argument("--tamanhos", type=int, nargs="+", default=list(TAMANHOS), help="demands behind the reads")
    leitor.add_argument("--json", type=Path, help="write every measure here, to compare two commits")
    argumentos = leitor.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o711)  # as root, PostgreSQL runs under another account
        servidor = postgres.ligar(pasta / "pg", projeto=RAIZ, duravel=False)
        try:
            servidor.garantir_banco("bench")
            arquivos = f"file://{pasta}/arquivos"
            app = create_app(Config(servidor.url("bench"), "redis://127.0.0.1:1/0", arquivos, "b" * 32, "smtp://x"))
            with app.app_context():
                flask_migrate.upgrade()
                carregar_cadastros(DOMINIO)
                carga.carregar(60)
                medidas = medir(argumentos.tamanhos)
                contar(medidas, argumentos.tamanhos)
                db.session().close()
                db.engine.dispose()
        finally:
            servidor.parar()
    if argumentos.json:
        dados = {"tamanhos": argumentos.tamanhos, "ms": medidas}
        argumentos.json.write_text(json.dumps(dados, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
