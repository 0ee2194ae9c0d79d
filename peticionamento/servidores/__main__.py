"""`python -m peticionamento.servidores`, which is `make run`: everything up, watched, and down again in order."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import psutil
import psycopg

from config import AMBIENTE_LOCAL, INSTANCIA, RAIZ
from peticionamento.servidores import ambiente, correio, parada, portas, postgres, processos, valkey
from peticionamento.servidores.erros import ServidorNaoSubiu, fim_do_registro
from peticionamento.servidores.filhos import Filho, comando_web, esperar_saude, parar_sobras

BANCO = "peticionamento"
REGISTROS = INSTANCIA / "registros"
_DA_PESSOA = ("SECRET_KEY", "ENDERECO_PUBLICO", "ARQUIVOS_URL")
"""What the person may set beside the servers' addresses; it reaches other shells too."""


def main() -> int:
    """Run until Ctrl-C; returns the exit code."""
    parada.instalar()
    try:
        _rodar()
    except ServidorNaoSubiu as erro:
        print(erro, file=sys.stderr)
        return 1
    except PermissionError as erro:
        print(f"Sem permissão em {erro.filename}: a pasta instance/ é de outra conta.", file=sys.stderr)
        return 1
    except psutil.AccessDenied as erro:
        print(f"O processo {erro.pid}, desta pasta, é de outra conta: pare-o, ou rode com ela.", file=sys.stderr)
        return 1
    except parada.Parada:
        print("Tudo parado.", flush=True)
    return 0


def _rodar() -> None:
    INSTANCIA.mkdir(exist_ok=True)
    pedido = ambiente.ler(os.environ)
    with _trava(INSTANCIA / "trava"), ExitStack() as pilha:
        try:
            _subir(pedido, pilha)
        except parada.Parada:
            print("\nParando…", flush=True)
            raise


@contextmanager
def _trava(arquivo: Path) -> Iterator[None]:
    """Let one run at a time use `instance/`. The system frees the lock however the process ends."""
    with arquivo.open("a+", encoding="utf-8") as aberto:
        try:
            fcntl.flock(aberto, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            aberto.seek(0)
            raise ServidorNaoSubiu(f"Já está rodando nesta pasta (pid {aberto.read().strip() or '?'}).") from None
        aberto.truncate(0)
        aberto.write(str(os.getpid()))
        aberto.flush()
        yield


def _subir(pedido: ambiente.Pedido, pilha: ExitStack) -> None:
    """Start what was not given, then migrate, load, serve and watch; `pilha` brings it down in reverse order."""
    parar_sobras(INSTANCIA)
    processos.virar_registros(REGISTROS)
    porta = portas.escolher(pedido.porta)
    proprios: dict[str, psutil.Process] = {}
    valores = {"AMBIENTE": "desenvolvimento", "SECRET_KEY": ambiente.segredo(INSTANCIA), "PORT": str(porta)}
    valores["DATABASE_URL"] = pedido.database_url or _postgres(pilha, proprios)
    valores["REDIS_URL"] = pedido.redis_url or _valkey(pilha, proprios)
    valores["SMTP_URL"] = pedido.smtp_url or pilha.enter_context(correio.ligado(INSTANCIA / "correio"))
    valores["ENDERECO_PUBLICO"] = f"http://{portas.LOCAL}:{porta}"
    valores |= {nome: os.environ[nome] for nome in _DA_PESSOA if os.environ.get(nome)}
    ambiente.contar(AMBIENTE_LOCAL, valores)
    pilha.callback(AMBIENTE_LOCAL.unlink, missing_ok=True)
    _preparar_banco(valores)

    completo = {**os.environ, **valores}
    trabalhador = Filho("trabalhador", processos.flask("trabalhador"), INSTANCIA, RAIZ, completo)
    web = Filho("web", comando_web(porta), INSTANCIA, RAIZ, completo)
    for filho in (trabalhador, web):
        pilha.callback(filho.parar)
        filho.iniciar()
        parada.conferir()
    esperar_saude(web, porta)
    _apresentar(valores)
    _vigiar(web, trabalhador, proprios)


def _postgres(pilha: ExitStack, proprios: dict[str, psutil.Process]) -> str:
    servidor = postgres.ligar(INSTANCIA / "postgres", projeto=RAIZ, duravel=True)
    pilha.callback(servidor.parar)
    servidor.garantir_banco(BANCO)
    proprios["PostgreSQL"] = servidor.processo
    parada.conferir()
    return servidor.url(BANCO)


def _valkey(pilha: ExitStack, proprios: dict[str, psutil.Process]) -> str:
    servidor = valkey.ligar(INSTANCIA / "valkey", duravel=True)
    pilha.callback(servidor.parar)
    proprios["Valkey"] = servidor.processo
    parada.conferir()
    return servidor.url()


def _preparar_banco(valores: Mapping[str, str]) -> None:
    """Migrate, fill an empty database with the demonstration, and an older one with the registers it lacks."""
    try:
        psycopg.connect(valores["DATABASE_URL"].replace("+psycopg:", ":", 1), connect_timeout=5).close()
    except psycopg.Error as erro:
        motivo = str(erro).splitlines()[0]
        raise ServidorNaoSubiu(f"Não há acesso ao banco de DATABASE_URL: {motivo}") from erro
    for argumentos in (["db", "upgrade"], ["demonstracao", "carregar", "--se-vazio"], ["cadastros", "carregar"]):
        if codigo := processos.executar(processos.flask(*argumentos), pasta=RAIZ, ambiente={**os.environ, **valores}):
            raise ServidorNaoSubiu(f"`flask {' '.join(argumentos)}` falhou (código {codigo}).")


def _apresentar(valores: Mapping[str, str]) -> None:
    """Print the address and who can sign in."""
    print(f"\nPeticionamento em {valores['ENDERECO_PUBLICO']}\n", flush=True)
    processos.executar(processos.flask("demonstracao", "contas"), pasta=RAIZ, ambiente={**os.environ, **valores})
    print()
    if not os.environ.get("SMTP_URL"):
        print(f"E-mails da demonstração: {INSTANCIA / 'correio'}")
    print(f"Registros: {REGISTROS}\nCtrl-C para tudo.", flush=True)


def _vigiar(web: Filho, trabalhador: Filho, proprios: Mapping[str, psutil.Process]) -> NoReturn:
    """Watch over the children: another worker for a dead one; anything else that dies takes the rest along."""
    while True:
        parada.esperar(0.5)
        if (codigo := web.fim()) is not None:
            raise ServidorNaoSubiu(f"O servidor web parou (código {codigo}).{fim_do_registro(web.registro)}")
        for nome, processo in proprios.items():
            if not processos.vivo(processo):
                registro = REGISTROS / f"{nome.lower()}.log"
                raise ServidorNaoSubiu(f"O {nome} parou.{fim_do_registro(registro)}")
        if (codigo := trabalhador.fim()) is not None:
            print(f"O trabalhador parou (código {codigo}); começando outro.", flush=True)
            trabalhador.recomecar()


if __name__ == "__main__":
    sys.exit(main())
