"""Splitting a petition into several demands: each part is a process of its own, decided and answered by itself.

Petition and demand stay one to one. The first keeps its process and its demand; the parts are of the first alone, so
that there is one place that lists them all, and are brought together again by joining them to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, func, select

from peticionamento.cadastros.models import Municipio, Tema
from peticionamento.cadastros.queries import calendario_local, municipio_por_nome
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, Recusa
from peticionamento.comum.estados import conferir_versao, mover
from peticionamento.comum.permissoes import obter, pode
from peticionamento.comum.tempo import hoje
from peticionamento.comum.texto import conferir_texto, enumerar, html_de_texto, limpar_linha, no_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.documentos import emitir_se_der
from peticionamento.peticoes.models import LIMITE_ASSUNTO, Especie, Etapa, Peticao
from peticionamento.peticoes.services import acompanhar
from peticionamento.peticoes.services import desmembramento as processos
from peticionamento.triagem import prioridade
from peticionamento.triagem.apensamento import apensar
from peticionamento.triagem.models import AcaoDemanda, Demanda, EstadoDemanda
from peticionamento.triagem.prazos import prazo_da_triagem
from peticionamento.triagem.services import ONDE_AGUARDA, minha, situar, tomar

E = EstadoDemanda
LIMITE_PARTES = 10
"""Parts of one splitting: a petition of more subjects than that is better asked about than cut up."""
SEM_DECISAO = (E.AGUARDANDO, E.EM_TRIAGEM)


@dataclass(frozen=True)
class Parte:
    """One more demand, as typed: its subject, what it asks (plain), where, what about, and the documents it takes."""

    assunto: str = ""
    texto: str = ""
    municipio: str = ""
    tema_id: int | None = None
    documentos: frozenset[int] = frozenset()

    @property
    def em_branco(self) -> bool:
        """Whether nothing of its own was written: a place left over."""
        return not self.assunto.strip() and not self.texto.strip()


def desmembrar(demanda_id: int, partes: Sequence[Parte], *, por: Pessoa, versao: int, agora: datetime) -> list[Demanda]:
    """Split a demand in the person's hands: a process and a demand for each part that is not blank, all or nothing.

    The parts are due when the first is. Raises Recusa (field `partes-N-...`, N from 0), Conflito, AcaoIndevida,
    NaoEncontrado.
    """
    _escrever_arquivos(obter(Demanda, demanda_id, por, "triagem.desmembrar"))
    with transaction() as session:
        demanda = minha(demanda_id, por, "triagem.desmembrar", versao)
        conferir(demanda, por)
        prontas = _conferidas(partes, demanda)
        ao_todo = 1 + _separadas(demanda) + len(prontas)
        formados = processos.desmembrar(demanda.peticao, prontas, ao_todo=ao_todo, por=por, agora=agora)
        novas = _da_peticao([formado.id for formado in formados])
        for nova in novas:
            _herdar(nova, demanda, agora)
        ditas = enumerar(["esta", *(f"{formado.numero} (“{formado.assunto}”)" for formado in formados)])
        mover(demanda, AcaoDemanda.DESMEMBRAR, por=por, versao=versao, detalhe=f"{ao_todo} demandas: {ditas}")
        session.flush()
        return novas


def conferir(demanda: Demanda, por: Pessoa) -> None:
    """Raise what keeps a demand from being split by this person: Recusa, AcaoIndevida, Conflito."""
    if demanda.estado is not E.EM_TRIAGEM:
        raise AcaoIndevida(f"A situação agora é “{demanda.estado.rotulo}”, e dela não se pode desmembrar.")
    if demanda.triador_id != por.id and not pode(por, "triagem.tomar"):
        raise Conflito(f"{demanda.triador.nome if demanda.triador else 'Outra pessoa'} está com esta demanda.")
    if demanda.peticao.especie is Especie.DESMEMBRAMENTO and demanda.peticao.origem is not None:
        raise Recusa(
            f"Esta demanda já é parte de {demanda.peticao.origem.numero}: só se desmembra a primeira. Se trata de "
            "mais de um assunto, encaminhe-a a mais de um órgão."
        )
    if demanda.vivos:
        onde = no_orgao(demanda.vivos[0].orgao.sigla)
        raise Recusa(f"Esta demanda já está {onde}: só se desmembra a que nenhum órgão recebeu.")
    if _outras_apensadas(demanda):
        raise Recusa("Há demandas apensadas a esta, que esperam a resposta do pedido inteiro: desapense-as antes.")


def _outras_apensadas(demanda: Demanda) -> int:
    """How many wait for this one's answer; its own parts, brought together again, are not counted."""
    consulta = (
        select(func.count())
        .select_from(Demanda)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(Demanda.apensada_a_id == demanda.id, Demanda.estado == E.APENSADA, ~e_parte(demanda))
    )
    return db.session().execute(consulta).scalar_one()


