"""Receive or decline a routing by a link, without signing in: what the agency's focal point gets by e-mail.

A link is bound to one routing and good until the end of the third business day after its message. Each reminder brings
a fresh one and the earlier keep working, so that nobody finds a dead link in the message they happen to open; all end
on the same day, and one use uses up all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.atendimento import services
from peticionamento.atendimento.models import Convite
from peticionamento.comum import historico, links
from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, NaoEncontrado, Recusa
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import BRASILIA, data_hora, dia_por_extenso, hoje
from peticionamento.comum.texto import do_orgao, no_orgao
from peticionamento.triagem import services as triagem
from peticionamento.triagem.models import Encaminhamento, EstadoEncaminhamento
from peticionamento.triagem.prazos import calendario_do_orgao

LEMBRETES = 2
"""Reminders: on the first and on the second business day after the message."""
HORA_DOS_LEMBRETES = 8
"""Not before this hour, Brasília time: people read it as the day begins."""
MINIMO_FRASE = 10
LIMITE_FRASE = 600
NAO_EXISTE = (
    "Confira se ele veio inteiro do e-mail: alguns programas cortam endereços longos no fim da linha. A demanda "
    "continua na caixa do órgão; quem tem acesso pode entrar e decidir por lá."
)


class MotivoRecusa(Rotulado):
    """Why an agency declines, from a list."""

    COMPETENCIA = "competencia", "O assunto não é da competência deste órgão"
    OUTRO_ENTE = "outro_ente", "Cabe ao município, à União ou a outro Poder"
    DUPLICADA = "duplicada", "O mesmo pedido já está em outro processo"
    INCOMPLETA = "incompleta", "Faltam dados sem os quais não se pode responder"
    OUTRO = "outro", "Outro motivo"


class SituacaoConvite(Rotulado):
    """What a link can do now."""

    VALE = "vale", "Vale", "anda"
    A_CAMINHO = "a_caminho", "A demanda ainda está chegando", "neutro"
    USADO = "usado", "Já usado", "bom"
    DECIDIDA = "decidida", "A demanda já foi decidida", "bom"
    TERMINOU = "terminou", "Terminou", "mau"


@dataclass(frozen=True)
class PontoFocal:
    """Who acts by a link: an `Ator` with the rights of the agency's desk over its own inbox; its name says so."""

    nome: str
    onde: str
    unidades_ids: frozenset[int]
    pessoa_id: None = None
    papeis: frozenset[Papel] = frozenset({Papel.AGENTE})

    @classmethod
    def de(cls, encaminhamento: Encaminhamento) -> PontoFocal:
        """The focal point of a routing's agency."""
        sigla = encaminhamento.orgao.sigla
        return cls(f"Ponto focal {do_orgao(sigla)}, pelo link", sigla, frozenset({encaminhamento.unidade_id}))


@dataclass(frozen=True)
class Aberto:
    """A link as it is found: what it can do, and if nothing, why, in words."""

    convite: Convite
    situacao: SituacaoConvite
    frase: str = ""

    @property
    def encaminhamento(self) -> Encaminhamento:
        """What it is about."""
        return self.convite.encaminhamento


def preparar(encaminhamento: Encaminhamento, para: str, *, resumo: str, vence_dia: date, agora: datetime) -> None:
    """Write down the link that a message to `para` is about to carry; another try of it begins its days anew.

    Called inside the caller's transaction.
    """
    valores = {"resumo": resumo, "para": para, "criado_em": agora, "vence_dia": vence_dia}
    novo = insert(Convite).values(encaminhamento_id=encaminhamento.id, ordem=0, **valores)
    db.session().execute(
        novo.on_conflict_do_update(index_elements=[Convite.encaminhamento_id, Convite.ordem], set_=valores)
    )


def abrir(token: str, *, agora: datetime) -> Aberto:
    """Look at a link, changing nothing. Raises NaoEncontrado when there is no such link."""
    consulta = select(Convite).where(Convite.resumo == links.resumo(token)).execution_options(populate_existing=True)
    convite = db.session().execute(consulta).scalar_one_or_none()
    if convite is None:
        raise NaoEncontrado(f"Este link não existe. {NAO_EXISTE}")
    return _situar(convite, agora)


def _situar(convite: Convite, agora: datetime) -> Aberto:
    encaminhamento = convite.encaminhamento
    if usado_em := _usado_em(encaminhamento.id):
        return Aberto(convite, SituacaoConvite.USADO, f"O link desta demanda foi usado em {data_hora(usado_em)}.")
    a_caminho = encaminhamento.estado is EstadoEncaminhamento.A_ENTREGAR
    if not a_caminho and encaminhamento.estado is not EstadoEncaminhamento.ENTREGUE:
        return Aberto(convite, SituacaoConvite.DECIDIDA, _o_que_houve(encaminhamento))
    sigla = encaminhamento.orgao.sigla
    if hoje(agora) > convite.vence_dia:
        frase = f"Este link valeu até {dia_por_extenso(convite.vence_dia)}. A demanda continua {no_orgao(sigla)}."
        return Aberto(convite, SituacaoConvite.TERMINOU, frase)
    if a_caminho:
        frase = f"Ela está chegando à caixa {do_orgao(sigla)}. Espere um minuto e abra o link de novo."
        return Aberto(convite, SituacaoConvite.A_CAMINHO, frase)
    return Aberto(convite, SituacaoConvite.VALE)


def _usado_em(encaminhamento_id: int) -> datetime | None:
    consulta = select(func.max(Convite.usado_em)).where(Convite.encaminhamento_id == encaminhamento_id)
    return db.session().execute(consulta).scalar_one()


