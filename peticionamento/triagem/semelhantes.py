"""Demands like this one, open and past, with what became of them.

Candidates come from indexes alone, so many from each and no more, however many demands there are: those with the same
text, the latest of the municipality and of the theme, those that share its rare words or all the words of its subject.
Only they are compared: likeness of the subjects by trigrams, rank of the words in the text, the same place and theme.
A trigram index is not asked for candidates: it reads the list of every trigram of the subject, common ones too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CTE, REAL, ColumnElement, Select, and_, case, cast, func, literal, select, text, union
from sqlalchemy.dialects.postgresql import TSQUERY

from peticionamento.cadastros.models import Municipio
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db
from peticionamento.comum.memoria import lembrada
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.comum.tempo import data_por_extenso, hoje
from peticionamento.comum.texto import enumerar, plural
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Acompanhamento, Peticao
from peticionamento.triagem.apensamento import SEM_DECISAO_FINAL
from peticionamento.triagem.models import Demanda, EstadoDemanda

AO_LADO = 5
"""How many are shown beside the decision."""
NA_PAGINA = 20
DE_CADA_FONTE = 200
"""Candidates taken from each index."""
RARA = 2_000
"""A word in more rows than this is too common to bring candidates by itself."""
PALAVRAS = 12
"""Words that a demand is compared by."""
MINIMO = 0.4
"""Likeness of words below which a demand is another matter, even of the same place and theme."""
PESOS = cast([0.8, 0.8, 0.8, 1.0], ARRAY(REAL))
"""What a word is worth in the text (the first) and in the subject (the last): a text counts under any subject."""
MESMO_MUNICIPIO = MESMO_TEMA = 0.2
MESMO_TEXTO = 2.0


@dataclass(frozen=True)
class Parecida:
    """A demand like the one on the desk."""

    id: int
    numero: str
    assunto: str
    autor: str
    municipio: str
    estado: EstadoDemanda
    protocolada_em: datetime
    respondida_em: datetime | None
    orgaos: list[str]
    mesmo_texto: bool

    @property
    def pode_receber(self) -> bool:
        """Whether another can be joined to it: its answer is still to come."""
        return self.estado in SEM_DECISAO_FINAL

    @property
    def desfecho(self) -> str:
        """What was decided, in words: `SES · respondida em 8 dias úteis, em 3 de setembro de 2026`."""
        onde = enumerar(self.orgaos)
        if self.respondida_em is None or self.pode_receber:
            return f"{onde} · em andamento" if onde else self.estado.rotulo.lower()
        dias = calendario_local().entre(hoje(self.protocolada_em), hoje(self.respondida_em))
        como = "respondida" if self.estado is EstadoDemanda.CONCLUIDA else self.estado.rotulo.lower()
        prazo = f"em {plural(dias, 'dia útil', 'dias úteis')}" if dias else "no mesmo dia"
        return " · ".join(p for p in (onde, f"{como} {prazo}, em {data_por_extenso(hoje(self.respondida_em))}") if p)


def semelhantes(demanda: Demanda, ator: Ator, limite: int = AO_LADO) -> list[Parecida]:
    """The demands most like this one, the likest first: two statements, whatever there is."""
    melhores = _melhores(demanda, ator, limite)
    consulta: Select[*tuple[Any, ...]] = (
        select(
            Demanda.id, Peticao.numero, Peticao.assunto, Pessoa.nome, func.coalesce(Municipio.nome, ""), Demanda.estado,
            Acompanhamento.protocolada_em, Acompanhamento.respondida_em, Acompanhamento.orgaos, melhores.c.mesmo_texto,
        )
        .join(melhores, melhores.c.id == Demanda.id)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Acompanhamento, Acompanhamento.peticao_id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Demanda.autor_id)
        .outerjoin(Municipio, Municipio.id == Demanda.municipio_id)
        .order_by(melhores.c.nota.desc(), Demanda.id.desc())
    )  # fmt: skip
    return [Parecida(*linha) for linha in db.session().execute(consulta)]


def _melhores(demanda: Demanda, ator: Ator, limite: int) -> CTE:
    """The candidates with the best marks, before anything else is read of them."""
    palavras = _palavras(demanda.peticao_id)
    todas = _ou(lexema for lexema, _ in palavras)
    candidatas = _candidatas(demanda, palavras)
    mesmo_texto = and_(literal(demanda.impressao != ""), Demanda.impressao == demanda.impressao)
    em_palavras = func.similarity(Peticao.assunto, demanda.peticao.assunto) + (
        func.ts_rank(PESOS, Peticao.busca, todas) if todas is not None else literal(0.0)
    )
    nota = (
        em_palavras
        + _se(mesmo_texto, MESMO_TEXTO)
        + _se(Demanda.municipio_id == demanda.municipio_id, MESMO_MUNICIPIO)
        + _se(Demanda.tema_id == demanda.tema_id, MESMO_TEMA)
    )
    return (
        select(Demanda.id, nota.label("nota"), mesmo_texto.label("mesmo_texto"))
        .join(candidatas, candidatas.c.id == Demanda.id)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(
            visiveis(ator, "triagem.ler"),
            Demanda.id != demanda.id,
            Demanda.apensada_a_id.is_distinct_from(demanda.id),  # the desk shows those anyway
            (em_palavras >= MINIMO) | mesmo_texto,
        )
        .order_by(nota.desc(), Demanda.id.desc())
        .limit(limite)
        .cte("melhores")
    )


def _se(condicao: ColumnElement[bool], pontos: float) -> ColumnElement[float]:
    return case((condicao, literal(pontos)), else_=literal(0.0))


def _candidatas(demanda: Demanda, palavras: list[tuple[str, bool]]) -> CTE:
    """The ids of the demands worth comparing, a bounded number."""
    fontes: list[Select[Any]] = [_ultimas(Demanda.municipio_id == demanda.municipio_id)]
    if demanda.tema_id is not None:
        fontes.append(_ultimas(Demanda.tema_id == demanda.tema_id))
    if demanda.impressao:
        fontes.append(_ultimas(and_(Demanda.impressao == demanda.impressao, Demanda.impressao != "")))
    frequencias = _frequencias()
    raras = _ou(lexema for lexema, _ in palavras if frequencias.get(lexema, 0) <= RARA)
    do_assunto = _e(lexema for lexema, no_assunto in palavras if no_assunto)
    fontes += [_com(f"com_{n}", busca) for n, busca in enumerate((raras, do_assunto)) if busca is not None]
    return union(*(select(fonte.subquery().c.id) for fonte in fontes)).cte("candidatas")


def _ultimas(condicao: ColumnElement[bool]) -> Select[Any]:
    return select(Demanda.id).where(condicao).order_by(Demanda.id.desc()).limit(DE_CADA_FONTE)


def _com(nome: str, busca: ColumnElement[Any]) -> Select[Any]:
    """The first demands that the index of words gives.

    Apart from the limit, or the planner would rather read the table from its beginning until it has enough.
    """
    achadas = select(Peticao.id).where(Peticao.busca.bool_op("@@")(busca)).cte(nome).prefix_with("materialized")
    return select(Demanda.id).where(Demanda.peticao_id.in_(select(achadas.c.id).limit(DE_CADA_FONTE)))


def _palavras(peticao_id: int) -> list[tuple[str, bool]]:
    """(stem, whether in the subject): those of the subject, then the rarest of the text, at most `PALAVRAS`."""
    consulta = text(
        "select lexeme, 'A' = any(weights), cardinality(positions) from peticoes_peticao, unnest(busca)"
        " where id = :id and lexeme !~ '[0-9]' and length(lexeme) > 2"
    )
    frequencias = _frequencias()
    lidas = [(linha[0], bool(linha[1]), linha[2]) for linha in db.session().execute(consulta, {"id": peticao_id})]
    lidas.sort(key=lambda p: (not p[1], frequencias.get(p[0], 0) > RARA, -p[2], p[0]))
    return [(lexema, no_assunto) for lexema, no_assunto, _ in lidas[:PALAVRAS]]


@lembrada
def _frequencias() -> dict[str, float]:
    """In about how many petitions each common stem is, from the planner's statistics; rare stems are not in it."""
    consulta = text(
        "select c.reltuples, s.most_common_elems::text::text[], s.most_common_elem_freqs from pg_class c"
        " left join pg_stats s on s.schemaname = 'public' and s.tablename = c.relname and s.attname = 'busca'"
        " where c.oid = 'peticoes_peticao'::regclass"
    )
    total, lexemas, frequencias = db.session().execute(consulta).one()
    # The list of frequencies has the least and the greatest after those of the stems.
    return {lexema: vezes * total for lexema, vezes in zip(lexemas or (), frequencias or (), strict=False)}


def _ou(lexemas: Iterable[str]) -> ColumnElement[Any] | None:
    return _tsquery(" | ", lexemas)


def _e(lexemas: Iterable[str]) -> ColumnElement[Any] | None:
    return _tsquery(" & ", lexemas)


def _tsquery(entre: str, lexemas: Iterable[str]) -> ColumnElement[Any] | None:
    """Stems as they are in the index, quoted, since they are not to be stemmed again; None when there are none."""
    partes = ["'" + lexema.replace("\\", "\\\\").replace("'", "''") + "'" for lexema in lexemas]
    return cast(entre.join(partes), TSQUERY) if partes else None
