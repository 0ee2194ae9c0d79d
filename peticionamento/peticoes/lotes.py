"""Pages of many petitions at once: send the spreadsheet, read what is wrong, make the drafts, sign what is ready."""

from __future__ import annotations

import io

import openpyxl
from flask import Response as FlaskResponse
from flask import redirect, render_template, request, send_file, url_for
from flask_wtf.file import FileField
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired

from peticionamento.cadastros.queries import tipos_ativos
from peticionamento.comum.erros import Recusa
from peticionamento.comum.formularios import Formulario, Tamanho
from peticionamento.comum.permissoes import perm
from peticionamento.comum.tempo import agora
from peticionamento.contas.queries import gabinete_de
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.contas.tentativas import limite_de_senhas
from peticionamento.peticoes import bp, queries
from peticionamento.peticoes.models import Lote
from peticionamento.peticoes.services import faltas
from peticionamento.peticoes.services import lotes as services
from peticionamento.peticoes.services.lotes import COLUNAS, LIMITE_LINHAS, Conferida, Resultado
from peticionamento.peticoes.services.principal import corpo

TITULOS = {
    "tipo": "Tipo", "assunto": "Assunto", "municipio": "Município", "texto": "Texto", "referencia": "Referência",
}  # fmt: skip
_LARGURAS = {"tipo": 34, "assunto": 50, "municipio": 24, "texto": 90, "referencia": 20}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PlanilhaForm(Formulario):
    """A spreadsheet to send."""

    planilha = FileField("Planilha")


class AssinarLoteForm(Formulario):
    """One password for all that are ready."""

    senha = PasswordField("Sua senha", [InputRequired("Digite a senha para assinar."), Tamanho(200)])


def _pagina_inicial(form: PlanilhaForm) -> str:
    return render_template(
        "peticoes/lotes.html",
        form=form,
        lotes=queries.lotes_de(pessoa_atual()),
        colunas=TITULOS,
        limite=LIMITE_LINHAS,
        tipos=tipos_ativos(),
        gabinete=gabinete_de(pessoa_atual().id),
    )


@bp.get("/lotes")
@perm("peticoes.lotes")
def lotes() -> str:
    """Send a spreadsheet; and those sent before."""
    return _pagina_inicial(PlanilhaForm(formdata=None))


@bp.post("/lotes")
@perm("peticoes.lotes")
def receber_lote() -> tuple[str, int] | Response:
    """Read a spreadsheet; nothing is made until its person has seen it."""
    form, enviada = PlanilhaForm(), request.files.get("planilha")
    if form.validate():
        with form.aceitando_recusa():
            return redirect(url_for("peticoes.lote", lote_id=_receber(enviada).id), 303)
    return _pagina_inicial(form), form.status


def _receber(enviada: FileStorage | None) -> Lote:
    if enviada is None or not enviada.filename:
        raise Recusa("Escolha a planilha.", "planilha")
    autor_id = request.form.get("autor", type=int)
    return services.receber(enviada.stream, enviada.filename, por=pessoa_atual(), agora=agora(), autor_id=autor_id)


@bp.get("/lotes/modelo.xlsx")
@perm("peticoes.lotes")
def modelo_de_lote() -> FlaskResponse:
    """An empty spreadsheet with the right columns, and the types by name on a second sheet."""
    livro = openpyxl.Workbook()
    folha = livro.active
    if not isinstance(folha, Worksheet):
        raise TypeError("a new workbook has one worksheet")
    folha.title = "Petições"
    folha.append([TITULOS[coluna] for coluna in COLUNAS])
    for ordem, coluna in enumerate(COLUNAS, start=1):
        folha.cell(1, ordem).font = Font(bold=True)
        folha.column_dimensions[get_column_letter(ordem)].width = _LARGURAS[coluna]
    folha.freeze_panes = "A2"
    outra = livro.create_sheet("Tipos")
    outra.append(["Tipo", "Como escrever", "Colunas a mais"])
    for tipo in tipos_ativos():
        outra.append([tipo.nome, tipo.orientacao, ", ".join(campo["rotulo"] for campo in tipo.campos)])
    for letra, largura in (("A", 50), ("B", 100), ("C", 60)):
        outra.column_dimensions[letra].width = largura
        for celula in outra[letra]:
            celula.alignment = Alignment(wrap_text=True, vertical="top")
    saida = io.BytesIO()
    livro.save(saida)
    saida.seek(0)
    return send_file(saida, mimetype=_XLSX, as_attachment=True, download_name="peticoes.xlsx")


def _pagina_do_lote(lote_id: int, form: Formulario, resultados: list[Resultado] | None = None) -> str:
    lote = services.do_gabinete(lote_id, por=pessoa_atual())
    peticoes = services.peticoes_do_lote(lote)
    return render_template(
        "peticoes/lote.html",
        lote=lote,
        peticoes=peticoes,
        faltas={id_: faltas(p) for id_, p in peticoes.items() if p.estado == "rascunho"},
        conferidas=services.prontas(peticoes.values()),
        corpos={id_: corpo(p) for id_, p in peticoes.items()},
        form=form,
        resultados=resultados,
    )


@bp.get("/lotes/<int:lote_id>")
@perm("peticoes.lotes")
def lote(lote_id: int) -> str:
    """The lines of a spreadsheet: what is wrong in each, and after that where each petition stands."""
    return _pagina_do_lote(lote_id, AssinarLoteForm(formdata=None))


@bp.post("/lotes/<int:lote_id>/rascunhos")
@perm("peticoes.lotes")
def criar_do_lote(lote_id: int) -> tuple[str, int] | Response:
    """Make the drafts of the good lines."""
    form = AssinarLoteForm(formdata=None)
    with form.aceitando_recusa():
        services.criar_rascunhos(lote_id, por=pessoa_atual(), agora=agora())
        return redirect(url_for("peticoes.lote", lote_id=lote_id), 303)
    return _pagina_do_lote(lote_id, form), form.status


def _conferidas() -> list[Conferida]:
    """What was on the page that is signed: `id:version:picture`, one for each draft."""
    lidas = [valor.split(":") for valor in request.form.getlist("conferida")]
    return [
        Conferida(int(partes[0]), int(partes[1]), partes[2])
        for partes in lidas
        if len(partes) == 3 and all(p.isdecimal() and p.isascii() and len(p) < 18 for p in partes[:2])
    ]


@bp.post("/lotes/<int:lote_id>/protocolar")
@perm("peticoes.lotes")
@limite_de_senhas
def protocolar_lote(lote_id: int) -> tuple[str, int] | str:
    """Sign and file those that are ready; the result of each is on the page."""
    form = AssinarLoteForm()
    if form.validate():
        with form.aceitando_recusa():
            feitos = services.protocolar_prontas(
                lote_id, form.senha.data or "", _conferidas(), por=pessoa_atual(), agora=agora()
            )
            return _pagina_do_lote(lote_id, AssinarLoteForm(formdata=None), feitos)
    return _pagina_do_lote(lote_id, form), form.status
