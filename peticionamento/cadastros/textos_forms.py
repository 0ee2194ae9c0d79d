"""Forms of the administrator's pages of model texts."""

from __future__ import annotations

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from peticionamento.cadastros import textos_queries
from peticionamento.cadastros.services.textos import LIMITE_TITULO, Escrito
from peticionamento.comum.formularios import LIMITE_BRUTO, Tamanho, TextoForm, chave, sem_nulos, uma_linha

LIMITE_DOCUMENTO = 3_500_000
"""Characters of a model document's HTML: its pictures are inside it."""


class TextoPadraoForm(TextoForm):
    """A text to insert, written in the editor."""

    titulo = StringField("Nome", [Tamanho(LIMITE_TITULO)], filters=[uma_linha])
    unidade = SelectField("Quem usa", coerce=chave, validate_choice=False)
    tipo = SelectField("Tipo da demanda", coerce=chave, validate_choice=False)
    texto = TextAreaField("Texto", [Length(max=LIMITE_BRUTO)], filters=[sem_nulos])

    def oferecer(self) -> None:
        """Fill the lists to choose from."""
        self.unidade.choices = [(0, "Quem peticiona"), *textos_queries.unidades()]
        self.tipo.choices = [(0, "Todos os tipos"), *textos_queries.tipos()]

    def escrito(self) -> Escrito:
        """What the form holds, for the service."""
        return Escrito(self.titulo.data or "", self.texto_html(), self.unidade.data, self.tipo.data)


class DocumentoModeloForm(TextoPadraoForm):
    """A whole document, written as HTML."""

    texto = TextAreaField("Documento, em HTML", [Length(max=LIMITE_DOCUMENTO)], filters=[sem_nulos])

    def texto_html(self) -> str:
        """The source as typed; not clean yet."""
        return self.texto.data or ""
