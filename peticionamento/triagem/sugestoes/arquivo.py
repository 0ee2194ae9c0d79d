"""CSV files of demands as people have them: commas or semicolons, UTF-8 with or without BOM, or what Excel writes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from peticionamento.comum.erros import Recusa
from peticionamento.comum.tempo import BRASILIA
from peticionamento.triagem.sugestoes.modelo import QUANTAS, Competencia, Sugestao
from peticionamento.triagem.sugestoes.palavras import dobrar
from peticionamento.triagem.sugestoes.treino import Amostra

COLUNAS_NOVAS = [f"{nome}_{n}" for nome in ("sugestao", "probabilidade") for n in range(1, QUANTAS + 1)]
_DATAS = ("data", "protocolada_em", "protocolada", "em")
_ENTRE = re.compile(r"\s*[;|/+,]\s*|\s+e\s+")

SUCESSORES = {
    "SEDECTES": "SEDE", "SETOP": "SEINFRA", "SECIR": "SEINFRA", "DEER": "DER-MG", "DEER-MG": "DER-MG",
    "SEC": "SECULT", "SETUR": "SECULT", "SEAP": "SEJUSP", "SESP": "SEJUSP", "SEDPAC": "SEDESE", "SEESP": "SEDESE",
    "SEDA": "SEAPA", "SEDINOR": "IDENE", "SECCRI": "SEGOV",
}  # fmt: skip
"""Who has today the matters of agencies that are no more: old files name them."""


@dataclass
class Planilha:
    """A file as read: `linhas` are its rows with the line each begins on, `texto` the position of that column."""

    cabeca: list[str]
    linhas: list[tuple[int, list[str]]]
    separador: str
    codificacao: str
    texto: int
    fim_de_linha: str = "\n"


@dataclass
class Lidas:
    """The samples of a file, and what was left out: the lines without text, and (line, agency) not known."""

    amostras: list[Amostra] = field(default_factory=list)
    vazias: list[int] = field(default_factory=list)
    sem_orgao: list[int] = field(default_factory=list)
    desconhecidos: list[tuple[int, str]] = field(default_factory=list)


def ler(caminho: Path) -> Planilha:
    """Read a CSV with a column `texto`. Raises Recusa, which says what is wrong and where."""
    try:
        crus = caminho.read_bytes()
    except FileNotFoundError as erro:
        raise Recusa(f"Não consegui ler {caminho}: o arquivo não existe.") from erro
    except OSError as erro:
        raise Recusa(f"Não consegui ler {caminho}: {erro.strerror or erro}.") from erro
    if not crus.strip():
        raise Recusa(f"{caminho} está vazio.")
    if crus[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codificacao = "utf-16"
    elif crus.startswith(b"\xef\xbb\xbf"):
        codificacao = "utf-8-sig"
    else:
        codificacao = "utf-8" if _e_utf8(crus) else "cp1252"
    conteudo = crus.decode(codificacao, errors="replace")
    if "\x00" in conteudo:
        raise Recusa(f"{caminho} não é um CSV: salve a planilha de novo como CSV UTF-8.")
    primeira = conteudo.lstrip("\r\n").partition("\n")[0]
    separador = max(",;\t", key=primeira.count)
    # A file of one column may have commas in its texts that nothing quotes.
    lido_com = separador if separador in primeira else "\x1f"
    csv.field_size_limit(50_000_000)
    leitor = csv.reader(io.StringIO(conteudo, newline=""), delimiter=lido_com)
    linhas: list[tuple[int, list[str]]] = []
    antes = 0
    try:
        for celulas in leitor:
            linhas.append((antes + 1, celulas))
            antes = leitor.line_num
    except csv.Error as erro:
        raise Recusa(f"A linha {antes + 1} de {caminho} não se lê como CSV: {erro}.") from erro
    while linhas and not linhas[0][1]:
        linhas.pop(0)
    cabeca = [celula.strip() for celula in linhas[0][1]]
    texto = _coluna(cabeca, "texto")
    if texto is None:
        raise Recusa(f"{caminho} não tem a coluna “texto”. As colunas são: {', '.join(cabeca)}.")
    return Planilha(linhas[0][1], linhas[1:], separador, codificacao, texto, "\r\n" if "\r\n" in conteudo else "\n")


def _e_utf8(crus: bytes) -> bool:
    try:
        crus.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _coluna(cabeca: Sequence[str], *nomes: str) -> int | None:
    dobradas = [dobrar(nome).strip() for nome in cabeca]
    return next((dobradas.index(nome) for nome in nomes if nome in dobradas), None)


def celula(celulas: Sequence[str], n: int) -> str:
    """A row's cell, empty where the row ends before it."""
    return celulas[n] if n < len(celulas) else ""


