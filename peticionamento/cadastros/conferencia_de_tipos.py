"""What a process type must say to be offered: every fault at once, each a sentence beside its field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select

from peticionamento.cadastros.modelos_de_texto import NOME_DE_CAMPO, conferir_campos
from peticionamento.cadastros.models import (
    DocumentoModelo,
    FormaPrincipal,
    HipoteseLegal,
    NivelAcesso,
    PapelExigencia,
    Recebimento,
    RegraAcesso,
    TipoDocumento,
    TipoProcesso,
    Unidade,
)
from peticionamento.cadastros.models.tipos import MEGABYTE
from peticionamento.comum.db import db
from peticionamento.comum.erros import Recusa
from peticionamento.comum.recebidos import TIPOS
from peticionamento.comum.texto import enumerar, milhar

LIMITE_NOME = 120
LIMITE_ORIENTACAO = 2_000
LIMITE_ROTULO = 80
LIMITE_DICA = 200
LIMITE_CAMPOS = 30
PRAZO_MAXIMO = 120
ORDEM_MAXIMA = 9_999
TIPOS_DE_CAMPO = {
    "linha": "Uma linha",
    "texto": "Texto",
    "numero": "Número inteiro",
    "data": "Data",
    "valor": "Valor em reais",
}


@dataclass(frozen=True)
class DocumentoPedido:
    """One document that a type asks for."""

    tipo_documento_id: int
    papel: PapelExigencia
    dica: str = ""


@dataclass(frozen=True)
class TipoEditado:
    """What the page of a process type holds. Ids of 0 are no choice; sizes in megabytes."""

    nome: str
    orientacao: str
    prazo_dias_uteis: int
    ordem: int = 0
    recebimento: Recebimento = Recebimento.UNICO
    unidade_id: int = 0
    unidades_ids: tuple[int, ...] = ()
    regra_acesso: RegraAcesso = RegraAcesso.FIXO
    acesso: NivelAcesso = NivelAcesso.PUBLICO
    hipotese_id: int = 0
    forma_principal: FormaPrincipal = FormaPrincipal.EDITOR
    documento_principal_id: int = 0
    modelo_id: int = 0
    campos: tuple[dict[str, Any], ...] = ()
    extensoes_principal: tuple[str, ...] = ("pdf",)
    limite_principal_mb: int = 20
    extensoes_outros: tuple[str, ...] = ("pdf", "jpg", "jpeg", "png")
    limite_outros_mb: int = 50
    documentos: tuple[DocumentoPedido, ...] = ()


def conferir(editado: TipoEditado, tipo_id: int | None) -> list[Recusa]:
    """All that is wrong with a process type; `tipo_id` is None for a new one."""
    return [
        *_do_texto(editado, tipo_id),
        *_de_quem_recebe(editado),
        *_do_acesso(editado),
        *_do_principal(editado),
        *_dos_campos(editado.campos),
        *_dos_arquivos(editado),
        *_dos_documentos(editado),
    ]


def _existe(modelo: type[Any], id_: int) -> bool:
    return db.session().get(modelo, id_) is not None


def _do_texto(editado: TipoEditado, tipo_id: int | None) -> Iterator[Recusa]:
    nome = editado.nome.strip()
    if not nome:
        yield Recusa("Dê um nome ao tipo.", "nome")
    elif len(nome) > LIMITE_NOME:
        yield Recusa(f"O nome tem {len(nome)} caracteres; o máximo é {LIMITE_NOME}.", "nome")
    else:
        igual = select(TipoProcesso.id).where(TipoProcesso.nome == nome, TipoProcesso.id != (tipo_id or 0))
        if db.session().execute(igual.limit(1)).first() is not None:
            yield Recusa("Já existe um tipo com este nome.", "nome")
    if not editado.orientacao.strip():
        yield Recusa("Escreva a orientação: é o que ajuda quem peticiona a pedir bem.", "orientacao")
    elif (letras := len(editado.orientacao.strip())) > LIMITE_ORIENTACAO:
        frase = f"A orientação tem {milhar(letras)} caracteres; o máximo é {milhar(LIMITE_ORIENTACAO)}."
        yield Recusa(frase, "orientacao")
    if not 1 <= editado.prazo_dias_uteis <= PRAZO_MAXIMO:
        yield Recusa(f"O prazo vai de 1 a {PRAZO_MAXIMO} dias úteis.", "prazo")
    if not 0 <= editado.ordem <= ORDEM_MAXIMA:
        yield Recusa(f"A ordem é um número de 0 a {milhar(ORDEM_MAXIMA)}.", "ordem")


def _de_quem_recebe(editado: TipoEditado) -> Iterator[Recusa]:
    if editado.recebimento is Recebimento.UNICO:
        if editado.unidade_id and not _existe(Unidade, editado.unidade_id):
            yield Recusa("Escolha uma das unidades da lista.", "unidade")
        return
    consulta = select(Unidade.id).where(Unidade.id.in_(editado.unidades_ids), Unidade.ativa)
    achadas = set(db.session().execute(consulta).scalars())
    if not editado.unidades_ids:
        yield Recusa("Marque as unidades entre as quais se escolhe.", "unidades")
    elif achadas != set(editado.unidades_ids):
        yield Recusa("Há unidade marcada que não está mais em uso. Desmarque-a.", "unidades")


def _do_acesso(editado: TipoEditado) -> Iterator[Recusa]:
    if editado.hipotese_id and not _existe(HipoteseLegal, editado.hipotese_id):
        yield Recusa("Escolha uma das hipóteses legais da lista.", "hipotese")
    elif editado.acesso is NivelAcesso.RESTRITO and not editado.hipotese_id:
        yield Recusa("Escolha a hipótese legal do acesso restrito.", "hipotese")


def _do_principal(editado: TipoEditado) -> Iterator[Recusa]:
    if editado.documento_principal_id and not _existe(TipoDocumento, editado.documento_principal_id):
        yield Recusa("Escolha um dos tipos de documento da lista.", "documento_principal")
    elif editado.forma_principal is FormaPrincipal.ARQUIVO and not editado.documento_principal_id:
        yield Recusa("Diga que documento é o arquivo principal.", "documento_principal")
    modelo = db.session().get(DocumentoModelo, editado.modelo_id) if editado.modelo_id else None
    if editado.modelo_id and modelo is None:
        yield Recusa("Escolha um dos modelos da lista.", "modelo")
    if editado.forma_principal is not FormaPrincipal.CAMPOS:
        return
    if not editado.campos:
        yield Recusa("Descreva ao menos um campo do formulário.", "campos")
    if not editado.modelo_id:
        yield Recusa("Escolha o modelo em que os campos entram.", "modelo")
    if modelo is not None:
        try:
            conferir_campos(modelo.corpo_html, [campo["nome"] for campo in editado.campos], campo="modelo")
        except Recusa as recusa:
            yield Recusa(f"O modelo não serve a este formulário. {recusa.mensagem}", "modelo")


def _dos_campos(campos: tuple[dict[str, Any], ...]) -> Iterator[Recusa]:
    if len(campos) > LIMITE_CAMPOS:
        yield Recusa(f"O formulário tem {len(campos)} campos; o máximo é {LIMITE_CAMPOS}.", "campos")
    for ordem, campo in enumerate(campos, 1):
        if not campo["rotulo"]:
            yield Recusa(f"Campo {ordem}: dê um rótulo, ou limpe a linha para tirá-lo.", "campos")
        elif len(campo["rotulo"]) > LIMITE_ROTULO or len(campo["dica"]) > LIMITE_DICA:
            frase = f"“{campo['rotulo'][:40]}”: rótulo até {LIMITE_ROTULO} caracteres, dica até {LIMITE_DICA}."
            yield Recusa(frase, "campos")
        if campo["nome"] and not NOME_DE_CAMPO.fullmatch(campo["nome"]):
            yield Recusa(f"“{campo['nome'][:40]}”: o nome do campo tem só letras sem acento, números e _.", "campos")
        if campo["tipo"] not in TIPOS_DE_CAMPO:
            yield Recusa(f"Campo {ordem}: escolha o que se digita nele.", "campos")
    nomes = [campo["nome"] for campo in campos]
    for nome in sorted({nome for nome in nomes if nome and nomes.count(nome) > 1}):
        yield Recusa(f"Há dois campos com o nome “{nome}”.", "campos")


def _dos_arquivos(editado: TipoEditado) -> Iterator[Recusa]:
    maximo = current_app.config["PETICIONAMENTO"].limite_arquivo_bytes // MEGABYTE
    for lado, extensoes, limite in (
        ("principal", editado.extensoes_principal, editado.limite_principal_mb),
        ("outros", editado.extensoes_outros, editado.limite_outros_mb),
    ):
        if not extensoes:
            yield Recusa("Marque ao menos uma extensão.", f"extensoes_{lado}")
        elif estranhas := [f"“{extensao[:10]}”" for extensao in extensoes if extensao not in TIPOS]:
            frase = "não é uma extensão aceita" if len(estranhas) == 1 else "não são extensões aceitas"
            yield Recusa(f"{enumerar(estranhas)} {frase} nesta instalação.", f"extensoes_{lado}")
        if limite < 1:
            yield Recusa("O tamanho é um número inteiro de megabytes, a partir de 1.", f"limite_{lado}")
        elif limite > maximo:
            yield Recusa(f"O limite desta instalação é {maximo} MB por arquivo.", f"limite_{lado}")


def _dos_documentos(editado: TipoEditado) -> Iterator[Recusa]:
    pedidos = [pedido.tipo_documento_id for pedido in editado.documentos]
    consulta = select(TipoDocumento.id).where(TipoDocumento.id.in_(pedidos), TipoDocumento.ativo)
    if len(set(db.session().execute(consulta).scalars())) != len(pedidos):
        yield Recusa("Há documento na lista que não está mais em uso.", "documentos")
    if any(len(pedido.dica) > LIMITE_DICA for pedido in editado.documentos):
        yield Recusa(f"A dica de um documento tem no máximo {LIMITE_DICA} caracteres.", "documentos")
