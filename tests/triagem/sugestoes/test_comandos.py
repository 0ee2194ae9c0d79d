"""`flask triagem treinar` and `sugerir`: files as people have them, and what is wrong said with its line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.triagem.models.sugestoes import FonteModelo
from peticionamento.triagem.sugestoes import queries
from tests.triagem.sugestoes.casos import amostras


@pytest.fixture
def carregados(app: Flask) -> None:
    carregar_cadastros()


def arquivo(pasta: Path, conteudo: str | bytes, nome: str = "a.csv") -> Path:
    caminho = pasta / nome
    caminho.write_bytes(conteudo if isinstance(conteudo, bytes) else conteudo.encode())
    return caminho


def sugerir(terminal: FlaskCliRunner, caminho: Path) -> list[dict[str, str]]:
    feito = terminal.invoke(args=["triagem", "sugerir", "--csv", str(caminho)])
    assert feito.exit_code == 0, feito.output
    lido = caminho.read_bytes()
    codificacao = "utf-8-sig" if lido.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        texto = lido.decode(codificacao)
    except UnicodeDecodeError:
        texto = lido.decode("cp1252")
    return list(csv.DictReader(io.StringIO(texto), delimiter=";" if ";" in texto.split("\n")[0] else ","))


@pytest.mark.parametrize("codificacao", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separador", [",", ";"])
def test_a_file_comes_back_with_its_rows_and_the_suggestions(
    carregados: None, terminal: FlaskCliRunner, tmp_path: Path, codificacao: str, separador: str
) -> None:
    linhas = [["id", "texto", "obs"], ["1", "Leitos de UTI; hospital, saúde", "é"], ["2", "", ""], ["3", "xyz", "b"]]
    saida = io.StringIO()
    csv.writer(saida, delimiter=separador).writerows(linhas)
    caminho = arquivo(tmp_path, saida.getvalue().encode(codificacao))
    feitas = sugerir(terminal, caminho)
    assert [(f["id"], f["texto"], f["obs"]) for f in feitas] == [tuple(linha) for linha in linhas[1:]]
    assert feitas[0]["sugestao_1"] == "SES"
    assert 0 < float(feitas[0]["probabilidade_1"]) <= 1
    assert len(feitas[0]["probabilidade_1"]) == 6
    assert {feitas[n][f"{nome}_{k}"] for n in (1, 2) for nome in ("sugestao", "probabilidade") for k in (1, 2, 3)} == {
        ""
    }
    assert sugerir(terminal, caminho) == feitas  # again: the columns are written anew, not twice


def test_another_file_or_the_screen_and_a_column_alone_with_commas(
    carregados: None, terminal: FlaskCliRunner, tmp_path: Path
) -> None:
    caminho = arquivo(tmp_path, "texto\nFalta professor na escola, e merenda\n")
    feito = terminal.invoke(args=["triagem", "sugerir", "--csv", str(caminho), "--saida", "-"])
    assert '"Falta professor na escola, e merenda",SEE' in feito.stdout
    assert "1 de 1 linhas com sugestão" in feito.stderr
    outro = tmp_path / "b.csv"
    terminal.invoke(args=["triagem", "sugerir", "--csv", str(caminho), "--saida", str(outro)])
    assert "SEE" in outro.read_text()
    assert caminho.read_text() == "texto\nFalta professor na escola, e merenda\n"


def test_it_trains_says_what_it_left_out_and_uses_what_it_learned(
    carregados: None, terminal: FlaskCliRunner, tmp_path: Path
) -> None:
    linhas = [f"{a.texto};{a.orgaos[0]}" for a in amostras(60)]
    estranhas = ["Água;COPASA", ";SES", "sem órgão;", "obra na rodovia;DER-MG / SEINFRA", "estrada;SETOP"]
    caminho = arquivo(tmp_path, "\n".join(["texto;orgao", *linhas, *estranhas]))
    feito = terminal.invoke(args=["triagem", "treinar", "--csv", str(caminho)])
    assert feito.exit_code == 0, feito.output
    assert "Linha 62: “COPASA” não é um órgão cadastrado" in feito.stderr
    assert "por falta de texto, as linhas: 63." in feito.stderr
    assert "por falta de órgão, as linhas: 64." in feito.stderr
    assert "Aprendeu com 62 demandas" in feito.stdout
    assert "Cobertura" in feito.stdout
    assert "demonstração" not in feito.stdout
    versao = queries.em_uso()
    assert versao is not None
    assert (versao.fonte, versao.amostras, versao.medidas["ordem"]) == (FonteModelo.CSV, 62, "sorteio")
    perguntas = arquivo(tmp_path, "texto\nturma e diretora sem biblioteca\n", "p.csv")
    assert sugerir(terminal, perguntas)[0]["sugestao_1"] == "SEE"


@pytest.mark.parametrize(
    ("conteudo", "diz"),
    [
        (b"", "está vazio"),
        (b"  \n", "está vazio"),
        (b"assunto,orgao\na,SES\n", "não tem a coluna “texto”. As colunas são: assunto, orgao."),
        (b"texto,outra\na,SES\n", "Falta a coluna “orgao”"),
        (b"texto,orgao\n", "Nenhuma linha do arquivo"),
        (b"texto,orgao\nAgua,COPASA\n", "Nenhuma linha do arquivo"),
        (b"texto,orgao\n\x00\x00,SES\n", "não é um CSV"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(
    carregados: None, terminal: FlaskCliRunner, tmp_path: Path, conteudo: bytes, diz: str
) -> None:
    feito = terminal.invoke(args=["triagem", "treinar", "--csv", str(arquivo(tmp_path, conteudo))])
    assert feito.exit_code == 1
    assert diz in feito.output
    assert queries.em_uso() is None


def test_a_file_that_is_not_there_and_a_database_without_agencies(
    app: Flask, terminal: FlaskCliRunner, tmp_path: Path
) -> None:
    feito = terminal.invoke(args=["triagem", "sugerir", "--csv", str(tmp_path / "nada.csv")])
    assert (feito.exit_code, "Não consegui ler" in feito.output) == (1, True)
    feito = terminal.invoke(args=["triagem", "sugerir", "--csv", str(arquivo(tmp_path, "texto\na\n"))])
    assert (feito.exit_code, "Não há órgãos cadastrados" in feito.output) == (1, True)
    assert "Falta informar" in terminal.invoke(args=["triagem", "sugerir"]).output


def test_without_a_file_it_learns_from_the_history(carregados: None, terminal: FlaskCliRunner) -> None:
    feito = terminal.invoke(args=["triagem", "treinar"])
    assert feito.exit_code == 0, feito.output
    assert "Só as competências dos órgãos" in feito.stdout
