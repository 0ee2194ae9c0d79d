"""The administrator's pages of the channels."""

from __future__ import annotations

from flask import current_app, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peticionamento.comum.formularios import Formulario, VersaoForm
from peticionamento.comum.permissoes import perm
from peticionamento.comum.saida import Falha
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.distribuicao import ajustes, bp, devolucoes
from peticionamento.distribuicao.ajustes_forms import (
    CanalForm,
    CorreioForm,
    EnderecoSeiForm,
    EnderecoWebhookForm,
    SeiForm,
    TesteCorreioForm,
)
from peticionamento.distribuicao.canais import correio, webhook
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, EnderecoDeEntrega

Teste = tuple[Falha | None] | None
"""How a test went: none was made, it arrived, or why not."""
Pagina = tuple[str, int]


def _preenchido(form: type[VersaoForm], linha: AjustesDoCanal | EnderecoDeEntrega, **mais: object) -> VersaoForm:
    return form(formdata=None, data={**linha.dados, **mais, "versao": linha.versao})


@bp.get("/canais")
@perm("distribuicao.ajustar")
def canais() -> str:
    """Every channel, whether it is on, and what it needs."""
    return render_template(
        "distribuicao/canais.html",
        canais=[ajustes.do_canal(canal) for canal in Canal],
        quantos=ajustes.quantos(),
        perdidas=devolucoes.sem_entrega(),
    )


# E-mail.


@bp.get("/canais/correio")
@perm("distribuicao.ajustar")
def canal_correio() -> Pagina:
    """The e-mail channel."""
    return _correio()


def _correio(form: VersaoForm | None = None, teste: TesteCorreioForm | None = None, resultado: Teste = None) -> Pagina:
    form = form or _preenchido(CorreioForm, ajustes.do_canal(Canal.CORREIO))
    teste = teste or TesteCorreioForm(formdata=None)
    config = current_app.config["PETICIONAMENTO"]
    corpo = render_template(
        "distribuicao/canal_correio.html", form=form, teste=teste, resultado=resultado, config=config
    )
    return corpo, form.status if form.status != 200 else teste.status


@bp.post("/canais/correio")
@perm("distribuicao.ajustar")
def ajustar_correio() -> Pagina | Response:
    """Set what goes with a message."""
    form = CorreioForm()
    if form.validate():
        with form.aceitando_recusa():
            ajustes.ajustar(Canal.CORREIO, form.dados(), ligado=True, por=pessoa_atual(), versao=form.numero())
            flash("Canal de e-mail salvo.", "sucesso")
            return redirect(url_for("distribuicao.canal_correio"), 303)
    return _correio(form)


@bp.post("/canais/correio/teste")
@perm("distribuicao.ajustar")
def testar_correio() -> Pagina:
    """Send a test message."""
    teste = TesteCorreioForm()
    if not teste.validate():
        return _correio(teste=teste)
    return _correio(teste=teste, resultado=(correio.experimentar(teste.para.data or ""),))


# SEI.


@bp.get("/canais/sei")
@perm("distribuicao.ajustar")
def canal_sei() -> Pagina:
    """The SEI channel, and the agencies' units there."""
    return _sei()


def _sei(form: VersaoForm | None = None, resultado: Teste = None) -> Pagina:
    linha = ajustes.do_canal(Canal.SEI)
    form = form or _preenchido(SeiForm, linha, ligado=linha.ligado)
    config = current_app.config["PETICIONAMENTO"]
    falta = [
        nome
        for nome, valor in (
            ("SEI_URL", config.sei_url), ("SEI_SISTEMA", config.sei_sistema), ("SEI_SERVICO", config.sei_servico),
        )
        if not valor
    ]  # fmt: skip
    corpo = render_template(
        "distribuicao/canal_sei.html",
        form=form, resultado=resultado, falta=falta, url=config.sei_url, orgaos=ajustes.enderecos(Canal.SEI),
    )  # fmt: skip
    return corpo, form.status


@bp.post("/canais/sei")
@perm("distribuicao.ajustar")
def ajustar_sei() -> Pagina | Response:
    """Set the channel."""
    form = SeiForm()
    if form.validate():
        with form.aceitando_recusa():
            ajustes.ajustar(Canal.SEI, form.dados(), ligado=form.ligado.data, por=pessoa_atual(), versao=form.numero())
            flash("Canal do SEI salvo.", "sucesso")
            return redirect(url_for("distribuicao.canal_sei"), 303)
    return _sei(form)


@bp.post("/canais/sei/teste")
@perm("distribuicao.ajustar")
def testar_sei() -> Pagina:
    """Ask SEI something that changes nothing."""
    from peticionamento.distribuicao.canais import sei  # heavy; see `canais`

    return _sei(resultado=(sei.experimentar(),))


@bp.get("/canais/sei/orgaos/<int:orgao_id>")
@perm("distribuicao.ajustar")
def endereco_sei(orgao_id: int) -> Pagina:
    """An agency's unit in SEI."""
    return _endereco_sei(orgao_id)


def _endereco_sei(orgao_id: int, form: VersaoForm | None = None) -> Pagina:
    linha = ajustes.endereco(Canal.SEI, orgao_id)
    form = form or _preenchido(EnderecoSeiForm, linha, endereco=linha.endereco, ativo=linha.ativo)
    orgao = ajustes.orgao(orgao_id)
    return render_template("distribuicao/endereco_sei.html", form=form, orgao=orgao), form.status


