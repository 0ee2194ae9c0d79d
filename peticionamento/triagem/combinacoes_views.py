"""The coordinator's page of the saved combinations of agencies."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.cadastros.queries import orgaos_que_recebem, temas_ativos, tipos_ativos
from peticionamento.comum.formularios import Tamanho, VersaoForm, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.comum.prazos import LIMITE_DIAS_UTEIS
from peticionamento.triagem import bp, combinacoes
from peticionamento.triagem.combinacoes import LIMITE_DESTINOS, LIMITE_NOME, DestinoGuardado, Regra
from peticionamento.triagem.decisoes_forms import numero
from peticionamento.triagem.forms import PRAZO_PADRAO
from peticionamento.triagem.models import Combinacao
from peticionamento.triagem.services import LIMITE_INSTRUCAO

RECUO = "\N{NO-BREAK SPACE}" * 3
_DIAS = f"Escreva os dias úteis, de 1 a {LIMITE_DIAS_UTEIS}."


class DestinoForm(Form):
    """An agency of the combination; without an agency it is no line."""

    orgao = SelectField("Órgão", coerce=numero, validate_choice=False)
    instrucao = TextAreaField("Instrução", [Tamanho(LIMITE_INSTRUCAO)], filters=[sem_nulos])
    dias_uteis = IntegerField(
        "Prazo, em dias úteis", [Optional(), NumberRange(1, LIMITE_DIAS_UTEIS, _DIAS)], default=PRAZO_PADRAO
    )
    acesso = SelectField(
        "Acesso", validate_choice=False, choices=[SelectChoice(nivel.value, nivel.rotulo) for nivel in NivelAcesso]
    )

    def destino(self) -> DestinoGuardado:
        """What the line holds, for the service."""
        restrito = self.acesso.data == NivelAcesso.RESTRITO
        return DestinoGuardado(
            self.orgao.data or 0, self.instrucao.data or "", self.dias_uteis.data or PRAZO_PADRAO,
            NivelAcesso.RESTRITO if restrito else NivelAcesso.PUBLICO,
        )  # fmt: skip


class CombinacaoForm(VersaoForm):
    """A combination and when it is offered."""

    nome = StringField("Nome", [InputRequired("Dê um nome à combinação."), Tamanho(LIMITE_NOME)], filters=[uma_linha])
    destinos = FieldList(FormField(DestinoForm), "Órgãos", max_entries=LIMITE_DESTINOS + 1)
    tipo = SelectField("Tipo de demanda", coerce=numero, validate_choice=False)
    tema = SelectField("Tema", coerce=numero, validate_choice=False)
    palavras = StringField("Palavras", [Tamanho(1000)], filters=[uma_linha])
    ativa = BooleanField("Em uso", default=True)

    def regra(self) -> Regra:
        """What the form holds, for the service."""
        linhas = [linha.form.destino() for linha in self.destinos if linha.form.orgao.data]
        palavras = (self.palavras.data or "").split(",")
        return Regra(self.nome.data or "", linhas, self.tipo.data, self.tema.data, palavras, self.ativa.data)

    def preencher(self, combinacao: Combinacao) -> None:
        """Show a combination."""
        self.nome.data, self.ativa.data = combinacao.nome, combinacao.ativa
        self.tipo.data, self.tema.data = combinacao.tipo_id, combinacao.tema_id
        self.palavras.data, self.versao.data = ", ".join(combinacao.palavras), str(combinacao.versao)
        for d in combinacoes.destinos_de(combinacao):
            self.destinos.append_entry(
                {"orgao": d.orgao_id, "instrucao": d.instrucao, "dias_uteis": d.dias_uteis, "acesso": d.acesso.value}
            )

    def oferecer(self) -> None:
        """Put the lists in their fields, and a blank line at the end."""
        lista = self.destinos
        if not len(lista) or (lista[-1].form.orgao.data and len(lista) <= LIMITE_DESTINOS):
            lista.append_entry()
        orgaos = [SelectChoice(id_, f"{sigla} · {nome}") for id_, sigla, nome in orgaos_que_recebem()]
        for linha in lista:
            linha.form.orgao.choices = [SelectChoice("", "Nenhum"), *orgaos]
        tipos = [SelectChoice(tipo.id, tipo.nome) for tipo in tipos_ativos()]
        temas = [SelectChoice(t.id, f"{RECUO}{t.nome}" if t.pai_id else t.nome) for t in temas_ativos()]
        self.tipo.choices = [SelectChoice("", "Qualquer tipo"), *tipos]
        self.tema.choices = [SelectChoice("", "Qualquer tema"), *temas]


@bp.get("/combinacoes")
@perm("triagem.configurar")
def ver_combinacoes() -> str:
    """All of them."""
    return render_template(
        "triagem/combinacoes.html",
        combinacoes=combinacoes.todas(),
        siglas={id_: sigla for id_, sigla, _ in orgaos_que_recebem()},
        tipos={tipo.id: tipo.nome for tipo in tipos_ativos()},
        temas={tema.id: tema.caminho for tema in temas_ativos()},
    )


@bp.get("/combinacoes/nova")
@perm("triagem.configurar")
def nova_combinacao() -> str:
    """An empty one."""
    return _pagina(CombinacaoForm(formdata=None, data={"versao": "0"}), None)


@bp.post("/combinacoes/nova")
@perm("triagem.configurar")
def criar_combinacao() -> tuple[str, int] | Response:
    """Make it."""
    return _salvar(None)


@bp.get("/combinacoes/<int:combinacao_id>")
@perm("triagem.configurar")
def combinacao(combinacao_id: int) -> str:
    """One of them, to change."""
    form = CombinacaoForm(formdata=None)
    form.preencher(combinacoes.combinacao(combinacao_id))
    return _pagina(form, combinacao_id)


@bp.post("/combinacoes/<int:combinacao_id>")
@perm("triagem.configurar")
def alterar_combinacao(combinacao_id: int) -> tuple[str, int] | Response:
    """Change it."""
    combinacoes.combinacao(combinacao_id)
    return _salvar(combinacao_id)


def _pagina(form: CombinacaoForm, combinacao_id: int | None) -> str:
    form.oferecer()
    return render_template("triagem/combinacao.html", form=form, combinacao_id=combinacao_id)


def _salvar(combinacao_id: int | None) -> tuple[str, int] | Response:
    form = CombinacaoForm()
    if form.validate():
        with form.aceitando_recusa():
            linha = combinacoes.salvar(combinacao_id, form.regra(), por=current_user, versao=form.numero())
            flash(f"Combinação “{linha.nome}” salva.", "sucesso")
            return redirect(url_for("triagem.ver_combinacoes"), 303)
    if combinacao_id is not None and form.status == 409:  # having heard of the other's, the person may save over it
        form.versao.data = str(combinacoes.combinacao(combinacao_id).versao)
    return _pagina(form, combinacao_id), form.status
