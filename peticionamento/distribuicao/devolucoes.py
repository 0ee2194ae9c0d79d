"""Messages that came back: read from a mailbox or from standard input, and shown on their delivery.

Each message we send carries an envelope address of its own (VERP), `devolucoes+<key>@…`, so that whatever comes back to
it is known; where the mailbox is another's, our Message-ID in the returned headers says the same. Nothing is thrown
away: what belongs to no delivery is kept too, with its text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from typing import cast

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.comum import historico
from peticionamento.comum.db import db, transaction
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import SISTEMA
from peticionamento.comum.saida import AcaoSaida, EstadoSaida
from peticionamento.comum.texto import limpar_linha
from peticionamento.distribuicao import services
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.models_correio import Devolucao, TipoDevolucao

LIMITE_TEXTO = 64 * 1024
"""Characters kept of a message: its report comes first, what it returns after."""
_CHAVE = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
_ID = re.compile(r"<([0-9a-f]{32})@", re.IGNORECASE)
_DESTINOS = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
_CAUSAS = (
    (r"5\.1\.(1|2|3|10)", "o endereço não existe"),
    (r"5\.2\.1", "a caixa está desativada"),
    (r"[45]\.2\.2", "a caixa está cheia"),
    (r"5\.2\.3|5\.3\.4", "a mensagem é grande demais para a caixa"),
    (r"5\.7\.\d+", "o servidor do destinatário não aceita mensagens nossas"),
    (r"4\.4\.\d+|5\.4\.\d+", "o servidor do destinatário não foi alcançado"),
)


@dataclass(frozen=True)
class Lida:
    """What a returned message says."""

    tipo: TipoDevolucao
    chave: str | None
    """The key of the message that came back; None when it says of none."""
    para: str
    codigo: str
    """The status of RFC 3463, `5.1.1`."""
    tecnico: str

    @property
    def causa(self) -> str:
        """Why, in words."""
        achada = next((frase for padrao, frase in _CAUSAS if re.fullmatch(padrao, self.codigo)), None)
        return achada or "o servidor do destinatário devolveu a mensagem"


def ler(conteudo: bytes) -> Lida:
    """Read one message (RFC 5322); its report is that of RFC 3464. Whatever it is, something is made of it."""
    mensagem = message_from_bytes(conteudo)  # the old policy: it reads what others write wrong, and raises at nothing
    chave = _chave(mensagem)
    for bloco in _blocos(mensagem):
        acao = _campo(bloco, "Action").casefold()
        if acao in ("failed", "delayed"):
            tipo = TipoDevolucao.DEFINITIVA if acao == "failed" else TipoDevolucao.PASSAGEIRA
            para = _campo(bloco, "Final-Recipient").rpartition(";")[2] or _campo(bloco, "Original-Recipient")
            codigo = _campo(bloco, "Status").partition(" ")[0]
            tecnico = " ".join(filter(None, (codigo, _campo(bloco, "Diagnostic-Code"), _campo(bloco, "Remote-MTA"))))
            return Lida(tipo, chave, limpar_linha(para)[:254], codigo[:12], tecnico)
    return Lida(TipoDevolucao.OUTRA, chave, _campo(mensagem, "From")[:254], "", _campo(mensagem, "Subject"))


def _blocos(mensagem: Message) -> Iterator[Message]:
    """The groups of a delivery report: that of the message first, one for each recipient after."""
    for parte in mensagem.walk():
        if parte.get_content_type() == "message/delivery-status":
            for bloco in cast(list[Message], parte.get_payload()):
                if isinstance(bloco, Message):
                    yield bloco


def _campo(bloco: Message, nome: str) -> str:
    return limpar_linha(str(bloco.get(nome, "")))


def _chave(mensagem: Message) -> str | None:
    """Whose it is: by the address it came to, else by our Message-ID in what is returned."""
    for nome in _DESTINOS:
        for valor in mensagem.get_all(nome, []):
            if achada := _CHAVE.search(str(valor)):
                return achada[1].lower()
    for parte in mensagem.walk():
        if parte.get_content_type() == "text/rfc822-headers":
            conteudo = parte.get_payload(decode=True)
            achada = _ID.search(conteudo.decode("utf-8", "replace")) if isinstance(conteudo, bytes) else None
        else:  # what is returned whole is walked through, too; its own id is not the report's
            achada = _ID.search(str(parte.get("Message-ID", "")))
        achada = achada or _ID.search(f"{parte.get('In-Reply-To', '')} {parte.get('References', '')}")
        if achada:
            return achada[1].lower()
    return None


def receber(conteudo: bytes, *, agora: datetime) -> Devolucao | None:
    """Take one message in. None: it was read before.

    One that failed for good puts its delivery back before a person, with the cause; one that is only late is noted.
    """
    lida = ler(conteudo)
    with transaction() as session:
        entrega = _entrega(lida.chave)
        nova = (
            insert(Devolucao)
            .values(
                resumo=hashlib.sha256(conteudo).hexdigest(),
                entrega_id=entrega.id if entrega else None,
                tipo=lida.tipo,
                para=lida.para,
                codigo=lida.codigo,
                texto=conteudo[:LIMITE_TEXTO].decode("utf-8", "replace").replace("\x00", "\ufffd"),
                recebida_em=agora,
            )
            .on_conflict_do_nothing(index_elements=[Devolucao.resumo])
            .returning(Devolucao.id)
        )
        devolucao_id = session.execute(nova).scalar_one_or_none()
        if devolucao_id is None:
            return None
        if entrega is not None:
            _anotar(entrega, lida)
        return session.get_one(Devolucao, devolucao_id)


def _entrega(chave: str | None) -> Entrega | None:
    """The delivery of that key, locked."""
    if chave is None:
        return None
    consulta = select(Entrega).where(Entrega.chave == chave, Entrega.canal == Canal.CORREIO)
    return db.session().execute(consulta.with_for_update(of=Entrega)).scalar_one_or_none()


def _anotar(entrega: Entrega, lida: Lida) -> None:
    if lida.tipo is TipoDevolucao.DEFINITIVA and entrega.estado is EstadoSaida.ENTREGUE:
        mover(entrega, AcaoSaida.VOLTAR, por=SISTEMA, detalhe=f"{entrega.detalhe()}: {lida.causa}")
        entrega.entregue_em = None
        entrega.erro, entrega.erro_tecnico = f"a mensagem voltou: {lida.causa}", lida.tecnico[:4000]
        services.avisar_que_espera(entrega)
        return
    frase = {
        TipoDevolucao.DEFINITIVA: f"A mensagem {entrega.detalhe()} voltou: {lida.causa}.",
        TipoDevolucao.PASSAGEIRA: f"A mensagem {entrega.detalhe()} ainda não chegou; o servidor continua tentando.",
        TipoDevolucao.OUTRA: f"Chegou uma mensagem em resposta à que foi enviada {entrega.detalhe()}.",
    }[lida.tipo]
    historico.registrar(entrega.peticao_id, entrega.ENTIDADE, entrega.id, "devolucao", frase, por=SISTEMA)


def da_entrega(entrega_id: int) -> list[Devolucao]:
    """What came back of one delivery, the newest first."""
    consulta = select(Devolucao).where(Devolucao.entrega_id == entrega_id).order_by(Devolucao.id.desc())
    return list(db.session().execute(consulta).scalars())


def sem_entrega(limite: int = 50) -> list[Devolucao]:
    """The latest that belong to no delivery."""
    consulta = select(Devolucao).where(Devolucao.entrega_id.is_(None)).order_by(Devolucao.id.desc()).limit(limite)
    return list(db.session().execute(consulta).scalars())