@bp.post("/canais/sei/orgaos/<int:orgao_id>")
@perm("distribuicao.ajustar")
def enderecar_sei(orgao_id: int) -> Pagina | Response:
    """Set an agency's unit in SEI."""
    form = EnderecoSeiForm()
    if form.validate():
        with form.aceitando_recusa():
            _enderecar(Canal.SEI, orgao_id, form)
            return redirect(url_for("distribuicao.canal_sei"), 303)
    return _endereco_sei(orgao_id, form)


def _enderecar(canal: Canal, orgao_id: int, form: EnderecoSeiForm | EnderecoWebhookForm) -> None:
    linha = ajustes.enderecar(
        canal, orgao_id, form.endereco.data or "", form.dados(), ativo=form.ativo.data, por=pessoa_atual(),
        versao=form.numero(),
    )  # fmt: skip
    flash(f"Endereço de {linha.orgao.sigla} salvo.", "sucesso")


# Webhook.


@bp.get("/canais/webhook")
@perm("distribuicao.ajustar")
def canal_webhook() -> Pagina:
    """The agencies' own systems."""
    return _webhook()


def _webhook(form: VersaoForm | None = None) -> Pagina:
    linha = ajustes.do_canal(Canal.WEBHOOK)
    form = form or _preenchido(CanalForm, linha, ligado=linha.ligado)
    corpo = render_template("distribuicao/canal_webhook.html", form=form, orgaos=ajustes.enderecos(Canal.WEBHOOK))
    return corpo, form.status


@bp.post("/canais/webhook")
@perm("distribuicao.ajustar")
def ajustar_webhook() -> Pagina | Response:
    """Switch the channel on or off."""
    form = CanalForm()
    if form.validate():
        with form.aceitando_recusa():
            ajustes.ajustar(Canal.WEBHOOK, {}, ligado=form.ligado.data, por=pessoa_atual(), versao=form.numero())
            flash("Canal dos sistemas dos órgãos salvo.", "sucesso")
            return redirect(url_for("distribuicao.canal_webhook"), 303)
    return _webhook(form)


@bp.get("/canais/webhook/orgaos/<int:orgao_id>")
@perm("distribuicao.ajustar")
def endereco_webhook(orgao_id: int) -> Pagina:
    """An agency's own system: its address and its secrets, which are not shown."""
    return _endereco_webhook(orgao_id)


def _endereco_webhook(
    orgao_id: int,
    form: VersaoForm | None = None,
    *,
    recusado: Formulario | None = None,
    segredo: str | None = None,
    resultado: Teste = None,
) -> Pagina:
    linha = ajustes.endereco(Canal.WEBHOOK, orgao_id)
    preenchido = form or _preenchido(EnderecoWebhookForm, linha, endereco=linha.endereco, ativo=linha.ativo)
    corpo = render_template(
        "distribuicao/endereco_webhook.html",
        form=preenchido, orgao=ajustes.orgao(orgao_id), linha=linha, segredos=len(linha.dados.get("sais", [])),
        segredo=segredo, resultado=resultado, recusado=recusado,
    )  # fmt: skip
    return corpo, (recusado or preenchido).status


@bp.post("/canais/webhook/orgaos/<int:orgao_id>")
@perm("distribuicao.ajustar")
def enderecar_webhook(orgao_id: int) -> Pagina | Response:
    """Set the address."""
    form = EnderecoWebhookForm()
    if form.validate():
        with form.aceitando_recusa():
            _enderecar(Canal.WEBHOOK, orgao_id, form)
            return redirect(url_for("distribuicao.endereco_webhook", orgao_id=orgao_id), 303)
    return _endereco_webhook(orgao_id, form)


@bp.post("/canais/webhook/orgaos/<int:orgao_id>/segredo")
@perm("distribuicao.ajustar")
def trocar_segredo(orgao_id: int) -> Pagina | Response:
    """Make a secret and show it, this once: the answer is no redirect, and nobody keeps a copy of the page."""
    form = VersaoForm()
    with form.aceitando_recusa():
        _, segredo = ajustes.novo_segredo(orgao_id, por=pessoa_atual(), versao=form.numero())
        resposta = make_response(_endereco_webhook(orgao_id, segredo=segredo))
        resposta.headers["Cache-Control"] = "no-store"
        return resposta
    return _endereco_webhook(orgao_id, recusado=form)


@bp.post("/canais/webhook/orgaos/<int:orgao_id>/segredo/encerrar")
@perm("distribuicao.ajustar")
def encerrar_segredo(orgao_id: int) -> Pagina | Response:
    """End the older secret."""
    form = VersaoForm()
    with form.aceitando_recusa():
        ajustes.encerrar_segredo(orgao_id, por=pessoa_atual(), versao=form.numero())
        flash("O segredo antigo foi encerrado: as mensagens levam só a assinatura do novo.", "sucesso")
        return redirect(url_for("distribuicao.endereco_webhook", orgao_id=orgao_id), 303)
    return _endereco_webhook(orgao_id, recusado=form)


@bp.post("/canais/webhook/orgaos/<int:orgao_id>/teste")
@perm("distribuicao.ajustar")
def testar_webhook(orgao_id: int) -> Pagina:
    """Send a test message to the agency's own system."""
    linha = ajustes.endereco(Canal.WEBHOOK, orgao_id)
    return _endereco_webhook(orgao_id, resultado=(webhook.experimentar(linha),))
