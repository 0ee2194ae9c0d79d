"""The queue as a spreadsheet: exactly the rows of the view, all of them."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, current_app, send_file, url_for

from peticionamento.comum.permissoes import perm
from peticionamento.comum.planilhas import (
    CSV,
    ODS,
    XLSX,
    Celula,
    Coluna,
    csv_em_disco,
    ods_em_disco,
    xlsx_em_disco,
)
from peticionamento.comum.tempo import hoje
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.triagem import bp, queries
from peticionamento.triagem.lugar import lugar

COLUNAS = (
    Coluna("Pontos", 8), Coluna("Número", 26), Coluna("Assunto", 60), Coluna("Deputado", 32), Coluna("Partido", 12),
    Coluna("Município", 24), Coluna("Região", 24), Coluna("Tipo", 28), Coluna("Tema", 28), Coluna("ODS", 6),
    Coluna("Urgência", 12), Coluna("Acesso", 12), Coluna("Situação", 24), Coluna("Vence", 12), Coluna("Com quem", 28),
    Coluna("Órgãos", 24), Coluna("Marcadores", 24), Coluna("Protocolada em", 18), Coluna("Endereço", 50),
)  # fmt: skip


def _linhas() -> Iterator[list[Celula]]:
    """The rows of the view that the address names, in its order."""
    endereco = current_app.config["PETICIONAMENTO"].endereco_publico.rstrip("/")
    aqui = lugar()
    for d in queries.em_lotes(pessoa_atual(), aqui.aba, aqui.filtros):
        yield [
            d.pontos, d.numero, d.assunto, d.autor, d.partido, d.municipio or "Estado todo", d.regiao, d.tipo,
            d.tema, d.ods, d.urgencia.rotulo, d.acesso.rotulo, d.estado.rotulo, d.vence, d.triador, d.orgaos,
            d.marcadores, d.protocolada_em, endereco + url_for("triagem.mesa", demanda_id=d.id),
        ]  # fmt: skip


@bp.get("/exportar.xlsx")
@perm("triagem.fila")
def exportar_xlsx() -> Response:
    """The view for Excel."""
    arquivo = xlsx_em_disco("Triagem", COLUNAS, _linhas())
    return send_file(arquivo, XLSX, as_attachment=True, download_name=f"triagem-{hoje()}.xlsx")


@bp.get("/exportar.ods")
@perm("triagem.fila")
def exportar_ods() -> Response:
    """The view for LibreOffice."""
    arquivo = ods_em_disco("Triagem", COLUNAS, _linhas())
    return send_file(arquivo, ODS, as_attachment=True, download_name=f"triagem-{hoje()}.ods")


@bp.get("/exportar.csv")
@perm("triagem.fila")
def exportar_csv() -> Response:
    """The view as plain text, for any program."""
    arquivo = csv_em_disco(COLUNAS, _linhas())
    return send_file(arquivo, CSV, as_attachment=True, download_name=f"triagem-{hoje()}.csv")