def e_parte(demanda: Demanda) -> ColumnElement[bool]:
    """Whether a petition was split from the one of this demand: an SQL condition over Peticao."""
    return (Peticao.origem_id == demanda.peticao_id) & (Peticao.especie == Especie.DESMEMBRAMENTO)


def _separadas(demanda: Demanda) -> int:
    """How many parts it has that are decided by themselves."""
    return sum(parte.estado is not E.APENSADA for parte in partes_de(demanda))


def partes_de(demanda: Demanda) -> list[Demanda]:
    """The demands split from this one, in order."""
    consulta = select(Demanda).join(Peticao, Peticao.id == Demanda.peticao_id).where(e_parte(demanda))
    return list(db.session().execute(consulta.order_by(Demanda.id)).unique().scalars())


def _conferidas(partes: Sequence[Parte], demanda: Demanda) -> list[processos.Parte]:
    """The parts that are not blank, ready to be formed. Raises Recusa, with its field."""
    escritas = [(n, parte) for n, parte in enumerate(partes) if not parte.em_branco]
    if not escritas:
        raise Recusa("Escreva o assunto e o texto de pelo menos mais uma demanda.", "partes-0-assunto")
    if len(escritas) > LIMITE_PARTES:
        raise Recusa(f"Separe no máximo {LIMITE_PARTES} demandas de uma vez.")
    levaveis = frozenset(documento.id for documento in processos.copiaveis(demanda.peticao_id))
    return [_conferida(n, parte, demanda, levaveis) for n, parte in escritas]


def _conferida(n: int, parte: Parte, demanda: Demanda, levaveis: frozenset[int]) -> processos.Parte:
    def recusa(frase: str, campo: str) -> Recusa:
        return Recusa(f"{n + 2}ª demanda: {frase}", f"partes-{n}-{campo}")

    assunto, texto = limpar_linha(parte.assunto), parte.texto.strip()
    if not assunto:
        raise recusa("escreva o assunto.", "assunto")
    if len(assunto) > LIMITE_ASSUNTO:
        raise recusa(f"o assunto pode ter no máximo {LIMITE_ASSUNTO} caracteres.", "assunto")
    if not texto:
        raise recusa("escreva o que ela pede, com as palavras da petição.", "texto")
    try:
        conferir_texto(html_de_texto(texto))
    except Recusa as longa:
        raise recusa(longa.mensagem[:1].lower() + longa.mensagem[1:], "texto") from longa
    municipio = _municipio(parte.municipio, demanda)
    if municipio is None:
        raise recusa(f"“{parte.municipio.strip()[:80]}” não é um município de Minas Gerais.", "municipio")
    if parte.tema_id not in (None, demanda.tema_id):
        tema = db.session().get(Tema, parte.tema_id)
        if tema is None or not tema.ativo:
            raise recusa("escolha um tema da lista.", "tema")
    if not parte.documentos <= levaveis:
        raise recusa("um dos documentos escolhidos não é deste processo.", "documentos")
    return processos.Parte(assunto, texto, municipio, parte.tema_id, parte.documentos)


def _municipio(digitado: str, demanda: Demanda) -> Municipio | None:
    """The municipality typed; left blank, the petition's own."""
    return municipio_por_nome(digitado) if digitado.strip() else demanda.peticao.municipio


def _da_peticao(ids: Sequence[int]) -> list[Demanda]:
    """The demands that were opened of these petitions, in their order."""
    consulta = select(Demanda).where(Demanda.peticao_id.in_(ids)).order_by(Demanda.peticao_id)
    return list(db.session().execute(consulta).unique().scalars())


