"""Pages of a draft: begin, type, attach, review, sign and file."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from peticionamento.cadastros.models import FormaPrincipal, Recebimento, RegraAcesso, TipoProcesso
from peticionamento.cadastros.queries import (
    hipotese,
    hipoteses_ativas,
    nomes_de_municipios,
    temas_ativos,
    tipos_ativos,
    tipos_para_escolher,
    unidade,
    unidades_do_tipo,
)
from peticionamento.cadastros.textos_queries import textos_para
from peticionamento.comum import respostas_http
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import obter, perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.services import prolongar
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.contas.tentativas import limite_de_senhas
from peticionamento.peticoes import bp, documentos, regras, services, vagas
from peticionamento.peticoes.assembleia.forms import PeloNumeroForm, ProposicaoForm
from peticionamento.peticoes.depois import de_que_trata
from peticionamento.peticoes.forms import PREFIXO_CAMPO, AssinarForm, NovaForm, RascunhoForm, formulario_de
from peticionamento.peticoes.models import EstadoPeticao, Peticao
from peticionamento.peticoes.queries.versoes import alheias_ao_salvar
from peticionamento.peticoes.services import anexos, guarda
from peticionamento.peticoes.services.principal import corpo
from peticionamento.peticoes.services.versoes import vigente
from peticionamento.peticoes.vagas import Aberto
from peticionamento.peticoes.versoes import as_duas


def _rascunho(peticao_id: int) -> Peticao:
    return obter(Peticao, peticao_id, pessoa_atual(), "peticoes.escrever")


@bp.get("/nova")
@perm("peticoes.escrever")
def nova() -> str:
    """Choose the kind of demand."""
    form = NovaForm(formdata=None, chave=secrets.token_urlsafe(24), autor=request.args.get("para", ""))
    tipos = tipos_para_escolher()
    form.tipo.choices = [(t.id, t.nome) for t in tipos]
    return _pagina_nova(form, tipos)


@bp.post("/nova")
@perm("peticoes.escrever")
def comecar() -> tuple[str, int] | Response:
    """Begin the draft, once for each page opened."""
    form = NovaForm()
    tipos = tipos_para_escolher()
    form.tipo.choices = [(t.id, t.nome) for t in tipos]
    if form.validate():
        with form.aceitando_recusa():
            autor_id = form.autor_id()
            peticao = services.comecar(
                form.tipo.data, form.chave.data or "", por=pessoa_atual(), agora=agora(), autor_id=autor_id
            )
            return redirect(url_for("peticoes.redigir", peticao_id=peticao.id), 303)
    return _pagina_nova(form, tipos), form.status


def _pagina_nova(form: NovaForm, tipos: list[TipoProcesso]) -> str:
    """The two ways to begin, by the kind of demand and by a number at the Assembly, with one key."""
    pelo_numero = PeloNumeroForm(formdata=None, chave=form.chave.data, autor=form.autor.data)
    return render_template("peticoes/nova.html", form=form, tipos=tipos, assembleia=pelo_numero)


def _partes(peticao: Peticao, form: RascunhoForm) -> dict[str, Any]:
    """What the parts of the page that depend on the type show."""
    tipo = peticao.tipo
    tipos = tipos_ativos()
    form.oferecer(
        tipos if tipo in tipos else [tipo, *tipos],
        temas_ativos(),
        unidades_do_tipo(tipo.id) if tipo.recebimento is Recebimento.ESCOLHA else (),
        hipoteses_ativas() if tipo.regra_acesso is RegraAcesso.ESCOLHA else (),
    )
    partes = {"textos": textos_para(None, tipo.id), "faltas": services.faltas(peticao)}
    return {"peticao": peticao, "form": form, **partes, **_quem_recebe(peticao)}


def _quem_recebe(peticao: Peticao) -> dict[str, Any]:
    """Who receives the draft as it is now, and who may read it."""
    acesso = regras.acesso_da(peticao)
    return {
        "acesso": acesso,
        "hipotese": hipotese(acesso.hipotese_id),
        "unidade": unidade(regras.unidade_da(peticao)),
    }


def pagina(
    peticao: Peticao,
    form: RascunhoForm,
    *,
    salvo: bool = True,
    assembleia: ProposicaoForm | None = None,
    aberto: Aberto | None = None,
) -> str:
    """The page of a draft. `salvo`: whether what it shows is on the server, also where something was refused.

    `assembleia` is the form of the Assembly's number as it came back refused, `aberto` that of a document.
    """
    partes = _partes(peticao, form)
    partes |= {"municipios": nomes_de_municipios(), "salvo": salvo, "assembleia": assembleia or ProposicaoForm()}
    partes["vagas"] = vagas.montar(peticao, agora=agora(), aberto=aberto)
    partes |= {"guardado_ate": guarda.guardado_ate(peticao.usada_em), "conflito": as_duas(peticao.id, form.recusa)}
    partes["vigente"] = vigente(peticao.id) or peticao.versao
    partes |= de_que_trata(peticao)
    return render_template("peticoes/redigir.html", **partes)


def secao(peticao_id: int, aberto: Aberto | None = None) -> str:
    """The documents of a draft as a fragment: what every change of them answers to the script."""
    montadas = vagas.montar(_rascunho(peticao_id), agora=agora(), aberto=aberto)
    return render_template("peticoes/_vagas.html", vagas=montadas)


def do_rascunho(peticao: Peticao) -> RascunhoForm:
    """The form with what is saved."""
    return formulario_de(peticao.tipo)(
        formdata=None,
        tipo=peticao.tipo_id,
        assunto=peticao.assunto,
        municipio=peticao.municipio_digitado,
        texto=peticao.texto_html,
        unidade=peticao.unidade_id,
        acesso=peticao.acesso,
        hipotese=peticao.hipotese_id,
        tema=peticao.tema_id,
        referencia=peticao.referencia,
        formato="html",
        versao=str(peticao.versao),
        **{f"{PREFIXO_CAMPO}{nome}": digitado for nome, digitado in peticao.campos.items()},
    )


def _enviado(peticao: Peticao) -> RascunhoForm:
    """The form as sent, with the fields of whichever type was on the page."""
    return formulario_de(*tipos_ativos(), peticao.tipo)()


@bp.get("/<int:peticao_id>/redigir")
@perm("peticoes.escrever")
def redigir(peticao_id: int) -> str | Response:
    """The draft, to go on typing."""
    peticao = _rascunho(peticao_id)
    if peticao.estado is not EstadoPeticao.RASCUNHO:
        return redirect(url_for("peticoes.acompanhar", peticao_id=peticao.id))
    guarda.abrir(peticao, por=pessoa_atual(), agora=agora())
    return pagina(peticao, do_rascunho(peticao))


@bp.post("/<int:peticao_id>/redigir")
@perm("peticoes.escrever")
def rascunhar(peticao_id: int) -> tuple[str, int] | Response | tuple[Response, int]:
    """Save the draft: by itself as the person types (JSON), or by a button: to the review, or to go on later."""
    # Whoever writes is here: the sign-in does not end under their hands.
    prolongar(pessoa_atual(), agora=agora())
    if request.accept_mimetypes.best == "application/json":
        return _salvar_por_si(peticao_id, _enviado(_rascunho(peticao_id)))
    if request.form.get("proposicao", "").strip():  # Enter in that field, which belongs to the same form
        return redirect(url_for("peticoes.trazer_da_assembleia", peticao_id=peticao_id), 307)
    return salvar(peticao_id, "peticoes.redigir" if request.form.get("ir") == "redigir" else "peticoes.conferir")


def _gravar(peticao_id: int, form: RascunhoForm, instante: datetime | None = None) -> Peticao:
    instante = instante or agora()
    return services.rascunhar(peticao_id, form.rascunho(), por=pessoa_atual(), versao=form.numero(), agora=instante)


def _salvar_por_si(peticao_id: int, form: RascunhoForm) -> Response | tuple[Response, int]:
    if form.validate():
        with form.aceitando_recusa():
            instante = agora()
            peticao = _gravar(peticao_id, form, instante)
            alheias = alheias_ao_salvar(peticao, form.numero(), instante)
            return respostas_http.salvo(peticao.versao, campos=alheias or {}, novo=alheias is not None)
    return respostas_http.nao_salvo(form, **as_duas(peticao_id, form.recusa))


def salvar(peticao_id: int, destino: str, *, mais: str = "") -> tuple[str, int] | Response:
    """Keep the page's files and its text, and go on; whatever was refused brings the page back, the rest is kept.

    `mais` is clean HTML put after the text that was typed. Restricted access without its legal ground is said at once,
    beside the field; what else is missing, at the review.
    """
    recusas = _anexar_todos(peticao_id)
    form, salvo = _enviado(_rascunho(peticao_id)), False
    if mais:
        form.acrescentar(mais)
    if form.validate():
        with form.aceitando_recusa():
            peticao = _gravar(peticao_id, form)
            form.versao.data, salvo = str(peticao.versao), True
            if destino == "peticoes.conferir":
                services.exigir_hipotese(peticao)
            return redirect(url_for("peticoes.redigir" if recusas else destino, peticao_id=peticao_id), 303)
    return pagina(_rascunho(peticao_id), form, salvo=salvo), form.status


def _anexar_um(peticao_id: int, enviado: FileStorage) -> None:
    nome, como = enviado.filename or "", vagas.lugar_de(enviado)
    services.anexar(peticao_id, nome, enviado.stream, por=pessoa_atual(), agora=agora(), como=como)


def _anexar_todos(peticao_id: int) -> list[Recusa]:
    return respostas_http.anexar_todos(lambda enviado: _anexar_um(peticao_id, enviado))


@bp.post("/<int:peticao_id>/anexos")
@perm("peticoes.escrever")
def anexar(peticao_id: int) -> str | Response | tuple[str, int]:
    """Attach files; the script sends one at a time and gets the list back, or the refusal as JSON.

    Without the script the whole page comes along: what was typed is saved too.
    """
    if request.accept_mimetypes.best == "application/json":
        for enviado in respostas_http.enviados():
            _anexar_um(peticao_id, enviado)
        return secao(peticao_id)
    if "versao" in request.form:
        return salvar(peticao_id, "peticoes.redigir")
    _anexar_todos(peticao_id)
    return redirect(url_for("peticoes.redigir", peticao_id=peticao_id, _anchor="documentos"), 303)


@bp.get("/<int:peticao_id>/faltas")
@perm("peticoes.escrever")
def faltas(peticao_id: int) -> str:
    """What follows each time the draft saves itself: what it still needs, and, with another type, what that asks for.

    `tipo_mostrado` and `forma_mostrada` say what the page shows: only what changed is drawn anew, so that nothing that
    is being typed is taken away.
    """
    peticao = _rascunho(peticao_id)
    mudou = request.args.get("tipo_mostrado") not in (None, str(peticao.tipo_id))
    formas = {request.args.get("forma_mostrada"), peticao.forma_principal.value}
    return render_template(
        "peticoes/_salvo.html",
        mudou=mudou,
        mudou_o_principal=mudou and formas != {FormaPrincipal.EDITOR.value},
        **_partes(peticao, do_rascunho(peticao)),
    )


@bp.post("/<int:peticao_id>/anexos/<int:documento_id>/remover")
@perm("peticoes.escrever")
def remover_anexo(peticao_id: int, documento_id: int) -> Response | str:
    """Take an attachment off."""
    services.remover_anexo(peticao_id, documento_id, por=pessoa_atual(), agora=agora())
    if "HX-Request" in request.headers:
        return secao(peticao_id)
    return redirect(url_for("peticoes.redigir", peticao_id=peticao_id, _anchor="documentos"), 303)


@bp.post("/<int:peticao_id>/descartar")
@perm("peticoes.escrever")
def descartar(peticao_id: int) -> Response:
    """Throw the draft away."""
    services.descartar(peticao_id, por=pessoa_atual())
    flash("Rascunho descartado.", "sucesso")
    return redirect(url_for("peticoes.lista"), 303)


def _revisao(peticao: Peticao, form: AssinarForm) -> str:
    # What the page shows is what its button signs, also when it comes back because the draft had changed.
    form.versao.data, form.retrato.data = str(peticao.versao), documentos.retrato(peticao)
    return render_template(
        "peticoes/conferir.html",
        peticao=peticao,
        form=form,
        faltas=services.faltas(peticao),
        principal=corpo(peticao),
        recusados=anexos.recusados(peticao, agora=agora()),
        **_quem_recebe(peticao),
        **de_que_trata(peticao),
    )


@bp.get("/<int:peticao_id>/conferir")
@perm("peticoes.escrever")
def conferir(peticao_id: int) -> str | Response:
    """The review page, where its author signs the petition; who drafts it for them reviews it there too."""
    peticao = _rascunho(peticao_id)
    if peticao.estado is not EstadoPeticao.RASCUNHO:
        return redirect(url_for("peticoes.recibo", peticao_id=peticao.id))
    return _revisao(peticao, AssinarForm(formdata=None))


@bp.post("/<int:peticao_id>/protocolar")
@perm("peticoes.protocolar")
@limite_de_senhas
def protocolar(peticao_id: int) -> tuple[str, int] | Response:
    """Sign and file."""
    form = AssinarForm()
    if form.validate():
        with form.aceitando_recusa():
            services.protocolar(
                peticao_id,
                form.senha.data or "",
                por=pessoa_atual(),
                versao=form.numero(),
                agora=agora(),
                conferido=form.retrato.data,
            )
            return redirect(url_for("peticoes.recibo", peticao_id=peticao_id), 303)
    return _revisao(_rascunho(peticao_id), form), form.status
