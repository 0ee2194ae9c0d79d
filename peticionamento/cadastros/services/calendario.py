"""The calendar as the administrator keeps it. Every change is written down, and open terms are counted again for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import IO, Any

from sqlalchemy import select

from peticionamento.cadastros.models import AcaoNoCalendario, Feriado, MudancaCalendario, Municipio, TipoDeDia
from peticionamento.cadastros.queries import motivo_do_dia, municipio_por_nome
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.planilhas_lidas import LinhaLida, PlanilhaRecusada, chave_de_coluna, ler
from peticionamento.comum.prazos.calendario import feriados_de_minas
from peticionamento.comum.texto import limpar_linha, sem_acentos

LIMITE_NOME = 120
LIMITE_ATO = 200
LIMITE_LINHAS = 1000
COLUNAS = ("dia", "nome", "tipo", "ato", "municipio")
_PRIMEIRO, _ULTIMO = 2000, 2100
"""Years in which a day may lie."""


@dataclass(frozen=True)
class DiaEditado:
    """What the page of a day holds, or a line of the spreadsheet; `municipio` by its name, "" for the whole state."""

    dia: date | None
    nome: str
    tipo: TipoDeDia | None = TipoDeDia.FERIADO
    ato: str = ""
    municipio: str = ""


@dataclass(frozen=True)
class LinhaDoCalendario:
    """A line of the spreadsheet as it was read, with what is wrong in it, by column."""

    numero: int
    editado: DiaEditado
    digitado: dict[str, str]
    erros: dict[str, str] = field(default_factory=dict)
    ja_esta: bool = False
    """Whether the calendar has that day there already: it is left as it is."""

    @property
    def boa(self) -> bool:
        """Whether it would be put in the calendar."""
        return not self.erros and not self.ja_esta


def salvar(feriado_id: int | None, editado: DiaEditado, *, por: Ator, agora: datetime) -> Feriado:
    """Put a day in the calendar (no id) or change one. Raises Recusa with its field, NaoEncontrado, SemPermissao."""
    exigir(por, "cadastros.administrar")
    limpo = replace(editado, nome=limpar_linha(editado.nome), ato=limpar_linha(editado.ato))
    for campo, frase in erros_de(limpo).items():
        raise Recusa(frase, campo)
    municipio = _municipio(limpo.municipio)
    with transaction() as session:
        linha = travar(Feriado, feriado_id) if feriado_id is not None else Feriado()
        ja = _no_dia(limpo.dia, municipio)
        if ja is not None and ja.id != feriado_id:
            raise Recusa(f"Nesse dia já está “{ja.nome}”.", "dia")
        antes = _retrato(linha) if feriado_id is not None else None
        linha.dia, linha.nome, linha.ato = limpo.dia or linha.dia, limpo.nome, limpo.ato
        linha.tipo, linha.municipio = limpo.tipo or linha.tipo, municipio
        linha.municipio_id = municipio.id if municipio else None
        session.add(linha)
        session.flush()
        acao = AcaoNoCalendario.INCLUIR if feriado_id is None else AcaoNoCalendario.ALTERAR
        anotar(acao, _em_palavras(linha), antes, _retrato(linha), por=por, agora=agora)
        return linha


def remover(feriado_id: int, *, por: Ator, agora: datetime) -> None:
    """Take a day out of the calendar. Raises NaoEncontrado, SemPermissao."""
    exigir(por, "cadastros.administrar")
    with transaction() as session:
        linha = travar(Feriado, feriado_id)
        anotar(AcaoNoCalendario.REMOVER, _em_palavras(linha), _retrato(linha), None, por=por, agora=agora)
        session.delete(linha)


def erros_de(editado: DiaEditado) -> dict[str, str]:
    """What is wrong with a day, by field, but whether it is there already."""
    erros = {}
    if editado.dia is None:
        erros["dia"] = "Informe o dia, como 28/10/2026."
    elif not _PRIMEIRO <= editado.dia.year <= _ULTIMO:
        erros["dia"] = f"O dia fica entre {_PRIMEIRO} e {_ULTIMO}."
    elif da_lei := feriados_de_minas(editado.dia.year).get(editado.dia):
        erros["dia"] = f"Já é feriado em todo o Estado: {da_lei}."
    if not editado.nome:
        erros["nome"] = "Dê um nome."
    elif len(editado.nome) > LIMITE_NOME:
        erros["nome"] = f"O nome tem {len(editado.nome)} caracteres; o máximo é {LIMITE_NOME}."
    if editado.tipo is None:
        erros["tipo"] = "O tipo é feriado, ponto facultativo ou recesso."
    elif editado.tipo is not TipoDeDia.FERIADO and not editado.ato:
        erros["ato"] = "Informe o ato: sem decreto não há ponto facultativo nem recesso."
    if len(editado.ato) > LIMITE_ATO:
        erros["ato"] = f"O ato tem {len(editado.ato)} caracteres; o máximo é {LIMITE_ATO}."
    return erros


def _municipio(nome: str) -> Municipio | None:
    if not nome.strip():
        return None
    achado = municipio_por_nome(nome)
    if achado is None:
        raise Recusa(_desconhecido(nome), "municipio")
    return achado


def _desconhecido(nome: str) -> str:
    return f"“{limpar_linha(nome)[:80]}” não é um município de Minas Gerais."


def _no_dia(dia: date | None, municipio: Municipio | None) -> Feriado | None:
    onde = Feriado.municipio_id == municipio.id if municipio else Feriado.municipio_id.is_(None)
    return db.session().execute(select(Feriado).where(Feriado.dia == dia, onde)).scalar_one_or_none()


def _motivo(linha: Feriado) -> str:
    return motivo_do_dia(linha.tipo, linha.nome, linha.ato, linha.municipio.nome if linha.municipio else None)


def _em_palavras(linha: Feriado) -> str:
    return f"{linha.dia:%d/%m/%Y}, {_motivo(linha)}"


def _retrato(linha: Feriado) -> dict[str, Any] | None:
    """What terms are counted again for; None of a day that changes nothing."""
    if not linha.suspende:
        return None
    return {"dia": linha.dia.isoformat(), "municipio_id": linha.municipio_id, "motivo": _motivo(linha)}


def anotar(
    acao: AcaoNoCalendario,
    texto: str,
    antes: dict[str, Any] | None,
    depois: dict[str, Any] | None,
    *,
    por: Ator,
    agora: datetime,
) -> None:
    """Write a change down, in its transaction. The routine counts open terms again for what matters to them."""
    db.session().add(
        MudancaCalendario(
            acao=acao, texto=texto, antes=antes, depois=depois, pessoa_id=por.pessoa_id, quem=por.nome, em=agora,
            recontada_em=agora if antes == depois else None,
        )
    )  # fmt: skip


def conferir(conteudo: IO[bytes], nome: str, *, por: Ator) -> list[LinhaDoCalendario]:
    """Read a spreadsheet of days and check every line; nothing is written. Raises PlanilhaRecusada, SemPermissao.

    Two statements, however many lines.
    """
    exigir(por, "cadastros.administrar")
    lidas = ler(conteudo, nome, limite=LIMITE_LINHAS)
    if falta := [coluna for coluna in ("dia", "nome") if coluna not in lidas[0].valores]:
        raise PlanilhaRecusada(
            f"Falta a coluna “{falta[0]}”. A primeira linha deve ter os nomes das colunas: use o modelo.", "planilha"
        )
    linhas = db.session().execute(select(Municipio.nome_busca, Municipio.id, Municipio.nome))
    municipios = {busca: (id_, nome_) for busca, id_, nome_ in linhas}
    dias = db.session().execute(select(Feriado.dia, Feriado.municipio_id))
    ja_estao = {(dia, municipio_id) for dia, municipio_id in dias}
    vistas: dict[tuple[date | None, int | None], int] = {}
    return [_conferida(lida, municipios, ja_estao, vistas) for lida in lidas]


def _conferida(
    lida: LinhaLida,
    municipios: dict[str, tuple[int, str]],
    ja_estao: set[tuple[date, int | None]],
    vistas: dict[tuple[date | None, int | None], int],
) -> LinhaDoCalendario:
    valores = {coluna: limpar_linha(lida.valores.get(coluna, "")) for coluna in COLUNAS}
    municipio_id, municipio = municipios.get(sem_acentos(valores["municipio"]), (None, valores["municipio"]))
    editado = DiaEditado(
        ler_dia(valores["dia"]), valores["nome"], _tipo(valores["tipo"]), valores["ato"], municipio
    )  # fmt: skip
    erros = erros_de(editado)
    if municipio and municipio_id is None:
        erros["municipio"] = _desconhecido(municipio)
    chave = (editado.dia, municipio_id)
    if not erros and chave in vistas:
        erros["dia"] = f"O mesmo dia da linha {vistas[chave]}."
    elif not erros:
        vistas[chave] = lida.numero
    ja_esta = editado.dia is not None and (editado.dia, municipio_id) in ja_estao
    return LinhaDoCalendario(lida.numero, editado, valores, erros, ja_esta and not erros)


def ler_dia(digitado: str) -> date | None:
    """`28/10/2026` or `2026-10-28`; None when it is no day."""
    for formato in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(digitado.strip(), formato).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
    return None


def _tipo(digitado: str) -> TipoDeDia | None:
    """The type by its label or its value; blank is a holiday."""
    nomes = {chave_de_coluna(nome): tipo for tipo in TipoDeDia for nome in (tipo.rotulo, tipo.value)}
    return nomes.get(chave_de_coluna(digitado)) if digitado else TipoDeDia.FERIADO


def importar(linhas: Iterable[LinhaDoCalendario], *, por: Ator, agora: datetime) -> int:
    """Put the good lines of a checked spreadsheet in the calendar, all or none; how many.

    Raises Recusa when there is none, or when somebody put one of them there meanwhile.
    """
    boas = [linha for linha in linhas if linha.boa]
    if not boas:
        raise Recusa("Nenhuma linha está pronta. Corrija a planilha e envie de novo.", "planilha")
    with transaction():
        for linha in boas:
            try:
                salvar(None, linha.editado, por=por, agora=agora)
            except Recusa as recusa:
                raise Recusa(f"Linha {linha.numero}: {recusa.mensagem} Nada foi incluído.", "planilha") from recusa
    return len(boas)
