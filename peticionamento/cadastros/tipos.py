"""The administrator's pages of process types."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peticionamento.cadastros import bp, queries, registros_queries, textos_queries, tipos_forms
from peticionamento.cadastros.conferencia_de_tipos import conferir
from peticionamento.cadastros.diferencas_de_tipos import diferencas
from peticionamento.cadastros.models import TipoProcesso
from peticionamento.cadastros.services import tipos as services
from peticionamento.cadastros.tipos_forms import TipoForm
from peticionamento.comum.formularios import VersaoForm
from peticionamento.comum.permissoes import perm


@bp.get("/tipos")
@perm("cadastros.administrar")
def tipos() -> str:
    """Every process type, those put aside too."""
    return render_template("cadastros/tipos.html", tipos=registros_queries.todos_os_tipos())


def _pagina(form: TipoForm, tipo: TipoProcesso | None, recusado: VersaoForm | None = None) -> str:
    """The page of one type. `form` as it came back, `recusado` the button that was refused."""
    mudancas = diferencas(tipo, form.editado()) if tipo is not None and form.status == 409 else []
    if tipo is not None and form.status == 409:
        form.versao.data = str(tipo.versao)  # having seen what is different, the person may save over it
    form.oferecer(
        textos_queries.unidades(),
        [(hipotese.id, hipotese.rotulo) for hipotese in queries.hipoteses_ativas()],
        textos_queries.modelos_em_uso(),
        registros_queries.documentos_ativos(),
    )
    return render_template(
        "cadastros/tipo.html",
        form=form,
        tipo=tipo,
        recusado=recusado,
        mudancas=mudancas,
        nomes_dos_documentos={
            str(documento.id): documento.nome for documento in registros_queries.todos_os_documentos()
        },
    )


@bp.get("/tipos/novo")
@perm("cadastros.administrar")
def novo_tipo() -> str:
    """A new process type."""
    return _pagina(tipos_forms.em_branco(), None)


@bp.post("/tipos/novo")
@perm("cadastros.administrar")
def criar_tipo() -> tuple[str, int] | Response:
    """Make it."""
    form = TipoForm()
    if _certo(form, None):
        with form.aceitando_recusa():
            tipo = services.criar(form.editado(), por=current_user)
            flash(f"“{tipo.nome}” já pode ser escolhido por quem peticiona.", "sucesso")
            return redirect(url_for("cadastros.tipos"), 303)
    return _pagina(form, None), form.status


@bp.get("/tipos/<int:tipo_id>")
@perm("cadastros.administrar")
def tipo(tipo_id: int) -> str:
    """One process type, whole."""
    linha = registros_queries.tipo(tipo_id)
    return _pagina(tipos_forms.do_tipo(linha), linha)


@bp.post("/tipos/<int:tipo_id>")
@perm("cadastros.administrar")
def alterar_tipo(tipo_id: int) -> tuple[str, int] | Response:
    """Change it."""
    registros_queries.tipo(tipo_id)
    form = TipoForm()
    if _certo(form, tipo_id):
        with form.aceitando_recusa():
            linha = services.alterar(tipo_id, form.editado(), por=current_user, versao=form.numero())
            flash(f"“{linha.nome}” foi salvo. Vale para o que for protocolado de agora em diante.", "sucesso")
            return redirect(url_for("cadastros.tipos"), 303)
    return _pagina(form, registros_queries.tipo(tipo_id)), form.status


def _certo(form: TipoForm, tipo_id: int | None) -> bool:
    """Whether the form can be saved; all that is wrong is put beside its fields at once."""
    if not form.validate():
        return False
    recusas = conferir(form.editado(), tipo_id)
    for recusa in recusas:
        form.recusar(recusa)
    return not recusas


@bp.post("/tipos/<int:tipo_id>/desativar")
@perm("cadastros.administrar")
def desativar_tipo(tipo_id: int) -> tuple[str, int] | Response:
    """Offer it no longer."""
    return _por_em_uso(tipo_id, False)


@bp.post("/tipos/<int:tipo_id>/reativar")
@perm("cadastros.administrar")
def reativar_tipo(tipo_id: int) -> tuple[str, int] | Response:
    """Offer it again."""
    return _por_em_uso(tipo_id, True)


def _por_em_uso(tipo_id: int, ativo: bool) -> tuple[str, int] | Response:
    form = VersaoForm()
    with form.aceitando_recusa():
        linha = services.por_em_uso(tipo_id, ativo, por=current_user, versao=form.numero())
        flash(
            f"“{linha.nome}” voltou a ser oferecido." if ativo else f"“{linha.nome}” não é mais oferecido.", "sucesso"
        )
        return redirect(url_for("cadastros.tipos"), 303)
    linha = registros_queries.tipo(tipo_id)
    return _pagina(tipos_forms.do_tipo(linha), linha, form), form.status
