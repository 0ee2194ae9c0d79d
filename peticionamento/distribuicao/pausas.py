"""Pausing a channel, an agency, or one agency's channel. What waits stays on the queue, and the panel says why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from peticionamento.cadastros.models import Orgao
from peticionamento.comum.db import db, depois_do_commit, transaction
from peticionamento.comum.erros import AcaoIndevida, Recusa
from peticionamento.comum.permissoes import Ator, exigir, obter
from peticionamento.comum.texto import no_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import vez
from peticionamento.distribuicao.models import Canal
from peticionamento.distribuicao.models_painel import Pausa

MINIMO_MOTIVO = 5
LIMITE_MOTIVO = 500
ENCERRADAS_NA_LISTA = 20


def conferir_motivo(motivo: str) -> str:
    """The reason, trimmed. Raises Recusa when it says nothing or too much."""
    motivo = motivo.strip()
    if len(motivo) < MINIMO_MOTIVO:
        raise Recusa("Diga o motivo: quem olhar o painel depois vai querer saber.", "motivo")
    if len(motivo) > LIMITE_MOTIVO:
        raise Recusa(f"O motivo pode ter no máximo {LIMITE_MOTIVO} caracteres.", "motivo")
    return motivo


def pausar(
    canal: Canal | None, orgao_id: int | None, motivo: str, *, fim_em: datetime | None, por: Pessoa, agora: datetime
) -> Pausa:
    """Stop the deliveries of a channel (`orgao_id` None), of an agency (`canal` None), or of one agency's channel.

    What is being carried ends; nothing else begins until a person resumes, or until `fim_em`. Raises Recusa.
    """
    exigir(por, "distribuicao.pausar")
    motivo = conferir_motivo(motivo)
    if canal is None and orgao_id is None:
        raise Recusa("Escolha um canal, um órgão, ou os dois.", "canal")
    if fim_em is not None and fim_em <= agora:
        raise Recusa("O fim da pausa precisa estar no futuro.", "fim")
    with transaction() as session:
        if orgao_id is not None and session.get(Orgao, orgao_id) is None:
            raise Recusa("Escolha um órgão da lista.", "orgao")
        acabadas = update(Pausa).where(Pausa.encerrada_em.is_(None), Pausa.fim_em <= agora)
        session.execute(acabadas.values(encerrada_em=Pausa.fim_em))
        ja = select(Pausa).where(
            Pausa.encerrada_em.is_(None),
            Pausa.canal.is_not_distinct_from(canal),
            Pausa.orgao_id.is_not_distinct_from(orgao_id),
        )
        if (outra := session.execute(ja).scalar_one_or_none()) is not None:
            raise AcaoIndevida(f"Já está em pausa, por {outra.por.nome}: “{outra.motivo}”.")
        pausa = Pausa(canal=canal, orgao_id=orgao_id, motivo=motivo, por_id=por.id, desde_em=agora, fim_em=fim_em)
        session.add(pausa)
        session.flush()
        return pausa


def retomar(pausa_id: int, *, por: Ator, agora: datetime) -> Pausa:
    """End a pause: what waited gets its jobs. Raises AcaoIndevida when it has ended already."""
    with transaction():
        pausa = obter(Pausa, pausa_id, por, "distribuicao.pausar", travada=True)
        if pausa.encerrada_em is not None or (pausa.fim_em is not None and pausa.fim_em <= agora):
            raise AcaoIndevida("Esta pausa já tinha acabado.")
        pausa.encerrada_em = agora
        orgao_id, canal = pausa.orgao_id, pausa.canal
        depois_do_commit(lambda: vez.chamar(orgao_id=orgao_id, canal=canal))
        return pausa


def vivas(agora: datetime) -> list[Pausa]:
    """The pauses that hold now, the latest first."""
    consulta = select(Pausa).where(vez.pausa_viva(agora)).order_by(Pausa.desde_em.desc())
    return list(db.session().execute(consulta).scalars())


def encerradas(agora: datetime) -> list[Pausa]:
    """The last ones that ended."""
    acabou = or_(Pausa.encerrada_em.is_not(None), Pausa.fim_em <= agora)
    consulta = select(Pausa).where(acabou).order_by(Pausa.desde_em.desc()).limit(ENCERRADAS_NA_LISTA)
    return list(db.session().execute(consulta).scalars())


def o_que(pausa: Pausa) -> str:
    """What is stopped, in words: `E-mail`, `E-mail na SES`, `tudo na SES`."""
    onde = f" {no_orgao(pausa.orgao.sigla)}" if pausa.orgao else ""
    return f"{pausa.canal.rotulo if pausa.canal else 'Tudo'}{onde}"


def segura(pausas: list[Pausa], orgao_id: int, canal: Canal) -> Pausa | None:
    """The pause that holds an agency's channel, if one does."""
    return next((p for p in pausas if p.canal in (None, canal) and p.orgao_id in (None, orgao_id)), None)
