"""Forms of the administrator's pages of process types: shape only; what a type must say is `conferencia_de_tipos`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from peticionamento.cadastros.conferencia_de_tipos import TIPOS_DE_CAMPO, DocumentoPedido, TipoEditado
from peticionamento.cadastros.models import (
    FormaPrincipal,
    NivelAcesso,
    PapelExigencia,
    Recebimento,
    RegraAcesso,
    TipoDocumento,
    TipoProcesso,
)
from peticionamento.cadastros.models.tipos import MEGABYTE
from peticionamento.comum.estados import Rotulado
from peticionamento.comum.formularios import VersaoForm, chave, sem_nulos, uma_linha
from peticionamento.comum.recebidos import TIPOS
from peticionamento.comum.texto import sem_acentos


def inteiro(digitado: str | None) -> int:
    """A number as typed; -1, which no rule takes, for anything else."""
    limpo = (digitado or "").strip()
    return int(limpo) if limpo.isdecimal() and len(limpo) < 10 else -1


def _opcoes(enum: type[Rotulado]) -> list[SelectChoice]:
    return [SelectChoice(membro.value, membro.rotulo) for membro in enum]


def _um_de(enum: type[Rotulado], rotulo: str) -> RadioField:
    return RadioField(rotulo, choices=_opcoes(enum), validate_choice=False)


class _Marcas(SelectMultipleField):
    """A list of checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CampoForm(Form):
    """One field of a type's own form; a line without a label, a name and a hint is no field."""

    rotulo = StringField("Rótulo", filters=[uma_linha])
    nome = StringField("Nome no modelo", filters=[uma_linha])
    tipo = SelectField("O que se digita", choices=[SelectChoice(*par) for par in TIPOS_DE_CAMPO.items()],
                       default="linha", validate_choice=False)  # fmt: skip
    obrigatorio = BooleanField("Obrigatório")
    dica = StringField("Dica", filters=[uma_linha])

    @property
    def vazio(self) -> bool:
        """Whether the line says nothing: it is the blank one at the end, or one that was cleared."""
        return not (self.rotulo.data or self.nome.data or self.dica.data)

    def campo(self) -> dict[str, Any]:
        """As a type keeps it; without a name of its own it is called as its label."""
        rotulo = self.rotulo.data or ""
        return {
            "nome": self.nome.data or nome_de_campo(rotulo),
            "rotulo": rotulo,
            "tipo": self.tipo.data or "",
            "obrigatorio": bool(self.obrigatorio.data),
            "dica": self.dica.data or "",
        }


def nome_de_campo(rotulo: str) -> str:
    """`Número da emenda` is `numero_da_emenda`."""
    nome = re.sub(r"[^a-z0-9]+", "_", sem_acentos(rotulo)).strip("_")
    return f"campo_{nome}"[:40] if nome[:1].isdecimal() else nome[:40]


class ExigenciaForm(Form):
    """Whether one type of document is asked for."""

    documento = HiddenField()
    papel = SelectField(
        "Pede", choices=[SelectChoice("", "Não pede"), *_opcoes(PapelExigencia)], validate_choice=False
    )  # fmt: skip
    dica = StringField("Dica", filters=[uma_linha])


