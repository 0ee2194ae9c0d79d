"""HTTP to an address that somebody typed: it may not lead into our own house, whatever its name turns out to be.

The name is looked up once for each request, every address it has is checked, and the connection goes to one of those
very addresses, with the name kept for TLS and for the Host header. So a name that answers differently the second time
(DNS rebinding) gains nothing, and neither does a redirect: each is checked like the first.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

REDIRECIONAMENTOS = 3
LIMITE_RESPOSTA_BYTES = 64 * 1024
"""What is read of an answer; nobody needs more to know how it went."""
SEGUIDOS = (307, 308)
"""Redirects that keep the method and the body. The others would turn a delivery into a mere look."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Rede = ipaddress.IPv4Network | ipaddress.IPv6Network


class EnderecoProibido(Exception):
    """The address may not be asked; the sentence says why, in Portuguese."""


class SemResposta(Exception):
    """The other side did not answer; the sentence says how, in Portuguese. `definitiva`: waiting will not mend it."""

    def __init__(self, causa: str, tecnico: str, *, definitiva: bool = False) -> None:
        super().__init__(causa)
        self.causa, self.tecnico, self.definitiva = causa, tecnico, definitiva


@dataclass(frozen=True)
class Regras:
    """What is allowed beside public addresses over HTTPS."""

    redes: tuple[Rede, ...] = ()
    """Networks of our own that may be asked: the administration's intranet."""
    http: bool = False
    """Whether without TLS too: a person's own machine."""


@dataclass(frozen=True)
class Destino:
    """An address checked: where to connect, and under which name."""

    url: str
    nome: str
    ips: tuple[str, ...]


@dataclass(frozen=True)
class Resposta:
    """What the other side answered, cut at `LIMITE_RESPOSTA_BYTES`."""

    status: int
    cabecalhos: Mapping[str, str]
    corpo: str


def resolver(nome: str, porta: int) -> Sequence[str]:
    """The addresses of a name. Raises OSError. Tests put another in its place."""
    return [str(achado[4][0]) for achado in socket.getaddrinfo(nome, porta, type=socket.SOCK_STREAM)]


def publico(ip: Ip, redes: Sequence[Rede] = ()) -> bool:
    """Whether an address is on the public internet, or in one of `redes`.

    Private, loopback, link-local (where clouds keep their metadata), shared, reserved and multicast ones are not; one
    that carries an IPv4 address inside (mapped, 6to4, Teredo, NAT64) is as good as that.
    """
    if any(ip.version == rede.version and ip in rede for rede in redes):
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        dentro = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if dentro is None and ip in _NAT64:
            dentro = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if dentro is not None:
            return publico(dentro, redes)
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


def conferir(url: str, regras: Regras) -> Destino:
    """Look an address up and check it. Raises EnderecoProibido, SemResposta (no such name)."""
    try:
        partes = urlsplit(url)
        nome, porta = partes.hostname or "", partes.port
    except ValueError as erro:
        raise EnderecoProibido("o endereço está malformado") from erro
    if partes.scheme != "https" and not (regras.http and partes.scheme == "http"):
        raise EnderecoProibido("o endereço precisa começar com https://")
    if not nome or partes.username is not None or partes.password is not None:
        raise EnderecoProibido("o endereço não pode ter usuário ou senha, e precisa do nome do servidor")
    try:
        achados = resolver(nome, porta or (443 if partes.scheme == "https" else 80))
        ips = tuple(dict.fromkeys(achado.partition("%")[0] for achado in achados))
        proibidos = [ip for ip in ips if not publico(ipaddress.ip_address(ip), regras.redes)]
    except (OSError, UnicodeError) as erro:
        raise SemResposta(f"o nome {nome} não foi encontrado", f"{type(erro).__name__}: {erro}") from erro
    if proibidos or not ips:
        raise EnderecoProibido(f"o endereço leva a uma rede interna ({', '.join(proibidos) or 'nenhum endereço'})")
    return Destino(url, nome, ips)


def postar(url: str, corpo: bytes, cabecalhos: Mapping[str, str], *, regras: Regras, espera_s: float) -> Resposta:
    """POST `corpo`, in `espera_s` seconds in all. Raises EnderecoProibido, SemResposta."""
    limite = time.monotonic() + espera_s
    for _ in range(1 + REDIRECIONAMENTOS):
        resposta = _pedir(conferir(url, regras), corpo, cabecalhos, limite)
        if resposta.status not in SEGUIDOS or "location" not in resposta.cabecalhos:
            return resposta
        url = urljoin(url, resposta.cabecalhos["location"])
    raise SemResposta("o endereço redireciona sem parar", url, definitiva=True)


def _pedir(destino: Destino, corpo: bytes, cabecalhos: Mapping[str, str], limite: float) -> Resposta:
    """One request, to the first of the checked addresses that takes the connection."""
    erro: httpx.ConnectError | httpx.ConnectTimeout | None = None
    for ip in destino.ips:
        try:
            return _pedir_a(ip, destino, corpo, cabecalhos, limite)
        except (httpx.ConnectError, httpx.ConnectTimeout) as recusa:
            erro = recusa
            if "CERTIFICATE_VERIFY_FAILED" in str(recusa):
                raise SemResposta("o certificado do servidor não é válido", str(recusa), definitiva=True) from recusa
        except httpx.TimeoutException as demora:
            raise SemResposta("o servidor não respondeu a tempo", f"{type(demora).__name__}: {demora}") from demora
        except (httpx.HTTPError, httpx.InvalidURL) as falha:
            raise SemResposta("a ligação com o servidor caiu", f"{type(falha).__name__}: {falha}") from falha
    raise SemResposta("o servidor não aceitou a ligação", f"{type(erro).__name__}: {erro}") from erro


def _pedir_a(ip: str, destino: Destino, corpo: bytes, cabecalhos: Mapping[str, str], limite: float) -> Resposta:
    partes = urlsplit(destino.url)
    porta = f":{partes.port}" if partes.port else ""
    anfitriao = f"[{ip}]" if ":" in ip else ip
    no_ip = partes._replace(netloc=f"{anfitriao}{porta}", fragment="").geturl()
    nome = f"[{destino.nome}]" if ":" in destino.nome else destino.nome
    resta = max(limite - time.monotonic(), 0.1)
    # A client for each request: connections are kept by address, and two names may share one.
    with (
        httpx.Client(timeout=resta, trust_env=False, verify=ssl.create_default_context()) as cliente,
        cliente.stream(
            "POST",
            no_ip,
            content=corpo,
            headers={"Accept-Encoding": "identity", **cabecalhos, "Host": f"{nome}{porta}"},
            extensions={"sni_hostname": destino.nome},
        ) as resposta,
    ):
        lido = _ler(resposta, limite)
        return Resposta(resposta.status_code, dict(resposta.headers), lido.decode("utf-8", "replace"))


def _ler(resposta: httpx.Response, limite: float) -> bytes:
    lido = bytearray()
    for pedaco in resposta.iter_raw(8192):
        lido += pedaco[: LIMITE_RESPOSTA_BYTES - len(lido)]
        if len(lido) >= LIMITE_RESPOSTA_BYTES:
            break
        if time.monotonic() > limite:
            raise httpx.ReadTimeout("too slow altogether", request=resposta.request)
    return bytes(lido)
