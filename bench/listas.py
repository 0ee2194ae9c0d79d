"""What the pages' reads and the desk's decisions cost behind a thousand demands and behind a million: `make bench`.

Each size is a database of its own on one server, all open at once, and the sizes take turns: the ratio means something
even where absolute times do not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import flask_migrate
from flask.ctx import AppContext
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
from peticionamento.distribuicao import horas
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
UMAS, LOTES = 10, 2
"""How often one is routed, and so many."""
LIVRES = UMAS + 1 + LOTES * EM_LOTE + em_lote.JUNTAS
"""Demands on the desk that this takes, with one routing and one transaction's worth that do not count."""
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
        Leitura("painel: gráficos", distribuicao.serie),
        Leitura("caixa do órgão", lambda: atendimento.caixa(agente, atendimento.Aba.A_FAZER, None)),
        Leitura("contagens da caixa", lambda: atendimento.totais(agente)),
        Leitura("respondidas do órgão", lambda: atendimento.caixa(agente, atendimento.Aba.RESPONDIDAS, None)),
        Leitura("respostas a homologar", lambda: atendimento.a_homologar(triadora, None)),
        Leitura("lista da autora", lambda: peticoes.lista(gabinete, peticoes.Aba.TODAS, None)),
        Leitura("resumo da autora", lambda: peticoes.resumo(gabinete)),
    ]  # fmt: skip


@dataclass
class Banco:
    """A database with so many demands, its application on top, and the reads of it."""

    tamanho: int
    contexto: AppContext
    leituras: list[Leitura]
    livres: list[int]
    """Demands that nobody has, to be routed."""


@contextmanager
def _bancos(servidor: postgres.Postgres, tamanhos: list[int], arquivos: str) -> Iterator[list[Banco]]:
    """A database for each size, all copied from one with the registers and the demonstration."""

    def contexto(banco: str) -> AppContext:
        servidor.garantir_banco(banco)
        chave = "b" * 32
        return create_app(
            Config(servidor.url(banco), "redis://127.0.0.1:1/0", arquivos, chave, "smtp://x")
        ).app_context()

    with contexto("molde"):
        flask_migrate.upgrade()
        carregar_cadastros(DOMINIO)
        carga.carregar(60)
        db.session().close()
        db.engine.dispose()
    with ExitStack() as abertos:
        bancos = []
        for tamanho in tamanhos:
            inicio = time.perf_counter()
            with servidor.conectar() as conexao:
                conexao.execute(f"create database demandas_{tamanho} template molde".encode())
            aberto = abertos.enter_context(contexto(f"demandas_{tamanho}"))
            abertos.callback(db.engine.dispose)
            massa.carregar(tamanho)
            horas.somar()
            print(f"{tamanho:>9} demandas, carregadas em {time.perf_counter() - inicio:.0f} s", flush=True)
            bancos.append(Banco(tamanho, aberto, _leituras(), _livres(_pessoa("triagem1"), LIVRES)))
        yield bancos


def _livres(por: Pessoa, quantas: int) -> list[int]:
    livres: list[int] = []
    cursor = None
    while len(livres) < quantas:
        pagina = triagem.fila(por, triagem.Aba.AGUARDANDO, cursor)
        livres += [d.id for d in pagina.itens if d.triador_id is None]
        if (cursor := pagina.proximo) is None:
            raise RuntimeError(f"{len(livres)} demands wait, {quantas} are wanted: --tamanhos from 1000")
    return livres[:quantas]


def _cronometrar(fazer: Callable[[], object]) -> float:
    inicio = time.perf_counter()
    fazer()
    tempo_ms = (time.perf_counter() - inicio) * 1000
    db.session().rollback()
    return tempo_ms