def amostras(planilha: Planilha, orgaos: Iterable[Competencia]) -> Lidas:
    """The samples of a file with a column `orgao`. Raises Recusa when it has none."""
    coluna = _coluna(planilha.cabeca, "orgao", "orgaos", "sigla")
    if coluna is None:
        raise Recusa(f"Falta a coluna “orgao”. As colunas são: {', '.join(planilha.cabeca)}.")
    conhecidos = _conhecidos(orgaos)
    lidas = Lidas()
    quando = _coluna(planilha.cabeca, *_DATAS)
    for numero, celulas in planilha.linhas:
        if not any(c.strip() for c in celulas):
            continue
        texto, escrito = celula(celulas, planilha.texto).strip(), celula(celulas, coluna).strip()
        if not texto:
            lidas.vazias.append(numero)
        elif not escrito:
            lidas.sem_orgao.append(numero)
        else:
            siglas, estranhas = _siglas(escrito, conhecidos)
            lidas.desconhecidos += [(numero, estranha) for estranha in estranhas]
            if siglas:
                em = _data(celula(celulas, quando)) if quando is not None else None
                lidas.amostras.append(Amostra(texto, tuple(siglas), em))
    if all(a.em is not None for a in lidas.amostras):
        lidas.amostras.sort(key=lambda a: a.em)  # type: ignore[arg-type,return-value]
    return lidas


def _conhecidos(orgaos: Iterable[Competencia]) -> dict[str, str]:
    """The sigla of each way an agency is written."""
    achados: dict[str, str] = {}
    for orgao in orgaos:
        for escrita in (orgao.sigla, orgao.sigla.removesuffix("-MG"), orgao.sigla.replace(" ", ""), orgao.nome):
            achados.setdefault(_igual(escrita), orgao.sigla)
    for velha, nova in SUCESSORES.items():
        if _igual(nova) in achados:
            achados.setdefault(_igual(velha), nova)
    return achados


def _igual(escrita: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", dobrar(escrita)).strip()


def _siglas(escrito: str, conhecidos: dict[str, str]) -> tuple[list[str], list[str]]:
    """(known siglas, what is not known) of a cell: one agency, or several parted by `;`, `/`, `e`."""
    if inteira := conhecidos.get(_igual(escrito)):
        return [inteira], []
    siglas, estranhas = [], []
    for parte in filter(None, _ENTRE.split(escrito)):
        if achada := conhecidos.get(_igual(parte)):
            siglas.append(achada)
        else:
            estranhas.append(parte)
    return (list(dict.fromkeys(siglas)), estranhas) if siglas else ([], [escrito])


def _data(escrita: str) -> datetime | None:
    for formato in ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"):
        try:
            return datetime.strptime(escrita.strip(), formato).replace(tzinfo=BRASILIA)
        except ValueError:
            continue
    try:
        lida = datetime.fromisoformat(escrita.strip())
    except ValueError:
        return None
    return lida if lida.tzinfo else lida.replace(tzinfo=BRASILIA)


def escrever(planilha: Planilha, sugestoes: Sequence[Sequence[Sugestao]]) -> str:
    """The file again, each row with its suggestions and probabilities at the end; blank where there is none.

    Columns of those names that the file already had are written anew, where they were.
    """
    cabeca = list(planilha.cabeca)
    onde = [_coluna(cabeca, nome) for nome in COLUNAS_NOVAS]
    for n, nome in enumerate(COLUNAS_NOVAS):
        if onde[n] is None:
            onde[n] = len(cabeca)
            cabeca.append(nome)
    saida = io.StringIO(newline="")
    escritor = csv.writer(saida, delimiter=planilha.separador, lineterminator=planilha.fim_de_linha)
    escritor.writerow(cabeca)
    for (_, celulas), dadas in zip(planilha.linhas, sugestoes, strict=True):
        linha = list(celulas) + [""] * (len(cabeca) - len(celulas))
        valores = [d.sigla for d in dadas] + [""] * (QUANTAS - len(dadas))
        valores += [f"{d.probabilidade:.4f}" for d in dadas] + [""] * (QUANTAS - len(dadas))
        for coluna, valor in zip(onde, valores, strict=True):
            linha[coluna or 0] = valor
        escritor.writerow(linha)
    return saida.getvalue()
