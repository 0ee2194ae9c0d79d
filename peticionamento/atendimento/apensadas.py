"""The demands joined to one that an agency answers: whose words they are, and their documents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from peticionamento.cadastros.models import Municipio, NivelAcesso
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Ator, visiveis
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Documento, Peticao
from peticionamento.triagem.models import Demanda, EstadoDemanda
from peticionamento.triagem.queries import para_ler


@dataclass(frozen=True)
class Apensada:
    """A demand that waits for another's answer."""

    numero: str
    assunto: str
    autor_id: int
    autor: str
    municipio: str
    protocolada_em: datetime | None
    acesso: NivelAcesso
    texto_html: str
    mesmo_texto: bool
    """Whether its words are the other's, names and numbers aside."""
    documentos: list[Documento]


def apensadas_a(demanda: Demanda, ator: Ator) -> list[Apensada]:
    """Those that wait for this demand's answer and that the actor may read, in the order they were filed.

    One statement, and one more for the documents of all when there are any.
    """
    consulta = (
        select(
            Peticao.id, Peticao.numero, Peticao.assunto, Peticao.autor_id, Pessoa.nome, Municipio.nome,
            Peticao.protocolada_em, Peticao.acesso, Peticao.texto_html, Demanda.impressao,
        )
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .join(Pessoa, Pessoa.id == Peticao.autor_id)
        .outerjoin(Municipio, Municipio.id == Peticao.municipio_id)
        .where(
            Demanda.apensada_a_id == demanda.id,
            Demanda.estado == EstadoDemanda.APENSADA,
            visiveis(ator, "peticoes.ler"),
        )
        .order_by(Demanda.id)
    )  # fmt: skip
    linhas = db.session().execute(consulta).all()
    documentos = _documentos([linha.id for linha in linhas]) if linhas else {}
    return [
        Apensada(
            numero or "", assunto, autor_id, autor, municipio or "Estado todo", em, acesso, texto_html,
            mesmo_texto=bool(impressao) and impressao == demanda.impressao, documentos=documentos[id_],
        )
        for id_, numero, assunto, autor_id, autor, municipio, em, acesso, texto_html, impressao in linhas
    ]  # fmt: skip


def _documentos(peticoes: list[int]) -> dict[int, list[Documento]]:
    """The documents read at the agency, by petition, in the order of reading."""
    por_peticao: dict[int, list[Documento]] = defaultdict(list)
    consulta = select(Documento).where(Documento.peticao_id.in_(peticoes)).order_by(Documento.id)
    for documento in db.session().execute(consulta).scalars():
        por_peticao[documento.peticao_id].append(documento)
    return defaultdict(list, {id_: para_ler(deles) for id_, deles in por_peticao.items()})


def para_quem_vai(demanda: Demanda, apensadas: list[Apensada]) -> list[str]:
    """The names of the authors who will get the answer, each once: the demand's own first."""
    nomes = {demanda.autor_id: demanda.peticao.autor.nome, **{a.autor_id: a.autor for a in apensadas}}
    return list(nomes.values())
