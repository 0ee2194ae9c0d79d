"""The base of every form, and the checks that several share."""

from __future__ import annotations

from types import TracebackType

from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms import Field, HiddenField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from peticionamento.comum.erros import Recusa
from peticionamento.comum.texto import html_de_texto, limpar_html, limpar_linha, milhar, texto_de_html


def uma_linha(valor: str | None) -> str | None:
    """WTForms filter: one line, folded, without control characters."""
    return limpar_linha(valor) if valor else valor


def sem_nulos(valor: str | None) -> str | None:
    """WTForms filter: PostgreSQL text cannot hold NUL."""
    return valor.replace("\x00", "").replace("\r\n", "\n") if valor else valor


def chave(valor: str | int) -> int:
    """WTForms coercion: the id of a row. Raises ValueError when no key of the database can be that."""
    numero = int(valor)
    if abs(numero) >= 2**63:
        raise ValueError(valor)
    return numero


class Formulario(FlaskForm):  # type: ignore[misc]
    """A form whose service may refuse: the refusal comes back beside its field, the typed text kept."""

    recusa: Recusa | None = None

    class Meta:
        locales = ["pt_BR", "pt"]
        csrf = False  # `CSRFProtect` has checked every request before its form is made

    @property
    def csrf_token(self) -> Markup:
        """The token's hidden field, made where it is drawn."""
        return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())

    def hidden_tag(self, *campos: str) -> Markup:
        """The hidden fields, the token too."""
        escondidos: Markup = super().hidden_tag(*campos)
        return self.csrf_token + escondidos

    def recusar(self, recusa: Recusa) -> None:
        """Put a refusal beside its field, or above the form when it has none."""
        self.recusa = recusa
        campo = self._fields.get(recusa.campo or "")
        if campo is not None:
            campo.errors = [*campo.errors, recusa.mensagem]
        else:
            self.form_errors.append(recusa.mensagem)

    def aceitando_recusa(self) -> _AceitandoRecusa:
        """`with form.aceitando_recusa(): service(...); return redirect(...)`: a refusal falls through to the page."""
        return _AceitandoRecusa(self)

    @property
    def status(self) -> int:
        """What the page answers: 200 untouched, 409 when somebody decided before, 422 when something is wrong."""
        if self.recusa is not None:
            return self.recusa.status
        return 422 if self.errors else 200


class VersaoForm(Formulario):
    """A button that acts on the version the person saw."""

    versao = HiddenField("Versão", [InputRequired()])

    def numero(self) -> int:
        """The version as a number; 0, which no row has, when the field was tampered with."""
        digitado = str(self.versao.data)
        return int(digitado) if digitado.isdecimal() and len(digitado) < 10 else 0


LIMITE_BRUTO = 400_000
"""Characters of HTML taken from the editor; the limit people read counts words (`texto.conferir_texto`)."""


class TextoForm(VersaoForm):
    """A form with a rich text: HTML when the editor filled it, plain when the field did (no JavaScript)."""

    texto = TextAreaField("Texto", [Length(max=LIMITE_BRUTO)], filters=[sem_nulos])
    formato = HiddenField(default="texto")

    def texto_html(self) -> str:
        """The HTML of the text, whoever filled the field; not clean yet."""
        digitado = self.texto.data or ""
        return digitado if self.formato.data == "html" else html_de_texto(digitado)

    def acrescentar(self, limpo: str) -> None:
        """Put clean HTML after what is typed, whoever filled the field."""
        if self.formato.data == "html":
            self.texto.data = (self.texto.data or "") + limpo
        else:
            self.texto.data = f"{(self.texto.data or '').rstrip()}\n\n{texto_de_html(limpo)}".strip()

    def para_o_editor(self) -> str:
        """The clean HTML for the editor; the field itself is left with the plain text, for pages without JavaScript."""
        limpo = limpar_html(self.texto_html())
        self.texto.data, self.formato.data = texto_de_html(limpo), "texto"
        return limpo


class _AceitandoRecusa:
    def __init__(self, form: Formulario) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, tipo: type[BaseException] | None, erro: BaseException | None, _rastro: TracebackType | None
    ) -> bool:
        if isinstance(erro, Recusa) and erro.status in (409, 422):
            self.form.recusar(erro)
            return True
        return False


class Tamanho:
    """At most `maximo` characters, said with how many there are."""

    def __init__(self, maximo: int) -> None:
        self.maximo = maximo
        self.field_flags = {"maxlength": maximo}

    def __call__(self, _form: object, campo: Field) -> None:
        """Raise ValidationError when the text is too long."""
        if campo.data and len(campo.data) > self.maximo:
            raise ValidationError(
                f"{campo.label.text}: {milhar(len(campo.data))} caracteres; o máximo é {milhar(self.maximo)}."
            )
