"""The agency's own system: a signed POST, as Standard Webhooks has it. What it says is in `docs/webhook.md`.

The message's id is the delivery's key, the same on every try, so that who takes it twice can know. Secrets are kept
nowhere: each is made from a random salt, which the database keeps, and the program's own secret. While an address has
two, every message carries both signatures, and the agency changes from one to the other when it suits.
"""

from __future__ import annotations

import hmac
import json
import secrets
import uuid
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from typing import Any

from flask import current_app
from sqlalchemy import select

from peticionamento.comum import rede
from peticionamento.comum.db import db, soltar_conexao, transaction, travar
from peticionamento.comum.saida import Falha
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import texto_de_html
from peticionamento.distribuicao.models import Canal, EnderecoDeEntrega, Entrega
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.queries import documentos_de
from peticionamento.triagem.apensamento import ids_das_apensadas
from peticionamento.triagem.models import Demanda, Encaminhamento
from peticionamento.triagem.queries import para_ler

PREFIXO = "whsec_"
SEGREDOS = 2
"""How many secrets of one address are good at once."""
ESPERA_MAXIMA = timedelta(days=1)
"""No Retry-After is obeyed beyond this: the delivery would be forgotten."""
PASSAGEIRAS = (408, 425, 429)
"""Refusals that another try may mend; every other 4xx is a person's."""


def entregar(entrega: Entrega) -> Falha | None:
    """Send the demand to where its agency takes them now, which may have been mended since it was routed."""
    consulta = select(EnderecoDeEntrega).where(
        EnderecoDeEntrega.orgao_id == entrega.encaminhamento.orgao_id, EnderecoDeEntrega.canal == Canal.WEBHOOK
    )
    endereco = db.session().execute(consulta).scalar_one_or_none()
    if endereco is None or not endereco.ativo:
        return Falha("o órgão não tem um endereço ligado para o sistema dele", adianta_tentar=False)
    dados = demanda_em_json(entrega.encaminhamento, chave=entrega.chave)
    falha, status = _enviar(endereco, entrega.chave, "demanda.encaminhada", dados)
    if status == 410:
        _desligar(endereco.id)
    return falha


def experimentar(endereco: EnderecoDeEntrega) -> Falha | None:
    """Send a message of type `teste`, which carries no demand."""
    if not endereco.endereco:
        return Falha("o órgão ainda não tem um endereço", adianta_tentar=False)
    falha, _ = _enviar(endereco, uuid.uuid4().hex, "teste", {"orgao": endereco.orgao.sigla})
    return falha


def demanda_em_json(encaminhamento: Encaminhamento, *, chave: str) -> dict[str, Any]:
    """The demand as the agency's system reads it."""
    peticao = encaminhamento.demanda.peticao
    publico = current_app.config["PETICIONAMENTO"].endereco_publico.rstrip("/")
    return {
        "entrega": chave,
        "encaminhamento": encaminhamento.id,
        "orgao": encaminhamento.orgao.sigla,
        "unidade": encaminhamento.unidade.sigla,
        "instrucao": encaminhamento.instrucao,
        "responder_ate": encaminhamento.vence_dia.isoformat(),
        "acesso": encaminhamento.acesso.value,
        "endereco": f"{publico}/atendimento/{encaminhamento.id}",
        "processo": _processo_em_json(peticao),
        "apensados": _apensados(encaminhamento.demanda_id),
    }


def _processo_em_json(peticao: Peticao) -> dict[str, Any]:
    return {
        "numero": peticao.numero,
        "assunto": peticao.assunto,
        "tipo": peticao.tipo.nome,
        "protocolado_em": peticao.protocolada_em.isoformat() if peticao.protocolada_em else None,
        "autor": peticao.autor.nome,
        "municipio": {"ibge": peticao.municipio_id, "nome": peticao.municipio.nome if peticao.municipio else ""},
        "texto": texto_de_html(peticao.texto_html),
        "documentos": [
            {
                "nome": documento.nome,
                "papel": documento.papel.value,
                "bytes": documento.arquivo.tamanho_bytes if documento.arquivo else None,
                "sha256": documento.arquivo.sha256 if documento.arquivo else None,
            }
            for documento in para_ler(documentos_de(peticao.id))
        ],
    }


def _apensados(demanda_id: int) -> list[str]:
    """The numbers of the processes that wait for the same answer."""
    ids = ids_das_apensadas(demanda_id)
    if not ids:
        return []
    consulta = select(Peticao.numero).join(Demanda, Demanda.peticao_id == Peticao.id).where(Demanda.id.in_(ids))
    return [numero or "" for numero in db.session().execute(consulta.order_by(Demanda.id)).scalars()]


