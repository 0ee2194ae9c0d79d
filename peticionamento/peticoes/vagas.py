"""The documents section of a draft: a line for each slot its type lists, with what fills it or is on its way there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]

from peticionamento.cadastros.models import (
    FormaPrincipal,
    HipoteseLegal,
    NivelAcesso,
    PapelExigencia,
    RegraAcesso,
    TipoDocumento,
)
from peticionamento.cadastros.queries import hipoteses_ativas, tipos_de_documento_ativos
from peticionamento.comum import envios, recebidos
from peticionamento.comum.envios import Envio
from peticionamento.comum.formularios import Formulario, Tamanho, chave, uma_linha
from peticionamento.comum.texto import tamanho_limite
from peticionamento.peticoes import regras
from peticionamento.peticoes.models import Conferencia, Documento, Formato, PapelDocumento, Peticao
from peticionamento.peticoes.services.anexos import (
    ALVO,
    LIMITE_COMPLEMENTO,
    LIMITE_NUMERO,
    Classificacao,
    de_dados,
)

PRINCIPAL = "principal"
OUTROS = "outros"


def lugar_de(enviado: FileStorage) -> Classificacao:
    """Where a file of a plain form goes: its field is named for its slot, or for the document it takes the place of."""
    campo, _, qual = (enviado.name or "").partition("-")
    if campo == "troca":
        return de_dados({"troca": qual})
    return de_dados({"papel": PRINCIPAL} if qual == PRINCIPAL else {"tipo_documento": qual})


@dataclass(frozen=True)
class Vaga:
    """One slot: what the type asks for there, the documents in it, and the uploads on their way to it."""

    chave: str
    """`principal`, a type of document's id, or `outros`: the name of its file field, and what a script sends."""
    nome: str
    papel: str
    """In words: principal, essencial, complementar."""
    dica: str
    extensoes: Sequence[str]
    limite_bytes: int
    documentos: list[Documento] = field(default_factory=list)
    envios: list[Envio] = field(default_factory=list)

    @property
    def ancora(self) -> str:
        """The place on the page that what is missing points at."""
        return {PRINCIPAL: regras.ANCORA_PRINCIPAL, OUTROS: "vaga-outros"}.get(self.chave, f"vaga-{self.chave}")

    @property
    def obrigatoria(self) -> bool:
        """Whether the petition cannot be signed while it is empty."""
        return self.papel in (PRINCIPAL, PapelExigencia.ESSENCIAL)

    @property
    def vazia(self) -> bool:
        """Whether there is nothing in it nor on its way."""
        return not (self.documentos or self.envios)

    @property
    def aceita(self) -> str:
        """For a file field: `.pdf,.jpg`."""
        return ",".join(f".{extensao}" for extensao in self.extensoes)

    @property
    def limite(self) -> str:
        """In words: `PDF, JPG ou PNG até 50 MB`."""
        return f"{recebidos.em_palavras(self.extensoes)} até {tamanho_limite(self.limite_bytes)}"


class DocumentoForm(Formulario):
    """What is said of one document. Its fields carry the document's id: a page has many of these."""

    tipo_documento = SelectField("Tipo do documento", coerce=chave, validate_choice=False)
    complemento = StringField("Complemento", [Tamanho(LIMITE_COMPLEMENTO)], filters=[uma_linha])
    numero = StringField("Número do documento", [Tamanho(LIMITE_NUMERO)], filters=[uma_linha])
    formato = SelectField("Formato", choices=[SelectChoice(f.value, f.rotulo) for f in Formato])
    conferencia = SelectField(
        "Conferência",
        choices=[SelectChoice("", "Não se aplica"), *(SelectChoice(c.value, c.rotulo) for c in Conferencia)],
    )
    acesso = SelectField("Nível de acesso", choices=[SelectChoice(n.value, n.rotulo) for n in NivelAcesso])
    hipotese = SelectField("Hipótese legal", coerce=chave, validate_choice=False)

    def classificacao(self) -> Classificacao:
        """What the form holds, for the service."""
        return Classificacao(
            tipo_documento_id=self.tipo_documento.data or None,
            complemento=self.complemento.data or "",
            numero=self.numero.data or "",
            formato=Formato(self.formato.data),
            conferencia=Conferencia(self.conferencia.data) if self.conferencia.data else None,
            acesso=NivelAcesso(self.acesso.data),
            hipotese_id=self.hipotese.data or None,
        )


