"""Take a whole process away: asked for on a page, made by a job, kept for a week."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from peticionamento.comum import arquivos, fila, historico
from peticionamento.comum.db import db, soltar_conexao, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.fila import Fila
from peticionamento.comum.permissoes import obter
from peticionamento.comum.tempo import agora as agora_mesmo
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos, montagem, queries
from peticionamento.peticoes.models import EstadoPacote, EstadoPeticao, FormatoPacote, Pacote, Peticao

logger = logging.getLogger(__name__)

TAREFA = "peticionamento.peticoes.jobs.fazer_pacote"
RESERVA = timedelta(seconds=90)
"""How long a job may go without finishing one more document before another takes over."""
VALIDADE = timedelta(days=7)
FALHOU = "O arquivo não pôde ser feito agora. O motivo foi registrado; tente de novo em alguns minutos."
_POR_FAZER = (EstadoPacote.NA_FILA, EstadoPacote.FAZENDO)


def pedir(peticao_id: int, formato: FormatoPacote, *, por: Pessoa, agora: datetime) -> Pacote:
    """Ask for a whole process. Asking again while one is being made gives that one. Raises NaoEncontrado, Recusa."""
    peticao = obter(Peticao, peticao_id, por, "peticoes.acompanhar")
    if peticao.estado is not EstadoPeticao.PROTOCOLADA:
        raise Recusa("Só um processo protocolado pode ser baixado inteiro.")
    with transaction() as session:
        obter(Peticao, peticao_id, por, "peticoes.acompanhar", travada=True)  # two presses wait for each other here
        consulta = select(Pacote).where(
            Pacote.peticao_id == peticao_id,
            Pacote.pessoa_id == por.id,
            Pacote.formato == formato,
            Pacote.estado.in_(_POR_FAZER),
        )
        pacote = session.execute(consulta).scalars().first()
        if pacote is None:
            pacote = Pacote(peticao_id=peticao_id, pessoa_id=por.id, formato=formato, pedido_em=agora)
            session.add(pacote)
            session.flush()  # the job carries its id
            _por_na_fila(pacote.id)
        return pacote


def _job_id(pacote_id: int) -> str:
    return f"pacote-{pacote_id}"


def _por_na_fila(pacote_id: int) -> None:
    fila.enfileirar_depois(Fila.PACOTES, TAREFA, pacote_id, job_id=_job_id(pacote_id))


def fazer(pacote_id: int) -> None:
    """Make one package. Safe to run twice; killed half-way, it is taken up again by the sweep."""
    pacote = _reservar(pacote_id)
    if pacote is None:
        return
    try:
        processo = _ler(pacote)
        _avancar(pacote_id, 0, len(processo.documentos))
        montar = montagem.em_pdf if pacote.formato is FormatoPacote.PDF else montagem.em_zip
        with montar(processo, lambda feitos: _avancar(pacote_id, feitos, len(processo.documentos))) as conteudo:
            guardado = arquivos.depositar(
                conteudo, "application/pdf" if montar is montagem.em_pdf else "application/zip"
            )
    except Exception:
        # What nobody foresaw: the person reads it and may ask again, and the log says why.
        logger.exception("package %s could not be made", pacote_id)
        soltar_conexao()
        _relatar(pacote_id, estado=EstadoPacote.FALHOU, erro=FALHOU)
        return
    with transaction():
        arquivo_id = arquivos.nomear(guardado).id
        _relatar(pacote_id, estado=EstadoPacote.PRONTO, arquivo_id=arquivo_id, pronto_em=agora_mesmo())


def _reservar(pacote_id: int) -> Pacote | None:
    with transaction() as session:
        pacote = session.execute(
            select(Pacote).where(Pacote.id == pacote_id).with_for_update(skip_locked=True, of=Pacote)
        ).scalar_one_or_none()
        if pacote is None or pacote.estado not in _POR_FAZER:
            return None
        if pacote.reservado_ate is not None and pacote.reservado_ate > agora_mesmo():
            return None
        pacote.estado, pacote.reservado_ate = EstadoPacote.FAZENDO, agora_mesmo() + RESERVA
        return pacote


def _ler(pacote: Pacote) -> montagem.Processo:
    """Everything a package needs, each document's file written if it was not yet."""
    peticao = db.session().get_one(Peticao, pacote.peticao_id)
    todos = [documentos.emitir(documento) for documento in queries.documentos_de(peticao.id)]
    return montagem.Processo(peticao, todos, historico.do_autor(peticao.id, peticao.autor_id), pacote.pedido_em)


def _avancar(pacote_id: int, feitos: int, total: int) -> None:
    _relatar(pacote_id, feitos=feitos, total=total, reservado_ate=agora_mesmo() + RESERVA)


def _relatar(pacote_id: int, **valores: object) -> None:
    with transaction() as session:
        session.execute(
            update(Pacote)
            .where(Pacote.id == pacote_id, Pacote.estado.in_(_POR_FAZER))
            .values(**valores)
            .execution_options(synchronize_session=False)
        )


def pronto(pacote_id: int, *, por: Pessoa) -> Pacote:
    """A package of the person's own, of a process they may still read. Raises NaoEncontrado."""
    return obter(Pacote, pacote_id, por, "peticoes.baixar")


def varrer() -> int:
    """Put packages that lost their job back on the queue; throw away those of more than a week. Returns how many."""
    instante = agora_mesmo()
    perdidos = select(Pacote.id).where(
        Pacote.estado.in_(_POR_FAZER), or_(Pacote.reservado_ate.is_(None), Pacote.reservado_ate <= instante)
    )
    refeitos = sum(
        fila.enfileirar(Fila.PACOTES, TAREFA, id_, job_id=_job_id(id_))
        for id_ in db.session().execute(perdidos).scalars()
    )
    velhos = select(Pacote).where(Pacote.pedido_em < instante - VALIDADE, Pacote.estado.not_in(_POR_FAZER)).limit(100)
    for pacote in db.session().execute(velhos).scalars().all():
        _jogar_fora(pacote)
    return refeitos


def _jogar_fora(pacote: Pacote) -> None:
    """The row first: a file that no row names is harmless, a row whose file is gone is not."""
    arquivo_id = pacote.arquivo_id
    with transaction() as session:
        session.delete(pacote)
    if arquivo_id is not None:
        arquivos.apagar(arquivo_id)