def _enviar(endereco: EnderecoDeEntrega, chave: str, tipo: str, dados: dict[str, Any]) -> tuple[Falha | None, int]:
    """One signed message; why it was not taken, and the answer's status (0: none came)."""
    instante, url = agora(), endereco.endereco
    segredos = [segredo(sal) for sal in _sais(endereco)]
    if not segredos:
        return Falha("o endereço do órgão ainda não tem um segredo", adianta_tentar=False), 0
    mensagem = {"type": tipo, "timestamp": instante.isoformat(), "data": dados}
    corpo = json.dumps(mensagem, ensure_ascii=False, separators=(",", ":")).encode()
    cabecalhos = {
        "Content-Type": "application/json",
        "User-Agent": "Peticionamento-SEIMG/1.0",
        **cabecalhos_da_assinatura(chave, instante, corpo, segredos),
    }
    config = current_app.config["PETICIONAMENTO"]
    regras = rede.Regras(tuple(ip_network(r) for r in config.webhook_redes), config.webhook_http)
    soltar_conexao()
    try:
        resposta = rede.postar(url, corpo, cabecalhos, regras=regras, espera_s=config.espera_rede_s)
    except rede.EnderecoProibido as erro:
        return Falha(f"o sistema do órgão não pode ser chamado: {erro}", url, adianta_tentar=False), 0
    except rede.SemResposta as erro:
        causa = f"o sistema do órgão não respondeu: {erro.causa}"
        return Falha(causa, erro.tecnico, adianta_tentar=not erro.definitiva), 0
    return _avaliar(resposta), resposta.status


def _avaliar(resposta: rede.Resposta) -> Falha | None:
    status = resposta.status
    tecnico = f"HTTP {status}: {resposta.corpo[:1000]}"
    if 200 <= status < 300:
        return None
    if status == 410:
        return Falha("o sistema do órgão disse que o endereço não existe mais; ele foi desligado", tecnico, False)
    if status >= 500 or status in PASSAGEIRAS:
        espera = _esperar_ate(resposta.cabecalhos.get("retry-after", ""))
        causa = "o sistema do órgão pediu para esperar" if status == 429 else "o sistema do órgão falhou"
        return Falha(f"{causa} (HTTP {status})", tecnico, nao_antes=espera)
    if 300 <= status < 400:
        return Falha("o endereço do sistema do órgão mudou: cadastre o novo", tecnico, adianta_tentar=False)
    return Falha(f"o sistema do órgão recusou a mensagem (HTTP {status})", tecnico, adianta_tentar=False)


def _esperar_ate(pedido: str) -> datetime | None:
    """Until when a Retry-After asks to wait: seconds, or a date; nothing that cannot be understood is obeyed."""
    pedido = pedido.strip()
    if pedido.isascii() and pedido.isdecimal():
        ate = agora() + min(timedelta(seconds=int(pedido[:9])), ESPERA_MAXIMA)
    else:
        try:
            ate = parsedate_to_datetime(pedido)
        except ValueError:
            return None
    return min(ate if ate.tzinfo else ate.replace(tzinfo=UTC), agora() + ESPERA_MAXIMA)


def _desligar(endereco_id: int) -> None:
    """Switch off an address whose owner says that it is gone; an administrator switches it on again."""
    with transaction():
        endereco = travar(EnderecoDeEntrega, endereco_id)
        endereco.ativo = False
        endereco.versao += 1


# Signatures.


def assinar(segredo_: str, chave: str, instante: int, corpo: bytes) -> str:
    """`v1,…`: HMAC-SHA256 over `id.timestamp.body`, in base64. Source: the Standard Webhooks specification."""
    material = b64decode(segredo_.removeprefix(PREFIXO))
    mac = hmac.digest(material, f"{chave}.{instante}.".encode() + corpo, "sha256")
    return f"v1,{b64encode(mac).decode()}"


def cabecalhos_da_assinatura(chave: str, instante: datetime, corpo: bytes, segredos: list[str]) -> dict[str, str]:
    """The three headers of a message; one signature for each secret, separated by a space."""
    segundos = int(instante.timestamp())
    return {
        "webhook-id": chave,
        "webhook-timestamp": str(segundos),
        "webhook-signature": " ".join(assinar(segredo_, chave, segundos, corpo) for segredo_ in segredos),
    }


def novo_sal() -> str:
    """What a new secret is made from."""
    return secrets.token_hex(16)


def segredo(sal: str) -> str:
    """The secret of a salt, `whsec_…`."""
    nosso = current_app.config["PETICIONAMENTO"].secret_key.encode()
    return PREFIXO + b64encode(hmac.digest(nosso, f"webhook:{sal}".encode(), "sha256")).decode()


def _sais(endereco: EnderecoDeEntrega) -> list[str]:
    """The salts of an address's secrets, the newest first."""
    return [str(sal) for sal in endereco.dados.get("sais", [])][:SEGREDOS]