def _o_que_houve(encaminhamento: Encaminhamento) -> str:
    """The last that happened to the routing, said of offices: whoever has the link need not know servants' names."""
    ultimo = historico.ultimo(encaminhamento.ENTIDADE, encaminhamento.id)
    if ultimo is None:
        return f"A situação agora é “{encaminhamento.estado.rotulo}”."
    return f"{ultimo.onde or 'O sistema'}, em {data_hora(ultimo.em)}: {ultimo.texto}"


def receber(token: str, *, agora: datetime) -> Encaminhamento:
    """The agency takes the demand in hand, by its link. Raises NaoEncontrado, AcaoIndevida (used, ended, decided)."""
    with _usando(token, agora) as (encaminhamento, por):
        return services.receber(encaminhamento.id, por=por, versao=encaminhamento.versao, agora=agora)


def recusar(token: str, motivo: MotivoRecusa, frase: str, *, agora: datetime) -> Encaminhamento:
    """The agency declines by its link, with a reason of the list and a sentence of 10 to 600 characters.

    Raises Recusa, NaoEncontrado, AcaoIndevida (used, ended, decided).
    """
    frase = frase.strip()
    if len(frase) < MINIMO_FRASE:
        raise Recusa("Diga em uma frase por que o órgão recusa e, se souber, quem pode responder.", "frase")
    if len(frase) > LIMITE_FRASE:
        raise Recusa(f"A frase pode ter no máximo {LIMITE_FRASE} caracteres.", "frase")
    with _usando(token, agora) as (encaminhamento, por):
        return services.recusar(
            encaminhamento.id, f"{motivo.rotulo}. {frase}", por=por, versao=encaminhamento.versao, agora=agora
        )


@contextmanager
def _usando(token: str, agora: datetime) -> Iterator[tuple[Encaminhamento, PontoFocal]]:
    """One use of a link: asked again once the routing is locked, so that of two at once the second is refused."""
    with transaction():
        aberto = abrir(token, agora=agora)
        _exigir_que_valha(aberto)
        por = PontoFocal.de(aberto.encaminhamento)
        encaminhamento = triagem.travar_encaminhamento(aberto.encaminhamento.id, por, "atendimento.receber")
        _exigir_que_valha(_situar(aberto.convite, agora))
        aberto.convite.usado_em = agora
        yield encaminhamento, por


def _exigir_que_valha(aberto: Aberto) -> None:
    if aberto.situacao is not SituacaoConvite.VALE:
        raise AcaoIndevida(aberto.frase)


def lembrar(*, agora: datetime) -> int:
    """Remind the agencies that have done nothing yet, once on each of the next two business days. How many went."""
    dia = agora.astimezone(BRASILIA)
    if dia.hour < HORA_DOS_LEMBRETES:
        return 0
    meia_noite = dia.replace(hour=0, minute=0, second=0, microsecond=0)
    consulta = (
        select(Convite.encaminhamento_id)
        .join(Encaminhamento, Encaminhamento.id == Convite.encaminhamento_id)
        .where(
            Convite.ordem == 0,
            Convite.vence_dia >= dia.date(),
            Convite.criado_em < meia_noite,
            Encaminhamento.estado == EstadoEncaminhamento.ENTREGUE,
            Encaminhamento.lembretes < LEMBRETES,
            or_(Encaminhamento.lembrado_em.is_(None), Encaminhamento.lembrado_em < meia_noite),
        )
        .order_by(Convite.id)
    )
    return sum(_lembrar_de(chave, agora) for chave in db.session().execute(consulta).scalars().all())


def _lembrar_de(encaminhamento_id: int, agora: datetime) -> bool:
    """One reminder, unless another worker is at it, or it was sent, or its day is no business day."""
    with transaction() as session:
        consulta = (
            select(Encaminhamento)
            .where(Encaminhamento.id == encaminhamento_id, Encaminhamento.estado == EstadoEncaminhamento.ENTREGUE)
            .with_for_update(skip_locked=True, of=Encaminhamento)
            .execution_options(populate_existing=True)
        )
        encaminhamento = session.execute(consulta).scalar_one_or_none()
        if encaminhamento is None:
            return False
        do_encaminhamento = select(Convite).where(Convite.encaminhamento_id == encaminhamento_id)
        convites = list(session.execute(do_encaminhamento.order_by(Convite.ordem)).scalars())
        primeiro, ultimo = convites[0], convites[-1]
        calendario, dia = calendario_do_orgao(encaminhamento), hoje(agora)
        ordem = calendario.entre(hoje(primeiro.criado_em), dia)
        if not calendario.e_util(dia) or not ultimo.ordem < ordem <= LEMBRETES:
            return False
        _enviar_lembrete(primeiro, ordem, agora)
        encaminhamento.lembretes += 1
        encaminhamento.lembrado_em = agora
        return True


def _enviar_lembrete(primeiro: Convite, ordem: int, agora: datetime) -> None:
    chave, encaminhamento = uuid.uuid4().hex, primeiro.encaminhamento
    resumo = links.resumo(links.token(chave))
    db.session().add(
        Convite(
            encaminhamento_id=encaminhamento.id, ordem=ordem, resumo=resumo, para=primeiro.para, criado_em=agora,
            vence_dia=primeiro.vence_dia,
        )
    )  # fmt: skip
    avisar(
        primeiro.para,
        "atendimento/lembrete",
        peticao_id=encaminhamento.peticao_id,
        encaminhamento=encaminhamento,
        peticao=encaminhamento.demanda.peticao,
        ordem=ordem,
        convite=links.marca(chave),
        vence_convite=primeiro.vence_dia,
    )
