"""Many petitions at once from a spreadsheet: read, shown with the errors of each line, made into drafts, signed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from sqlalchemy import select

from peticionamento.cadastros.models import FormaPrincipal, Municipio, TipoProcesso
from peticionamento.cadastros.queries import tipos_ativos
from peticionamento.comum.arquivos import nome_seguro
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, Recusa
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.planilhas_lidas import LinhaLida, PlanilhaRecusada, chave_de_coluna, ler
from peticionamento.comum.texto import conferir_texto, html_de_texto, limpar_linha, milhar, sem_acentos
from peticionamento.contas.models import Pessoa
from peticionamento.contas.services import senha_confere
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import LIMITE_ASSUNTO, EstadoPeticao, Lote, Peticao
from peticionamento.peticoes.services.autoria import autor_da_peticao
from peticionamento.peticoes.services.faltas import MINIMO_TEXTO, faltas
from peticionamento.peticoes.services.protocolo import protocolar
from peticionamento.peticoes.services.rascunhos import (
    LIMITE_REFERENCIA,
    Rascunho,
    comecar,
    rascunhar,
)

LIMITE_LINHAS = 200
COLUNAS = ("tipo", "assunto", "municipio", "texto", "referencia")
"""The columns of every sheet; a type with a form adds one for each of its fields, by the field's label."""


@dataclass(frozen=True)
class Conferida:
    """A draft as it was on the page that is signed: its version, and its picture (`documentos.retrato`)."""

    peticao_id: int
    versao: int
    retrato: str


@dataclass(frozen=True)
class Resultado:
    """What became of one draft when many were signed."""

    peticao_id: int
    assunto: str
    numero: str | None
    motivo: str = ""


def receber(conteudo: IO[bytes], nome: str, *, por: Pessoa, agora: datetime, autor_id: int | None = None) -> Lote:
    """Read a spreadsheet and check every line; nothing is made yet.

    `autor_id`: for whom, where the person acts for several. Raises PlanilhaRecusada, Recusa, SemPermissao.
    """
    exigir(por, "peticoes.lotes")
    autor_id = autor_da_peticao(por, autor_id)
    lidas = ler(conteudo, nome, limite=LIMITE_LINHAS)
    if falta := [coluna for coluna in ("tipo", "assunto", "municipio") if coluna not in lidas[0].valores]:
        raise PlanilhaRecusada(
            f"Falta a coluna “{falta[0]}”. A primeira linha deve ter os nomes das colunas: use o modelo.", "planilha"
        )
    conferidas = _conferir(lidas)
    with transaction() as session:
        lote = Lote(pessoa_id=por.id, autor_id=autor_id, nome=nome_seguro(nome), linhas=conferidas, enviado_em=agora)
        session.add(lote)
    return lote


def _conferir(lidas: Iterable[LinhaLida]) -> list[dict[str, Any]]:
    """Every line with what is wrong in it, by column. Two statements however many lines."""
    tipos = {chave_de_coluna(nome): tipo for tipo in tipos_ativos() for nome in (tipo.nome, tipo.slug)}
    nomes = db.session().execute(select(Municipio.nome_busca, Municipio.nome))
    municipios = {linha.nome_busca: linha.nome for linha in nomes}
    vistas: dict[tuple[str, str], int] = {}
    conferidas = []
    for lida in lidas:
        linha = _conferida(lida, tipos, municipios)
        igual = (chave_de_coluna(linha["assunto"]), chave_de_coluna(linha["municipio"]))
        if igual in vistas:
            linha["avisos"].append(f"Mesmo assunto e município da linha {vistas[igual]}.")
        vistas.setdefault(igual, lida.numero)
        conferidas.append(linha)
    return conferidas


