"""Forms of the administrator's pages of document types and legal grounds."""

from __future__ import annotations

from wtforms import BooleanField, StringField

from peticionamento.cadastros.services.registros import DocumentoEditado, HipoteseEditada
from peticionamento.cadastros.tipos_forms import inteiro
from peticionamento.comum.formularios import Formulario, uma_linha


class DocumentoForm(Formulario):
    """A type of document."""

    nome = StringField("Nome", filters=[uma_linha])
    palavras = StringField("Palavras no nome do arquivo", filters=[uma_linha])
    ordem = StringField("Ordem na lista")
    ativo = BooleanField("Pode ser escolhido")

    def editado(self) -> DocumentoEditado:
        """What the form holds, for the service."""
        return DocumentoEditado(
            self.nome.data or "", self.palavras.data or "", inteiro(self.ordem.data), bool(self.ativo.data)
        )


class HipoteseForm(Formulario):
    """A legal ground for restricted access."""

    nome = StringField("Nome", filters=[uma_linha])
    base_legal = StringField("Lei e artigo", filters=[uma_linha])
    ativa = BooleanField("Pode ser escolhida")

    def editada(self) -> HipoteseEditada:
        """What the form holds, for the service."""
        return HipoteseEditada(self.nome.data or "", self.base_legal.data or "", bool(self.ativa.data))
