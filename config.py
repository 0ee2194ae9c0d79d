"""Settings, read once from the environment into a frozen, typed value.

Everything wrong is reported in one message, so that a deployment is mended in one go.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

RAIZ = Path(__file__).resolve().parent
INSTANCIA = RAIZ / "instance"
AMBIENTE_LOCAL = INSTANCIA / "ambiente"
"""Written by `make run`: where its servers are, so that `flask` in another shell finds them."""

MEGABYTE = 1024 * 1024


class ConfiguracaoInvalida(Exception):
    """The environment does not say what the program needs; the message lists everything wrong."""


@dataclass(frozen=True)
class Config:
    """All settings. Sizes in bytes, times in seconds."""

    database_url: str
    redis_url: str
    arquivos_url: str
    secret_key: str
    smtp_url: str
    ambiente: str = "producao"
    remetente: str = "Peticionamento SEI!MG <nao-responda@peticionamento.invalid>"
    endereco_publico: str = "http://127.0.0.1:8000"
    limite_arquivo_bytes: int = 50 * MEGABYTE
    limite_peticao_bytes: int = 200 * MEGABYTE
    limite_texto_caracteres: int = 20_000
    sessao_s: int = 12 * 3600
    reserva_s: int = 60
    """How long a job may hold its outbox row; after that the sweep hands it to another."""
    reserva_triagem_s: int = 30 * 60
    desfazer_s: int = 60
    """How long a routing waits before its delivery starts, so that it can be undone; 0: not at all."""
    varredura_s: int = 10
    pausas_s: tuple[int, ...] = (10, 60, 300, 1800, 7200)
    """Pauses between tries of a delivery; after the last one it waits for a person."""
    espera_rede_s: int = 20
    almg_url: str = "https://dadosabertos.almg.gov.br/api/v2/"
    """The Assembly's open data."""
    limite_entrada: str = "10 per minute"
    """Refused passwords of one account; after them, any pair is refused for a while."""
    limite_endereco: str = "100 per minute"
    """The same for all that come from one address."""
    dias_uteis_triagem: int = 5
    mascara_numero: str = "sei-mg"
    """How process numbers are written: one of `comum.protocolo.MASCARAS`."""
    dias_uteis_reabrir: int = 10
    """Business days after an answer in which its author may rate it, and reopen the demand."""
    dias_rascunho: int = 30
    """How long a draft nobody opens is kept, and the versions of one that was filed."""
    clamd: str = ""
    """The antivirus: `unix:/run/clamav/clamd.ctl` or `tcp://host:3310`; empty: none."""
    sei_url: str = ""
    """SEI's web service, `https://…/sei/ws/SeiWS.php`; empty: no SEI."""
    sei_sistema: str = ""
    """Who we are there: the sigla its administrator registered."""
    sei_servico: str = field(default="", repr=False)
    """The key of our service there. A secret."""
    devolucoes: str = ""
    """The mailbox to which messages come back, `devolucoes@…`; it must take `devolucoes+key@…` too. Empty: none."""
    devolucoes_imap: str = field(default="", repr=False)
    """Where it is read: `imaps://user:password@host/INBOX`; empty: nowhere, or the mail server pipes it. A secret."""
    webhook_redes: tuple[str, ...] = ()
    """Networks of our own in which agencies' systems may be, `10.20.0.0/16`, beside public addresses."""
    webhook_http: bool = False
    """Whether agencies' systems may be called without TLS: a person's own machine."""
    proxies: int = 0
    """How many reverse proxies stand in front; their X-Forwarded headers are believed, nobody else's."""
    sem_csrf: bool = False
    """Only tests of services set it; the CSRF tests run with the guard on."""

    @property
    def desenvolvimento(self) -> bool:
        """Whether this is a person's own machine rather than a server."""
        return self.ambiente == "desenvolvimento"


def _arquivo_local() -> dict[str, str]:
    if not AMBIENTE_LOCAL.exists():
        return {}
    linhas = AMBIENTE_LOCAL.read_text(encoding="utf-8").splitlines()
    return dict(linha.split("=", 1) for linha in linhas if "=" in linha)


def _com_driver(url: str) -> str:
    """The same database through psycopg 3, also where the URL is written as other programs write it."""
    esquema, separador, resto = url.partition("://")
    return f"postgresql+psycopg://{resto}" if separador and esquema in ("postgres", "postgresql") else url


