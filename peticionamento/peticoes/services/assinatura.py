"""The signature, as two steps of a transaction: the documents get their numbers, then what was signed gets its rows.

Between the two the process gets its number, for which other filings wait: so the first step does all it can.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, func, literal, update
from sqlalchemy.orm.attributes import set_committed_value

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum.db import db, inserir
from peticionamento.comum.protocolo import proximos_numeros_sei
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import Documento, PapelDocumento, Peticao

PROCESSO_NOVO = "Processo novo"


@dataclass(frozen=True)
class Numerada:
    """A draft whose documents have their numbers and are in the process they go to; its words have a number too."""

    peticao: Peticao
    destino: Peticao
    numero_sei: int
    enviado: Documento | None
    """The main document, where it was uploaded."""
    anexos: list[Documento]


def assinar_em(
    peticao: Peticao, destino: Peticao, *, por: Pessoa, agora: datetime, peticionamento: str = PROCESSO_NOVO
) -> documentos.Assinatura:
    """Sign a locked draft into a process that has its number: documents, signed petition, receipt. All of it at once.

    `peticionamento` names the filing on the receipt, in SEI's words.
    """
    return assinar(numerar(peticao, destino, por=por), por=por, agora=agora, peticionamento=peticionamento)


def numerar(peticao: Peticao, destino: Peticao, *, por: Pessoa, primeiro: int | None = None) -> Numerada:
    """Number the documents of a locked draft and put them into a process, in two statements however many there are.

    `primeiro` is the signed document's number, where it has been taken already.
    """
    enviado = next((d for d in peticao.documentos if d.papel is PapelDocumento.PRINCIPAL), None)
    anexos = [documento for documento in peticao.documentos if documento is not enviado]
    tomados = [] if primeiro is None else [primeiro]
    numero_sei, *numeros = [*tomados, *proximos_numeros_sei(1 + len(anexos) - len(tomados))]
    em_ordem = ([enviado] if enviado else []) + anexos
    if em_ordem:
        _gravar_numeros(em_ordem, [numero_sei, *numeros] if enviado else numeros, peticao, destino, por)
    return Numerada(peticao, destino, numero_sei, enviado, anexos)


def _gravar_numeros(
    lista: list[Documento], numeros: list[int], peticao: Peticao, destino: Peticao, por: Pessoa
) -> None:
    """Write each document's number, its process, who put it there, and the petition's restriction if it has one."""
    novos = (
        func.unnest(literal([d.id for d in lista], ARRAY(BigInteger)), literal(numeros, ARRAY(BigInteger)))
        .table_valued("id", "numero_sei", name="novos")
        .render_derived()
    )
    valores: dict[str, object] = {
        "numero_sei": novos.c.numero_sei,
        "peticao_id": destino.id,
        "juntada_id": None if destino is peticao else peticao.id,
        "pessoa_id": func.coalesce(Documento.pessoa_id, por.id),
    }
    if peticao.acesso is NivelAcesso.RESTRITO:
        valores |= {
            "acesso": NivelAcesso.RESTRITO,
            "hipotese_id": func.coalesce(Documento.hipotese_id, peticao.hipotese_id),
        }
    session = db.session()
    session.execute(
        update(Documento).where(Documento.id == novos.c.id).values(valores),
        execution_options={"synchronize_session": False},
    )
    for documento, numero in zip(lista, numeros, strict=True):
        session.expire(documento, list(valores))
        set_committed_value(documento, "numero_sei", numero)


def assinar(
    numerada: Numerada, *, por: Pessoa, agora: datetime, peticionamento: str = PROCESSO_NOVO
) -> documentos.Assinatura:
    """Add the signed petition and the receipt to the process, whose number is known by now."""
    peticao, destino = numerada.peticao, numerada.destino
    processo = destino.numero or ""
    assinatura = documentos.assinar(peticao, processo, por, numero_sei=numerada.numero_sei, agora=agora)
    # What was signed is what is read and searched from now on, also where it was poured from a form's fields.
    if peticao.texto_html != (assinado := assinatura.assinado["conteudo"]["texto"]):
        peticao.texto_html = assinado
    comum = {
        "peticao_id": destino.id,
        "juntada_id": None if destino is peticao else peticao.id,
        "acesso": peticao.acesso,
        "hipotese_id": peticao.hipotese_id,
        "criado_em": agora,
    }
    arquivos = ([numerada.enviado] if numerada.enviado else []) + numerada.anexos
    recibo = dict(
        papel=PapelDocumento.RECIBO,
        nome="Recibo eletrônico de protocolo.pdf",
        dados=documentos.recibo(peticao, processo, assinatura, arquivos, peticionamento=peticionamento),
        **comum,
    )
    if numerada.enviado is not None:
        numerada.enviado.dados = assinatura.dados()
        inserir(Documento, **recibo)
        return assinatura
    inserir(
        Documento,
        papel=PapelDocumento.PRINCIPAL,
        nome=f"{peticao.especie.rotulo} {assinatura.numero_sei}.pdf",
        numero_sei=assinatura.numero_sei,
        texto_html=assinatura.assinado["conteudo"]["texto"],
        pessoa_id=por.id,
        dados=assinatura.dados(),
        **comum,
    )
    inserir(Documento, **recibo)
    return assinatura
