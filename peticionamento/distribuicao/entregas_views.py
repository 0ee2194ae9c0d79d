"""One delivery and what a person may do about it; and the same for all of a filter."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from peticionamento.comum import historico
from peticionamento.comum.formularios import Formulario, Tamanho, VersaoForm, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.distribuicao import acoes, bp, devolucoes, disjuntor, pausas, queries, services
from peticionamento.distribuicao.acoes import Ato, Destino
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.distribuicao.views import filtro_pedido

EXTERNOS = [SelectChoice(canal.value, canal.rotulo) for canal in Canal if canal is not Canal.INTERNO]


class MotivoForm(VersaoForm):
    """An act with its reason."""

    motivo = TextAreaField(
        "Motivo", [InputRequired("Diga o motivo."), Tamanho(pausas.LIMITE_MOTIVO)], filters=[sem_nulos]
    )


class DestinoForm(MotivoForm):
    """Where else to send a delivery."""

    canal = SelectField("Canal", choices=EXTERNOS)
    endereco = StringField("Endereço de e-mail", [Tamanho(254)], filters=[uma_linha])
    unidade = SelectField("Unidade", validate_choice=False)

    def destino(self, entrega: Entrega) -> Destino:
        """What was chosen, as the service takes it."""
        if entrega.canal is Canal.INTERNO:
            return Destino(Canal.INTERNO, str(self.unidade.data or ""))
        return Destino(Canal(self.canal.data), self.endereco.data or "")


class LoteForm(Formulario):
    """The same for all of a filter."""

    ato = RadioField("O que fazer", [InputRequired("Escolha o que fazer.")], choices=[])
    motivo = TextAreaField(
        "Motivo", [InputRequired("Diga o motivo."), Tamanho(pausas.LIMITE_MOTIVO)], filters=[sem_nulos]
    )
    canal_novo = SelectField("Novo canal", choices=EXTERNOS)
    endereco = StringField("Novo endereço de e-mail", [Tamanho(254)], filters=[uma_linha])


def _pagina(entrega_id: int, form: DestinoForm | None = None) -> str:
    entrega = queries.uma(entrega_id, pessoa_atual())
    aberto = form is not None
    form = form or DestinoForm(formdata=None, canal=entrega.canal.value, endereco=entrega.destino)
    form.unidade.choices = [SelectChoice(id_, rotulo) for id_, rotulo in queries.unidades_de(entrega.orgao_id)]
    return render_template(
        "distribuicao/entrega.html",
        entrega=entrega,
        form=form,
        aberto=aberto,
        peticao=entrega.encaminhamento.demanda.peticao,
        pausa=pausas.segura(pausas.vivas(agora()), entrega.orgao_id, entrega.canal),
        circuito=disjuntor.aberto_de(entrega.orgao_id, entrega.canal),
        linhas=historico.de_uma_linha(entrega.ENTIDADE, entrega.id),
        devolucoes=devolucoes.da_entrega(entrega.id),
        agora=agora(),
    )


@bp.get("/entregas/<int:entrega_id>")
@perm("distribuicao.painel")
def entrega(entrega_id: int) -> str:
    """A delivery: where it stands, why, and what happened."""
    return _pagina(entrega_id)


@bp.post("/entregas/<int:entrega_id>/reentregar")
@perm("distribuicao.reentregar")
def reentregar(entrega_id: int) -> Response:
    """Try a failed delivery again."""
    feita = services.reentregar(
        entrega_id, por=pessoa_atual(), versao=VersaoForm().numero(), agora=agora(),
        motivo=(sem_nulos(request.form.get("motivo")) or "").strip()[: pausas.LIMITE_MOTIVO],
    )  # fmt: skip
    flash(f"Entrega {feita.detalhe()}: posta de novo na fila.", "sucesso")
    return redirect(url_for("distribuicao.painel", **filtro_pedido().argumentos()), 303)


@bp.post("/entregas/<int:entrega_id>/redirecionar")
@perm("distribuicao.reentregar")
def redirecionar(entrega_id: int) -> tuple[str, int] | Response:
    """Send it elsewhere within the agency."""

    def fazer(form: DestinoForm) -> str:
        destino = form.destino(queries.uma(entrega_id, pessoa_atual()))
        feita = acoes.redirecionar(
            entrega_id, destino, form.motivo.data or "", por=pessoa_atual(), versao=form.numero(), agora=agora()
        )
        return f"A entrega segue {feita.detalhe()}."

    return _agir(entrega_id, fazer)


@bp.post("/entregas/<int:entrega_id>/desistir")
@perm("distribuicao.reentregar")
def desistir(entrega_id: int) -> tuple[str, int] | Response:
    """Give it up."""

    def fazer(form: DestinoForm) -> str:
        feita = acoes.desistir(entrega_id, form.motivo.data or "", por=pessoa_atual(), versao=form.numero())
        return f"Entrega {feita.detalhe()}: desistida. O histórico guarda o motivo."

    return _agir(entrega_id, fazer)


@bp.post("/entregas/<int:entrega_id>/devolver")
@perm("distribuicao.reentregar")
def devolver(entrega_id: int) -> tuple[str, int] | Response:
    """Back to triage, for another agency."""

    def fazer(form: DestinoForm) -> str:
        acoes.devolver(entrega_id, form.motivo.data or "", por=pessoa_atual(), versao=form.numero(), agora=agora())
        return "A demanda voltou à triagem, que escolhe outro órgão."

    return _agir(entrega_id, fazer)


def _agir(entrega_id: int, fazer: Callable[[DestinoForm], str]) -> tuple[str, int] | Response:
    """Do it and say so; what was typed comes back with a refusal beside its field."""
    queries.uma(entrega_id, pessoa_atual())
    form = DestinoForm()
    if "canal" not in request.form:
        form.canal.data = Canal.CORREIO.value
    if form.validate():
        with form.aceitando_recusa():
            flash(fazer(form), "sucesso")
            return redirect(url_for("distribuicao.painel"), 303)
    return _pagina(entrega_id, form), form.status


def _lote(form: LoteForm | None = None) -> str:
    filtro = filtro_pedido()
    form = form or LoteForm(formdata=None)
    form.ato.choices = [SelectChoice(ato.value, ato.rotulo) for ato in _atos(filtro)]
    return render_template(
        "distribuicao/em_lote.html",
        form=form,
        filtro=filtro,
        quantas=queries.quantas(filtro),
        limite=queries.LIMITE_DO_LOTE,
        pode_redirecionar=Ato.REDIRECIONAR in _atos(filtro),
    )


def _atos(filtro: queries.Filtro) -> list[Ato]:
    """What can be done to all: to another place go those of one agency alone."""
    return [ato for ato in Ato if ato is not Ato.REDIRECIONAR or filtro.orgao]


@bp.get("/em-lote")
@perm("distribuicao.reentregar")
def lote() -> str:
    """What to do about all that a filter shows."""
    return _lote()


@bp.post("/em-lote")
@perm("distribuicao.reentregar")
def fazer_lote() -> tuple[str, int] | str:
    """Do it; the page says what became of each."""
    filtro, form = filtro_pedido(), LoteForm()
    form.ato.choices = [SelectChoice(ato.value, ato.rotulo) for ato in _atos(filtro)]
    if form.validate():
        with form.aceitando_recusa():
            destino = Destino(Canal(form.canal_novo.data), form.endereco.data or "") if form.canal_novo.data else None
            feitas = acoes.em_lote(
                Ato(form.ato.data), filtro, form.motivo.data or "", por=pessoa_atual(), agora=agora(), destino=destino
            )
            return render_template(
                "distribuicao/em_lote_resultado.html", feitas=feitas, resumo=acoes.resumo(feitas), filtro=filtro
            )
    return _lote(form), form.status
