"""Which notices a person wants, and when: what was chosen, and what it means for one about to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import avisos, tempo
from peticionamento.comum.avisos import Aviso, Decisao
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.grupos_de_aviso import Grupo, Quando, grupos_de
from peticionamento.comum.prazos import Calendario
from peticionamento.comum.tempo import BRASILIA, hoje
from peticionamento.contas.models import Pessoa, Preferencia

HORA_DO_RESUMO = 7
"""From this hour of a business day on, Brasília time, the digest goes out."""

NAO_SE_ESCOLHE = "Escolha uma das opções."


def escolhas(pessoa: Pessoa) -> dict[str, Quando]:
    """What the person gets when, by the key of each group that comes to them."""
    consulta = select(Preferencia.grupo, Preferencia.quando).where(Preferencia.pessoa_id == pessoa.id)
    guardadas = {linha.grupo: linha.quando for linha in db.session().execute(consulta)}
    return {grupo.chave: grupo.aceita(guardadas.get(grupo.chave)) for grupo in grupos_de(pessoa.papeis)}


def escolher(novas: Mapping[str, str], *, por: Pessoa) -> None:
    """Keep what a person chose, group by group; groups that are not named stay as they were.

    Raises Recusa beside the group's key when it is none of the person's or does not allow that choice.
    """
    permitidas = {grupo.chave: grupo.opcoes for grupo in grupos_de(por.papeis)}
    for chave, quando in novas.items():
        if quando not in permitidas.get(chave, ()):
            raise Recusa(NAO_SE_ESCOLHE, chave)
    if not novas:
        return
    linhas = [{"pessoa_id": por.id, "grupo": chave, "quando": Quando(quando)} for chave, quando in novas.items()]
    comando = insert(Preferencia).values(linhas)
    with transaction() as session:
        session.execute(
            comando.on_conflict_do_update(
                index_elements=[Preferencia.pessoa_id, Preferencia.grupo],
                set_={"quando": comando.excluded.quando},
            )
        )


def decidir(aviso: Aviso) -> Decisao:
    """What becomes of a notice that its job has just taken. An agency's mailbox always gets its own, at once."""
    grupo = aviso.grupo
    if grupo.obrigatorio:
        return Decisao()
    quando = _preferida(aviso.para, grupo)
    if quando is not Quando.RESUMO:
        return Decisao(quando)
    agora = tempo.agora()
    ate = proximo_resumo(agora, calendario_local())
    if _urgente(aviso.vence_dia, hoje(agora), hoje(ate)):
        return Decisao()
    return Decisao(Quando.RESUMO, ate)


def _preferida(para: str, grupo: Grupo) -> Quando:
    consulta = (
        select(Preferencia.quando)
        .select_from(Pessoa)
        .outerjoin(Preferencia, and_(Preferencia.pessoa_id == Pessoa.id, Preferencia.grupo == grupo.chave))
        .where(Pessoa.email == para)
    )
    linha = db.session().execute(consulta).first()
    return Quando.NA_HORA if linha is None else grupo.aceita(linha.quando)


def _urgente(vence_dia: date | None, dia: date, do_resumo: date) -> bool:
    """Whether its deadline ends today, or before the digest would come."""
    return vence_dia is not None and (vence_dia <= dia or vence_dia < do_resumo)


def proximo_resumo(agora: datetime, calendario: Calendario) -> datetime:
    """When the next digest goes out: at seven of this day if it is still to come, else of the next business day."""
    dia = hoje(agora)
    if agora.astimezone(BRASILIA).hour >= HORA_DO_RESUMO:
        dia += timedelta(days=1)
    while not calendario.e_util(dia):
        dia += timedelta(days=1)
    return datetime.combine(dia, time(HORA_DO_RESUMO), tzinfo=BRASILIA)


avisos.registrar_decisor(decidir)
