"""One's own notices: when each kind is to come, and what was sent in the last days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.formularios import Formulario
from peticionamento.comum.grupos_de_aviso import Grupo, grupos_de
from peticionamento.comum.paginacao import Pagina
from peticionamento.comum.permissoes import perm
from peticionamento.comum.registro_de_avisos import Registrado, consultar, do_periodo, pagina
from peticionamento.comum.tempo import hoje
from peticionamento.contas import bp, preferencias
from peticionamento.contas.sessao import pessoa_atual

DIAS_A_MOSTRAR = 30


def _classe(grupos: Sequence[Grupo]) -> type[Formulario]:
    """A form with a choice for each group that has one."""
    campos = {
        grupo.chave: RadioField(
            grupo.titulo,
            [AnyOf([opcao.value for opcao in grupo.opcoes], preferencias.NAO_SE_ESCOLHE)],
            choices=[SelectChoice(opcao.value, opcao.rotulo) for opcao in grupo.opcoes],
            description=f"{grupo.explicacao} {grupo.razao}".strip(),
            validate_choice=False,
        )
        for grupo in grupos
        if not grupo.obrigatorio
    }
    return type("AvisosForm", (Formulario,), campos)


def enviados(para: str, cursor: str | None) -> Pagina[Registrado]:
    """What was written to an address in the last days, newest first."""
    consulta = do_periodo(consultar().where(Aviso.para == para), hoje() - timedelta(days=DIAS_A_MOSTRAR), None)
    return pagina(consulta, cursor)


def _pagina(form: Formulario, grupos: Sequence[Grupo]) -> str:
    pessoa = pessoa_atual()
    return render_template(
        "contas/avisos.html",
        form=form,
        campos=[form[grupo.chave] for grupo in grupos if not grupo.obrigatorio],
        sempre=[grupo for grupo in grupos if grupo.obrigatorio],
        pagina=enviados(pessoa.email, request.args.get("depois")),
        dias=DIAS_A_MOSTRAR,
    )


@bp.get("/conta/avisos")
@perm("contas.propria")
def avisos() -> str:
    """When one's notices come, and the last ones."""
    pessoa = pessoa_atual()
    grupos = grupos_de(pessoa.papeis)
    return _pagina(_classe(grupos)(formdata=None, data=preferencias.escolhas(pessoa)), grupos)


@bp.post("/conta/avisos")
@perm("contas.propria")
def escolher_avisos() -> tuple[str, int] | Response:
    """Keep what was chosen."""
    pessoa = pessoa_atual()
    grupos = grupos_de(pessoa.papeis)
    form = _classe(grupos)()
    if form.validate():
        with form.aceitando_recusa():
            preferencias.escolher(form.data, por=pessoa)
            flash("Suas escolhas valem a partir do próximo aviso.", "sucesso")
            return redirect(url_for("contas.avisos"), 303)
    return _pagina(form, grupos), form.status