def _herdar(nova: Demanda, primeira: Demanda, agora: datetime) -> None:
    """Give a part the first's term and urgency: its author loses no time by the splitting."""
    nova.vence_dia, nova.urgencia, nova.ods = primeira.vence_dia, primeira.urgencia, primeira.ods
    nova.prazo = prazo_da_triagem(primeira, calendario_local())
    db.session().flush()
    prioridade.repontuar(nova, agora=agora)
    acompanhar(nova.peticao_id, Etapa.PROTOCOLADA, ONDE_AGUARDA, vence_dia=nova.vence_dia, prazo=nova.prazo)


def _escrever_arquivos(demanda: Demanda) -> None:
    """Have the petition drawn before the transaction, so that all parts share its file; what fails is drawn later."""
    for documento in processos.copiaveis(demanda.peticao_id):
        emitir_se_der(documento)


def reunir(demanda_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Bring the parts that were split today together again: each is joined to the first, whose answer is theirs too.

    Their numbers stay, and their processes can still be found. The first is claimed on the way, and so are the parts.
    Raises Recusa (a part is decided already, nothing of today), Conflito (another holds one of them), AcaoIndevida.
    """
    with transaction():
        demanda = obter(Demanda, demanda_id, por, "triagem.desmembrar", travada=True)
        conferir_versao(demanda, versao)
        partes = _travadas(demanda, agora)
        if not partes:
            raise Recusa("Não há parte separada hoje: só se reúne no dia em que se desmembrou.")
        if demanda.triador_id != por.id:
            tomar(demanda, por=por, versao=versao, agora=agora)
            situar(demanda)
        for parte in partes:
            _reunir_uma(parte, demanda, por, agora)
        numeros = enumerar([parte.peticao.numero or "" for parte in partes])
        mover(demanda, AcaoDemanda.REUNIR, por=por, versao=demanda.versao, detalhe=numeros)
        return demanda


def _reunir_uma(parte: Demanda, primeira: Demanda, por: Pessoa, agora: datetime) -> None:
    numero = parte.peticao.numero
    if parte.estado not in SEM_DECISAO or parte.vivos:
        raise Recusa(
            f"A parte {numero} já foi decidida ({parte.estado.rotulo.lower()}): cada uma segue com a sua resposta."
        )
    if parte.triador_id != por.id:
        try:
            tomar(parte, por=por, versao=parte.versao, agora=agora)
        except Conflito as ocupada:
            raise Conflito(f"Parte {numero}: {ocupada.mensagem}") from ocupada
    apensar(parte.id, primeira.id, por=por, versao=parte.versao, agora=agora)


def _travadas(demanda: Demanda, agora: datetime) -> list[Demanda]:
    """The parts split today that are not together again, locked: after the first, whose id is lower, in order."""
    consulta = (
        select(Demanda)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(e_parte(demanda), Demanda.estado != E.APENSADA)
        .order_by(Demanda.id)
        .with_for_update(of=Demanda)
        .execution_options(populate_existing=True)
    )
    achadas = db.session().execute(consulta).unique().scalars()
    return [parte for parte in achadas if de_hoje(parte.criada_em, agora)]


def de_hoje(quando: datetime, agora: datetime) -> bool:
    """Whether a part made then was split today, so that the splitting may still be undone."""
    return hoje(quando) == hoje(agora)


class Separada(Protocol):
    """What is asked of a part to know whether it can be brought back."""

    @property
    def estado(self) -> EstadoDemanda: ...
    @property
    def criada_em(self) -> datetime: ...


def pode_reunir(demanda: Demanda, partes: Sequence[Separada], agora: datetime) -> bool:
    """Whether the button that undoes the splitting is drawn; `reunir` looks closer."""
    do_dia = [parte for parte in partes if parte.estado is not E.APENSADA and de_hoje(parte.criada_em, agora)]
    na_mesa = demanda.estado in (E.AGUARDANDO, E.EM_TRIAGEM)
    return na_mesa and bool(do_dia) and all(parte.estado in SEM_DECISAO for parte in do_dia)