def _conferida(lida: LinhaLida, tipos: dict[str, TipoProcesso], municipios: dict[str, str]) -> dict[str, Any]:
    valores, erros = lida.valores, {}
    tipo = _tipo(valores.get("tipo", ""), tipos)
    if tipo is None:
        erros["tipo"] = _parecida("tipo", valores.get("tipo", ""), (t.nome for t in tipos.values()))
    assunto = limpar_linha(valores.get("assunto", ""))
    if not assunto:
        erros["assunto"] = "Falta o assunto."
    elif len(assunto) > LIMITE_ASSUNTO:
        erros["assunto"] = f"O assunto tem {milhar(len(assunto))} caracteres; o máximo é {LIMITE_ASSUNTO}."
    digitado = limpar_linha(valores.get("municipio", ""))
    municipio = municipios.get(sem_acentos(digitado))
    if municipio is None:
        erros["municipio"] = _parecida("município", digitado, municipios.values())
    campos = _campos(tipo, valores, erros)
    _conferir_texto(tipo, valores.get("texto", ""), erros)
    referencia = limpar_linha(valores.get("referencia", ""))
    if len(referencia) > LIMITE_REFERENCIA:
        erros["referencia"] = f"A referência tem {len(referencia)} caracteres; o máximo é {LIMITE_REFERENCIA}."
    return {
        "numero": lida.numero, "tipo_id": tipo.id if tipo else None,
        "tipo": tipo.nome if tipo else valores.get("tipo", ""),
        "assunto": assunto, "municipio": municipio or digitado, "texto": valores.get("texto", ""),
        "referencia": referencia, "campos": campos, "erros": erros, "avisos": [], "peticao_id": None,
    }  # fmt: skip


def _tipo(digitado: str, tipos: dict[str, TipoProcesso]) -> TipoProcesso | None:
    """The type of that name, or the only one whose name begins so: `Segurança` is enough."""
    procurado = chave_de_coluna(digitado)
    comecam = {tipo.id: tipo for nome, tipo in tipos.items() if len(procurado) > 3 and nome.startswith(procurado)}
    return tipos.get(procurado) or (next(iter(comecam.values())) if len(comecam) == 1 else None)


def _campos(tipo: TipoProcesso | None, valores: dict[str, str], erros: dict[str, str]) -> dict[str, str]:
    campos = {}
    for campo in tipo.campos if tipo else []:
        valor = valores.get(chave_de_coluna(campo["rotulo"])) or valores.get(chave_de_coluna(campo["nome"]), "")
        if valor:
            campos[campo["nome"]] = valor
        elif campo.get("obrigatorio"):
            erros[campo["rotulo"]] = f"Falta “{campo['rotulo']}”, que este tipo pede."
    return campos


def _conferir_texto(tipo: TipoProcesso | None, texto: str, erros: dict[str, str]) -> None:
    if tipo is not None and tipo.forma_principal is not FormaPrincipal.EDITOR:
        return
    if len(texto) < MINIMO_TEXTO:
        erros["texto"] = f"Escreva o pedido, com pelo menos {MINIMO_TEXTO} caracteres."
        return
    try:
        conferir_texto(html_de_texto(texto))
    except Recusa as recusa:
        erros["texto"] = recusa.mensagem


def _parecida(que: str, digitado: str, conhecidas: Iterable[str]) -> str:
    """Why a name is not one of those known, with the likeliest: by the whole of it, or by its first word."""
    if not digitado:
        return f"Falta o {que}."
    procuradas: dict[str, str] = {}
    for nome in conhecidas:
        inteiro = sem_acentos(nome).casefold()
        procuradas[inteiro] = nome
        procuradas.setdefault(re.split(r"\W", inteiro)[0], nome)
    perto = difflib.get_close_matches(sem_acentos(digitado).casefold(), procuradas, n=1, cutoff=0.7)
    dica = f" Seria “{procuradas[perto[0]]}”?" if perto else ""
    return f"“{digitado}” não é um {que} conhecido.{dica}"