class _Leitor:
    """Reads one setting at a time and remembers what is wrong, to tell it all at once."""

    def __init__(self, ambiente: Mapping[str, str]) -> None:
        self.ambiente = ambiente
        self.faltas: list[str] = []

    def texto(self, nome: str, padrao: str | None = None) -> str:
        valor = self.ambiente.get(nome, "").strip() or padrao
        if valor is None:
            self.faltas.append(f"{nome}: falta")
        return valor or ""

    def inteiro(self, nome: str, padrao: int) -> int:
        valor = self.texto(nome, str(padrao))
        if valor.isdecimal() and (int(valor) > 0 or int(valor) == padrao):
            return int(valor)
        self.faltas.append(f"{nome}: precisa ser um número inteiro positivo, e é {valor!r}")
        return padrao

    def segundos(self, nome: str, padrao: int) -> int:
        valor = self.texto(nome, str(padrao))
        if valor.isdecimal():
            return int(valor)
        self.faltas.append(f"{nome}: precisa ser um número de segundos, e é {valor!r}")
        return padrao

    def soquete(self, nome: str) -> str:
        valor = self.texto(nome, "")
        if valor and not valor.startswith(("unix:/", "tcp://")):
            self.faltas.append(f"{nome}: precisa ser unix:/caminho ou tcp://servidor:porta, e é {valor!r}")
        return valor

    def endereco_seguro(self, nome: str) -> str:
        """An address that keys are sent to: encrypted, or on this machine."""
        valor = self.texto(nome, "")
        if valor and not valor.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            self.faltas.append(f"{nome}: precisa começar com https://, e é {valor!r}")
        return valor

    def caixa(self, nome: str) -> str:
        valor = self.texto(nome, "")
        if valor and not re.fullmatch(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+", valor):
            self.faltas.append(f"{nome}: precisa ser um endereço de e-mail sem +, e é {valor!r}")
        return valor

    def imap(self, nome: str) -> str:
        """A mailbox's address; its password travels, so without TLS it must be on this machine. It is not repeated."""
        valor = self.texto(nome, "")
        partes = urlsplit(valor)
        local = partes.scheme == "imap" and partes.hostname in ("127.0.0.1", "localhost")
        if valor and not (local or (partes.scheme == "imaps" and partes.hostname)):
            self.faltas.append(f"{nome}: precisa ser imaps://usuario:senha@servidor/pasta")
        return valor

    def redes(self, nome: str) -> tuple[str, ...]:
        partes = tuple(parte.strip() for parte in self.texto(nome, "").split(",") if parte.strip())
        try:
            for parte in partes:
                ip_network(parte)
        except ValueError:
            self.faltas.append(f"{nome}: precisa ser uma lista de redes separadas por vírgula, e é {partes!r}")
            return ()
        return partes

    def sim_ou_nao(self, nome: str) -> bool:
        valor = self.texto(nome, "0")
        if valor not in ("0", "1"):
            self.faltas.append(f"{nome}: precisa ser 0 ou 1, e é {valor!r}")
        return valor == "1"

    def inteiros(self, nome: str, padrao: tuple[int, ...]) -> tuple[int, ...]:
        valor = self.texto(nome, ",".join(map(str, padrao)))
        partes = [parte.strip() for parte in valor.split(",")]
        if all(parte.isdecimal() for parte in partes):
            return tuple(int(parte) for parte in partes)
        self.faltas.append(f"{nome}: precisa ser uma lista de segundos separados por vírgula, e é {valor!r}")
        return padrao


def ler(ambiente: Mapping[str, str] | None = None) -> Config:
    """Read the settings from `ambiente` (the process environment by default).

    Raises ConfiguracaoInvalida with every missing or malformed setting.
    """
    leitor = _Leitor({**_arquivo_local(), **os.environ} if ambiente is None else ambiente)
    texto, inteiro = leitor.texto, leitor.inteiro
    config = Config(
        database_url=_com_driver(texto("DATABASE_URL")),
        redis_url=texto("REDIS_URL"),
        arquivos_url=texto("ARQUIVOS_URL", f"file://{INSTANCIA / 'arquivos'}"),
        secret_key=texto("SECRET_KEY"),
        smtp_url=texto("SMTP_URL"),
        ambiente=texto("AMBIENTE", "producao"),
        remetente=texto("REMETENTE", Config.remetente),
        endereco_publico=texto("ENDERECO_PUBLICO", f"http://127.0.0.1:{texto('PORT', '8000')}"),
        limite_arquivo_bytes=inteiro("LIMITE_ARQUIVO_MB", 50) * MEGABYTE,
        limite_peticao_bytes=inteiro("LIMITE_PETICAO_MB", 200) * MEGABYTE,
        sessao_s=inteiro("SESSAO_S", Config.sessao_s),
        reserva_s=inteiro("RESERVA_S", Config.reserva_s),
        desfazer_s=leitor.segundos("DESFAZER_S", Config.desfazer_s),
        varredura_s=inteiro("VARREDURA_S", Config.varredura_s),
        pausas_s=leitor.inteiros("PAUSAS_S", Config.pausas_s),
        espera_rede_s=inteiro("ESPERA_REDE_S", Config.espera_rede_s),
        almg_url=texto("ALMG_URL", Config.almg_url).rstrip("/") + "/",
        limite_entrada=texto("LIMITE_ENTRADA", Config.limite_entrada),
        limite_endereco=texto("LIMITE_ENDERECO", Config.limite_endereco),
        dias_uteis_triagem=inteiro("DIAS_UTEIS_TRIAGEM", Config.dias_uteis_triagem),
        mascara_numero=texto("MASCARA_NUMERO", Config.mascara_numero),
        dias_uteis_reabrir=inteiro("DIAS_UTEIS_REABRIR", Config.dias_uteis_reabrir),
        dias_rascunho=inteiro("DIAS_RASCUNHO", Config.dias_rascunho),
        clamd=leitor.soquete("CLAMD"),
        sei_url=leitor.endereco_seguro("SEI_URL"),
        sei_sistema=texto("SEI_SISTEMA", ""),
        sei_servico=texto("SEI_SERVICO", ""),
        devolucoes=leitor.caixa("DEVOLUCOES"),
        devolucoes_imap=leitor.imap("DEVOLUCOES_IMAP"),
        webhook_redes=leitor.redes("WEBHOOK_REDES"),
        webhook_http=leitor.sim_ou_nao("WEBHOOK_HTTP"),
        proxies=inteiro("PROXIES", Config.proxies),
    )
    if config.secret_key and len(config.secret_key) < 32:
        leitor.faltas.append("SECRET_KEY: precisa de pelo menos 32 caracteres")
    if leitor.faltas:
        raise ConfiguracaoInvalida(
            "Configuração incompleta. Corrija no ambiente (ou rode `make run`):\n  - " + "\n  - ".join(leitor.faltas)
        )
    return config