def _revezar(bancos: list[Banco], vezes: int, medir_uma: Callable[[Banco, int], float]) -> list[float]:
    """Milliseconds at each size: the fifth that others on the machine disturbed least, after one that does not count.

    The sizes take turns, so that what disturbs one disturbs all. `medir_uma` gets the turn; 0 is what does not count.
    """
    tempos: list[list[float]] = [[] for _ in bancos]
    for vez in range(vezes + 1):
        for banco, seus in zip(bancos, tempos, strict=True):
            with banco.contexto:
                seus.append(medir_uma(banco, vez))
    return [sorted(seus[1:])[vezes // 5] for seus in tempos]


def _encaminhar(banco: Banco, quantas: int) -> float:
    """Route some as the desk does it, in bulk, with the form's values read anew."""
    por, agora_, dia = _pessoa("triagem1"), agora(), calendario_local().somar(hoje(), 10)
    orgao_id = db.session().execute(select(Orgao.id).where(Orgao.sigla == "SES")).scalar_one()
    ato = em_lote.Encaminhar([Destino(orgao_id, "Informar a situação.", dia)])
    escolhidas, banco.livres = banco.livres[:quantas], banco.livres[quantas:]
    vistas = {d.id: d.versao for d in em_lote.selecionadas(escolhidas, por=por)}
    recusas: list[str] = []

    def decidir() -> None:
        feitas = em_lote.decidir(vistas, ato, por=por, agora=agora_)
        recusas.extend(linha.motivo for linha in feitas if linha.motivo)

    tempo_ms = _cronometrar(decidir)
    if recusas:
        raise RuntimeError(f"{len(recusas)} of {quantas} at {banco.tamanho} were refused: {recusas[0]}")
    return tempo_ms


def medir(bancos: list[Banco]) -> dict[str, list[float]]:
    """Each read's milliseconds at each size; the decisions last, which change what is read."""
    medidas = {}
    for n, leitura in enumerate(bancos[0].leituras):
        medidas[leitura.nome] = _revezar(bancos, VEZES, partial(_ler, n))
    medidas["encaminhar uma"] = _revezar(bancos, UMAS, lambda banco, _: _encaminhar(banco, 1))
    medidas[f"encaminhar {EM_LOTE}"] = _revezar(
        bancos, LOTES, lambda banco, vez: _encaminhar(banco, EM_LOTE if vez else em_lote.JUNTAS)
    )
    return medidas


def _ler(n: int, banco: Banco, _vez: int) -> float:
    return _cronometrar(banco.leituras[n].ler)


def contar(medidas: dict[str, list[float]], bancos: list[Banco]) -> None:
    """Print the table: a column a size in milliseconds, the ratio of the last to the first, and what it may be."""
    limites = {leitura.nome: leitura.ate_vezes for leitura in bancos[0].leituras}
    print(f"\n{'leitura':<24}" + "".join(f"{banco.tamanho:>13}" for banco in bancos) + f"{'razão':>9}{'até':>7}")
    for nome, tempos in medidas.items():
        valores = "".join(f"{ms:>10.2f} ms" for ms in tempos)
        razao, limite = tempos[-1] / tempos[0], limites.get(nome, 1.3)
        print(f"{nome:<24}{valores}{razao:>9.2f}{limite:>7.1f}{'' if razao <= limite else '  acima'}")


def main() -> None:
    """Load a database for each size, measure, compare."""
    leitor = argparse.ArgumentParser(prog="python -m bench.listas", description=__doc__.splitlines()[0])
    leitor.add_argument("--tamanhos", type=int, nargs="+", default=list(TAMANHOS), help="demands behind the reads")
    leitor.add_argument("--json", type=Path, help="write every measure here, to compare two commits")
    argumentos = leitor.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as nome:
        pasta = Path(nome)
        pasta.chmod(0o711)  # as root, PostgreSQL runs under another account
        servidor = postgres.ligar(pasta / "pg", projeto=RAIZ, duravel=False)
        try:
            with _bancos(servidor, argumentos.tamanhos, f"file://{pasta}/arquivos") as bancos:
                medidas = medir(bancos)
                contar(medidas, bancos)
        finally:
            servidor.parar()
    if argumentos.json:
        dados = {"tamanhos": argumentos.tamanhos, "ms": medidas}
        argumentos.json.write_text(json.dumps(dados, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