@dataclass(frozen=True)
class Vagas:
    """The whole section."""

    peticao: Peticao
    lista: list[Vaga]
    outros: Vaga
    formularios: dict[int, DocumentoForm]
    """What is said of each document, by its id, to change it."""
    pede_acesso: bool
    """Whether the filer chooses who may read each document; where the type fixes it nobody is asked."""

    @property
    def total_bytes(self) -> int:
        """What the documents weigh together."""
        return sum(d.arquivo.tamanho_bytes for d in self.peticao.documentos if d.arquivo)

    @property
    def limite_total_bytes(self) -> int:
        """What they may weigh together."""
        return int(current_app.config["PETICIONAMENTO"].limite_peticao_bytes)

    @property
    def limites(self) -> str:
        """Said before anything is sent: `PDF, JPG ou PNG até 50 MB cada; 200 MB ao todo.`"""
        principal = "".join(f"Documento principal: {v.limite}. Outros: " for v in self.lista if v.chave == PRINCIPAL)
        return f"{principal}{self.outros.limite} cada; {tamanho_limite(self.limite_total_bytes)} ao todo."


Aberto = tuple[int, DocumentoForm]
"""A document's id, and its form as it came back with what was typed and why it was refused."""


def montar(peticao: Peticao, *, agora: datetime, aberto: Aberto | None = None) -> Vagas:
    """The section as it stands, in a fixed number of statements."""
    vagas = _vazias(peticao)
    outros = Vaga(OUTROS, "Outro documento", "complementar", "", *_regra_dos_outros(peticao))
    por_chave = {vaga.chave: vaga for vaga in [*vagas, outros]}
    for documento in peticao.documentos:
        por_chave.get(_chave(documento), outros).documentos.append(documento)
    donos = {d.id: por_chave.get(_chave(d), outros) for d in peticao.documentos}
    for envio in envios.pendentes(ALVO, peticao.id, agora=agora):
        como = de_dados(envio.dados)
        vaga = PRINCIPAL if como.principal else str(como.tipo_documento_id)
        donos.get(como.troca or 0, por_chave.get(vaga, outros)).envios.append(envio)
    pede_acesso = peticao.inicial and peticao.tipo.regra_acesso is RegraAcesso.ESCOLHA
    tipos, hipoteses = tipos_de_documento_ativos(), hipoteses_ativas() if pede_acesso else []
    formularios = {d.id: formulario(d.id, documento=d) for d in peticao.documentos} | dict([aberto] if aberto else [])
    for form in formularios.values():
        oferecer(form, tipos, hipoteses)
    return Vagas(peticao, vagas, outros, formularios, pede_acesso)


def _chave(documento: Documento) -> str:
    if documento.papel is PapelDocumento.PRINCIPAL:
        return PRINCIPAL
    return str(documento.tipo_documento_id)


def _regra_dos_outros(peticao: Peticao) -> tuple[Sequence[str], int]:
    return peticao.tipo.extensoes_outros, min(peticao.tipo.limite_outros_bytes, recebidos.limite_geral())


def _vazias(peticao: Peticao) -> list[Vaga]:
    """The slots in their order: the main document, what must be there, what is expected."""
    if not peticao.inicial:
        return []
    tipo, vagas = peticao.tipo, []
    if tipo.forma_principal is FormaPrincipal.ARQUIVO:
        limite = min(tipo.limite_principal_bytes, recebidos.limite_geral())
        nome = tipo.documento_principal.nome if tipo.documento_principal else "Petição"
        vagas.append(Vaga(PRINCIPAL, nome, PRINCIPAL, "", tipo.extensoes_principal, limite))
    exigencias = sorted(tipo.exigencias, key=lambda e: e.papel is not PapelExigencia.ESSENCIAL)
    return vagas + [
        Vaga(str(e.tipo_documento_id), e.tipo_documento.nome, e.papel.value, e.dica, *_regra_dos_outros(peticao))
        for e in exigencias
    ]


def formulario(documento_id: int, *, documento: Documento | None = None) -> DocumentoForm:
    """The form of one document: with what is saved of it, or, without `documento`, with what was sent."""
    if documento is None:
        return DocumentoForm(prefix=f"d{documento_id}-")
    dados: dict[str, Any] = {
        "tipo_documento": documento.tipo_documento_id or 0,
        "complemento": documento.complemento,
        "numero": documento.numero,
        "formato": documento.formato.value,
        "conferencia": documento.conferencia.value if documento.conferencia else "",
        "acesso": documento.acesso.value,
        "hipotese": documento.hipotese_id or 0,
    }
    return DocumentoForm(formdata=None, prefix=f"d{documento_id}-", data=dados)


def oferecer(form: DocumentoForm, tipos: Sequence[TipoDocumento], hipoteses: Sequence[HipoteseLegal]) -> None:
    """Put the choices in the lists."""
    form.tipo_documento.choices = [SelectChoice(t.id, t.nome) for t in tipos]
    if not form.tipo_documento.data:
        form.tipo_documento.choices.insert(0, SelectChoice(0, "Escolha na lista"))
    form.hipotese.choices = [SelectChoice(0, "Nenhuma"), *(SelectChoice(h.id, h.rotulo) for h in hipoteses)]