class TipoForm(VersaoForm):
    """All that a process type carries."""

    nome = StringField("Nome", filters=[uma_linha])
    orientacao = TextAreaField("Orientação a quem peticiona", filters=[sem_nulos])
    prazo = StringField("Prazo sugerido, em dias úteis")
    ordem = StringField("Ordem na lista")
    recebimento = _um_de(Recebimento, "Quem recebe")
    unidade = SelectField("Unidade que recebe", coerce=chave, validate_choice=False)
    unidades = _Marcas("Unidades oferecidas", coerce=chave, validate_choice=False)
    regra_acesso = _um_de(RegraAcesso, "Quem diz o nível de acesso")
    acesso = _um_de(NivelAcesso, "Nível de acesso")
    hipotese = SelectField("Hipótese legal", coerce=chave, validate_choice=False)
    forma_principal = _um_de(FormaPrincipal, "Documento principal")
    documento_principal = SelectField("Tipo do documento principal", coerce=chave, validate_choice=False)
    modelo = SelectField("Documento modelo", coerce=chave, validate_choice=False)
    campos = FieldList(FormField(CampoForm), "Campos do formulário", max_entries=60)
    extensoes_principal = _Marcas("Extensões do principal", validate_choice=False)
    limite_principal = StringField("Tamanho máximo do principal, em MB")
    extensoes_outros = _Marcas("Extensões dos outros documentos", validate_choice=False)
    limite_outros = StringField("Tamanho máximo de cada um dos outros, em MB")
    documentos = FieldList(FormField(ExigenciaForm), "Documentos", max_entries=200)

    def oferecer(
        self,
        unidades: Iterable[tuple[int, str]],
        hipoteses: Iterable[tuple[int, str]],
        modelos: Iterable[tuple[int, str]],
        documentos: Iterable[TipoDocumento],
    ) -> None:
        """Put the choices in the lists, and a blank line after the fields."""
        unidades, documentos = list(unidades), list(documentos)
        self.unidade.choices = [SelectChoice(0, "Triagem da SEGOV"), *(SelectChoice(*u) for u in unidades)]
        marcadas = set(self.unidades.data or ())
        self.unidades.choices = [SelectChoice(*u) for u in sorted(unidades, key=lambda u: u[0] not in marcadas)]
        self.hipotese.choices = [SelectChoice(0, "Nenhuma"), *(SelectChoice(*h) for h in hipoteses)]
        self.modelo.choices = [SelectChoice(0, "Nenhum"), *(SelectChoice(*m) for m in modelos)]
        self.documento_principal.choices = [
            SelectChoice(0, "Nenhum"), *(SelectChoice(d.id, d.nome) for d in documentos)
        ]  # fmt: skip
        extensoes = [SelectChoice(extensao, extensao.upper()) for extensao in TIPOS]
        self.extensoes_principal.choices = self.extensoes_outros.choices = extensoes
        if not self.campos.entries or not self.campos.entries[-1].form.vazio:
            self.campos.append_entry()
        ja = {linha.form.documento.data for linha in self.documentos.entries}
        for documento in documentos:
            if str(documento.id) not in ja:
                self.documentos.append_entry({"documento": str(documento.id), "papel": "", "dica": ""})

    def editado(self) -> TipoEditado:
        """What the form holds, for the service."""
        return TipoEditado(
            nome=self.nome.data or "",
            orientacao=self.orientacao.data or "",
            prazo_dias_uteis=inteiro(self.prazo.data),
            ordem=inteiro(self.ordem.data),
            recebimento=_membro(Recebimento, self.recebimento.data),
            unidade_id=self.unidade.data or 0,
            unidades_ids=tuple(self.unidades.data or ()),
            regra_acesso=_membro(RegraAcesso, self.regra_acesso.data),
            acesso=_membro(NivelAcesso, self.acesso.data),
            hipotese_id=self.hipotese.data or 0,
            forma_principal=_membro(FormaPrincipal, self.forma_principal.data),
            documento_principal_id=self.documento_principal.data or 0,
            modelo_id=self.modelo.data or 0,
            campos=tuple(linha.form.campo() for linha in self.campos.entries if not linha.form.vazio),
            extensoes_principal=tuple(self.extensoes_principal.data or ()),
            limite_principal_mb=inteiro(self.limite_principal.data),
            extensoes_outros=tuple(self.extensoes_outros.data or ()),
            limite_outros_mb=inteiro(self.limite_outros.data),
            documentos=self._pedidos(),
        )

    def _pedidos(self) -> tuple[DocumentoPedido, ...]:
        """The documents asked for, the essential ones first, else in the order of the page."""
        linhas = [linha.form for linha in self.documentos.entries if linha.form.papel.data in set(PapelExigencia)]
        pedidos = [
            DocumentoPedido(inteiro(linha.documento.data), PapelExigencia(linha.papel.data), linha.dica.data or "")
            for linha in linhas
        ]
        return tuple(sorted(pedidos, key=lambda pedido: pedido.papel is not PapelExigencia.ESSENCIAL))


E = TypeVar("E", bound=Rotulado)


def _membro(enum: type[E], digitado: str | None) -> E:
    """The member that was chosen; the first, which is every type's plain choice, when nothing known was."""
    membros = list(enum)
    return next((membro for membro in membros if membro == digitado), membros[0])


def do_tipo(tipo: TipoProcesso) -> TipoForm:
    """The form with what a type says."""
    return TipoForm(
        formdata=None,
        versao=str(tipo.versao),
        nome=tipo.nome,
        orientacao=tipo.orientacao,
        prazo=str(tipo.prazo_dias_uteis),
        ordem=str(tipo.ordem),
        recebimento=tipo.recebimento.value,
        unidade=tipo.unidade_id or 0,
        unidades=[unidade.id for unidade in tipo.unidades],
        regra_acesso=tipo.regra_acesso.value,
        acesso=tipo.acesso.value,
        hipotese=tipo.hipotese_id or 0,
        forma_principal=tipo.forma_principal.value,
        documento_principal=tipo.documento_principal_id or 0,
        modelo=tipo.modelo_id or 0,
        campos=list(tipo.campos),
        extensoes_principal=tipo.extensoes_principal,
        limite_principal=str(tipo.limite_principal_bytes // MEGABYTE),
        extensoes_outros=tipo.extensoes_outros,
        limite_outros=str(tipo.limite_outros_bytes // MEGABYTE),
        documentos=[
            {"documento": str(e.tipo_documento_id), "papel": e.papel.value, "dica": e.dica} for e in tipo.exigencias
        ],
    )


def em_branco() -> TipoForm:
    """The form of a type to be made."""
    return TipoForm(
        formdata=None,
        versao="0",
        prazo="10",
        ordem="0",
        recebimento=Recebimento.UNICO.value,
        unidade=0,
        regra_acesso=RegraAcesso.FIXO.value,
        acesso=NivelAcesso.PUBLICO.value,
        hipotese=0,
        forma_principal=FormaPrincipal.EDITOR.value,
        documento_principal=0,
        modelo=0,
        extensoes_principal=["pdf"],
        limite_principal="20",
        extensoes_outros=["pdf", "jpg", "jpeg", "png"],
        limite_outros="50",
    )