def do_gabinete(lote_id: int, *, por: Pessoa) -> Lote:
    """One of the office's spreadsheets. Raises NaoEncontrado."""
    return obter(Lote, lote_id, por, "peticoes.lotes")


def criar_rascunhos(lote_id: int, *, por: Pessoa, agora: datetime) -> Lote:
    """Make a draft of each good line, all in one transaction; pressing twice makes them once. Raises Recusa."""
    with transaction():
        lote = obter(Lote, lote_id, por, "peticoes.lotes", travada=True)
        if lote.criado_em is not None:
            return lote
        feitos = {
            linha["numero"]: _rascunho(lote, linha, por=por, agora=agora).id
            for linha in lote.linhas
            if not linha["erros"]
        }
        if not feitos:
            raise Recusa("Nenhuma linha está pronta. Corrija a planilha e envie de novo.")
        lote.linhas = [{**linha, "peticao_id": feitos.get(linha["numero"])} for linha in lote.linhas]
        lote.criado_em = agora
        return lote


def _rascunho(lote: Lote, linha: dict[str, Any], *, por: Pessoa, agora: datetime) -> Peticao:
    chave = f"lote-{lote.id}-{linha['numero']}"
    peticao = comecar(linha["tipo_id"], chave, por=por, agora=agora, autor_id=lote.autor_id)
    rascunho = Rascunho(
        linha["tipo_id"], linha["assunto"], linha["municipio"], html_de_texto(linha["texto"]),
        campos=linha["campos"], referencia=linha["referencia"],
    )  # fmt: skip
    return rascunhar(peticao.id, rascunho, por=por, versao=peticao.versao, agora=agora)


def peticoes_do_lote(lote: Lote) -> dict[int, Peticao]:
    """The drafts made of a spreadsheet that are still there, by id."""
    ids = [linha["peticao_id"] for linha in lote.linhas if linha["peticao_id"]]
    return {p.id: p for p in db.session().execute(select(Peticao).where(Peticao.id.in_(ids))).unique().scalars()}


def protocolar_prontas(
    lote_id: int, senha: str, conferidas: Iterable[Conferida], *, por: Pessoa, agora: datetime
) -> list[Resultado]:
    """Sign and file, each by itself, the drafts that were on the page; one that cannot go stops none of the others.

    A draft that changed since the page was drawn is not signed, and says so. Raises Recusa (wrong password, nothing to
    sign), SemPermissao.
    """
    exigir(por, "peticoes.protocolar")
    rascunhos = peticoes_do_lote(do_gabinete(lote_id, por=por))
    if not senha_confere(por, senha):
        raise Recusa("A senha não confere. Nada foi protocolado; os rascunhos continuam salvos.", "senha")
    assuntos = {
        c: rascunhos[c.peticao_id].assunto
        for c in conferidas
        if c.peticao_id in rascunhos and rascunhos[c.peticao_id].estado is EstadoPeticao.RASCUNHO
    }
    if not assuntos:
        raise Recusa("Nenhum rascunho está pronto para assinar. Complete o que falta em cada um.")
    resultados = []
    for conferida, assunto in assuntos.items():
        try:
            peticao = protocolar(
                conferida.peticao_id, senha, por=por, versao=conferida.versao, conferido=conferida.retrato, agora=agora
            )
            resultados.append(Resultado(conferida.peticao_id, assunto, peticao.numero))
        except (Recusa, Conflito) as recusa:
            resultados.append(Resultado(conferida.peticao_id, assunto, None, recusa.mensagem))
    return resultados


def prontas(rascunhos: Iterable[Peticao]) -> list[Conferida]:
    """The drafts that lack nothing, as they are now: what a page shows and its button signs."""
    return [
        Conferida(p.id, p.versao, documentos.retrato(p))
        for p in sorted(rascunhos, key=lambda p: p.id)
        if p.estado is EstadoPeticao.RASCUNHO and not faltas(p)
    ]
