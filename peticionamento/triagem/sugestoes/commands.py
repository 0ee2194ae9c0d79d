"""`flask --app wsgi triagem …`: learn from a CSV, suggest for a CSV, where what is wrong is said with its line; and
the fingerprints that old demands lack."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from peticionamento.comum.erros import Recusa
from peticionamento.comum.terminal import Erro, Grupo
from peticionamento.comum.texto import plural
from peticionamento.triagem import impressoes
from peticionamento.triagem.sugestoes import arquivo, queries, services
from peticionamento.triagem.sugestoes.arquivo import Lidas, celula
from peticionamento.triagem.sugestoes.modelo import de_competencias
from peticionamento.triagem.sugestoes.textos import em_palavras

triagem = Grupo("triagem", help="Mesa da triagem: sugestões de órgãos e campanhas.")

MOSTRADOS = 20
"""Lines with something wrong that are named one by one."""


@triagem.command("treinar")
@click.option("--csv", "caminho", type=click.Path(path_type=Path), help="Colunas texto e orgao (e data, se houver).")
@click.option("--sem-medir", is_flag=True, help="Não mede a qualidade: mais rápido.")
def treinar(caminho: Path | None, sem_medir: bool) -> None:
    """Faz uma versão nova das sugestões, que passa a ser usada.

    Sem --csv, aprende com as demandas já encaminhadas.
    """
    try:
        if caminho is None:
            versao = services.treinar_do_historico()
        else:
            lidas = arquivo.amostras(arquivo.ler(caminho), [o.competencia for o in queries.orgaos()])
            _dizer(lidas)
            if not lidas.amostras:
                raise Recusa("Nenhuma linha do arquivo tem texto e um órgão conhecido. Nada mudou.")
            versao = services.treinar_de_arquivo(lidas.amostras, medir=not sem_medir)
    except Recusa as recusa:
        raise Erro(recusa.mensagem) from recusa
    aprendeu = plural(versao.amostras, "demanda", "demandas")
    click.echo(f"Versão {versao.id} em uso. Aprendeu com {aprendeu} ({versao.fonte.rotulo}).")
    for frase in em_palavras(versao.medidas, versao.demonstracao):
        click.echo(frase)


def _dizer(lidas: Lidas) -> None:
    """Say what was left out, and where."""
    for numero, escrito in lidas.desconhecidos[:MOSTRADOS]:
        click.echo(f"Linha {numero}: “{escrito}” não é um órgão cadastrado; fica de fora.", err=True)
    if (resto := len(lidas.desconhecidos) - MOSTRADOS) > 0:
        todos = sorted({escrito for _, escrito in lidas.desconhecidos})
        click.echo(f"E mais {resto} linhas assim. Órgãos não cadastrados: {', '.join(todos[:40])}.", err=True)
    for numeros, o_que in ((lidas.vazias, "falta de texto"), (lidas.sem_orgao, "falta de órgão")):
        if numeros:
            ditos = ", ".join(map(str, numeros[:MOSTRADOS])) + ("…" if len(numeros) > MOSTRADOS else "")
            click.echo(f"Ficam de fora, por {o_que}, as linhas: {ditos}.", err=True)


@triagem.command("sugerir")
@click.option("--csv", "caminho", type=click.Path(path_type=Path), required=True, help="Um CSV com a coluna texto.")
@click.option(
    "--saida", type=click.Path(path_type=Path, allow_dash=True), help="Outro arquivo; sem isto, o mesmo. - é a tela."
)
def sugerir(caminho: Path, saida: Path | None) -> None:
    """Escreve no CSV os três órgãos mais prováveis de cada linha e suas probabilidades.

    As linhas e colunas ficam como estão; fica em branco o que seria um palpite fraco.
    """
    try:
        planilha = arquivo.ler(caminho)
        recebem = queries.com_mesa()
        if not recebem:
            raise Recusa("Não há órgãos cadastrados. Rode antes: flask --app wsgi cadastros carregar.")
    except Recusa as recusa:
        raise Erro(recusa.mensagem) from recusa
    carregado = services.modelo_em_uso()
    modelo = carregado[1] if carregado else de_competencias(o.competencia for o in queries.orgaos())
    sugestoes = [
        modelo.sugerir(texto, ativas=recebem.__contains__, evidencia=False) if texto.strip() else []
        for texto in (celula(celulas, planilha.texto) for _, celulas in planilha.linhas)
    ]
    feito = arquivo.escrever(planilha, sugestoes)
    if str(saida) == "-":
        click.echo(feito, nl=False)
    else:
        _gravar(saida or caminho, feito, planilha.codificacao)
        if saida is None and not os.isatty(1):  # sent to a file or a pipe: whoever reads that gets the rows too
            click.echo(feito, nl=False)
    _resumo(sugestoes, carregado[0] if carregado else None)


def _resumo(sugestoes: Sequence[Sequence[object]], versao: int | None) -> None:
    com = sum(bool(dadas) for dadas in sugestoes)
    parte = f"{100 * com / len(sugestoes):.0f}%" if sugestoes else "0%"
    de_quem = f"versão {versao}" if versao else "só as competências dos órgãos"
    click.echo(f"{com} de {len(sugestoes)} linhas com sugestão ({parte} de cobertura; {de_quem}).", err=True)


def _gravar(caminho: Path, conteudo: str, codificacao: str) -> None:
    """Write a file whole or not at all. Raises Erro."""
    provisorio = ""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=caminho.resolve().parent, delete=False) as novo:
            provisorio = novo.name
            novo.write(conteudo.encode(codificacao, errors="replace"))
        if caminho.exists():
            Path(provisorio).chmod(caminho.stat().st_mode & 0o7777)
        Path(provisorio).replace(caminho)
    except OSError as erro:
        Path(provisorio).unlink(missing_ok=True) if provisorio else None
        raise Erro(f"Não consegui gravar {caminho}: {erro.strerror or erro}.") from erro


@triagem.command("impressoes")
def dar_impressoes() -> None:
    """Reconhece as campanhas entre as demandas protocoladas antes de a mesa as reunir.

    Anda de 500 em 500 e guarda cada lote. Pode ser interrompido e rodado de novo.
    """
    dadas = 0
    with click.progressbar(length=impressoes.sem_impressao(), label="Comparando os textos") as barra:
        for feito in impressoes.dar():
            dadas += feito.dadas
            barra.update(feito.lidas)
    if not dadas:
        click.echo("Nada a fazer: as demandas com texto para comparar já têm impressão.")
    else:
        click.echo(f"{plural(dadas, 'demanda ganhou', 'demandas ganharam')} a impressão do texto.")
