"""Decisions that end a demand without an agency: not accepting it, and forwarding it to another power or body."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from datetime import datetime

from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.tempo import data_por_extenso, hoje
from peticionamento.comum.texto import enumerar, html_de_texto, limpar_linha, milhar, no_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.documentos import Carta
from peticionamento.peticoes.services import juntar_oficio, juntar_resposta
from peticionamento.triagem.apensamento import levar_as_apensadas
from peticionamento.triagem.models import AcaoDemanda, Demanda, Fundamento, NaoAcolhimento, Oficio
from peticionamento.triagem.services import minha

MINIMO_EXPLICACAO = 20
LIMITE_EXPLICACAO = 4000
LIMITE_NOME = 200
MINIMO_CARTA = 50
LIMITE_CARTA = 10_000
ONDE_NAO_ACOLHIDA = "Respondida pela SEGOV: não acolhida"


@dataclass(frozen=True)
class Remessa:
    """To whom a demand is forwarded, and the words of the letter, plain."""

    destinatario: str
    cargo: str
    entidade: str
    texto: str


def nao_acolher(
    demanda_id: int, fundamento_id: int | None, explicacao: str, *, por: Pessoa, versao: int, agora: datetime
) -> Demanda:
    """End a demand as not accepted, with its ground and an explanation; the author is told and may reopen it.

    `explicacao` has 20 to 4,000 characters. Raises Recusa (field; an agency still has it), Conflito, AcaoIndevida.
    """
    explicacao = explicacao.strip()
    conferir_explicacao(explicacao)
    with transaction() as session:
        demanda = minha(demanda_id, por, "triagem.nao_acolher", versao)
        fundamento = fundamento_em_uso(fundamento_id)
        _conferir_que_ninguem_tem(demanda)
        motivo = f"{fundamento.nome}. {explicacao}"
        mover(demanda, AcaoDemanda.NAO_ACOLHER, por=por, versao=versao, detalhe=motivo)
        _encerrar(demanda)
        apensadas = levar_as_apensadas(demanda, AcaoDemanda.NAO_ACOLHER, por=por, detalhe_autor=motivo)
        for uma in (demanda, *apensadas):
            # A demand that was reopened may be refused again: its latest ground counts, the history has them all.
            session.merge(
                NaoAcolhimento(
                    demanda_id=uma.id, fundamento_id=fundamento.id, explicacao=explicacao, pessoa_id=por.id, em=agora
                )
            )
            juntar_resposta(
                uma.peticao_id,
                f"<h3>{html.escape(fundamento.nome)}</h3>{html_de_texto(fundamento.texto)}{html_de_texto(explicacao)}",
                [],
                onde=ONDE_NAO_ACOLHIDA,
                nome="Decisão de não acolhimento",
                agora=agora,
            )
        return demanda


def conferir_explicacao(explicacao: str) -> None:
    """Raise Recusa when the author would not learn why from it."""
    if len(explicacao) < MINIMO_EXPLICACAO:
        raise Recusa("Explique ao autor por que a demanda não é acolhida.", "explicacao")
    if len(explicacao) > LIMITE_EXPLICACAO:
        raise Recusa(f"A explicação pode ter no máximo {milhar(LIMITE_EXPLICACAO)} caracteres.", "explicacao")


def fundamento_em_uso(fundamento_id: int | None) -> Fundamento:
    """A ground that can still be chosen. Raises Recusa."""
    fundamento = db.session().get(Fundamento, fundamento_id) if fundamento_id is not None else None
    if fundamento is None or not fundamento.ativo:
        raise Recusa("Escolha o fundamento.", "fundamento")
    return fundamento


def remeter(demanda_id: int, remessa: Remessa, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Forward a demand by letter to another power, or to a federal or municipal body; its author gets a copy.

    Raises Recusa (field; an agency still has it), Conflito, AcaoIndevida.
    """
    remessa = conferida(remessa)
    with transaction() as session:
        demanda = minha(demanda_id, por, "triagem.remeter", versao)
        _conferir_que_ninguem_tem(demanda)
        carta = Carta(remessa.destinatario, remessa.cargo, remessa.entidade, html_de_texto(remessa.texto))
        a_quem = f"a {carta.a_quem}"
        mover(demanda, AcaoDemanda.REMETER, por=por, versao=versao, detalhe=a_quem)
        _encerrar(demanda)
        # Each author has a letter of their own, which names them and their process and nobody else.
        for uma in (demanda, *levar_as_apensadas(demanda, AcaoDemanda.REMETER, por=por, detalhe_autor=a_quem)):
            propria = (
                carta
                if uma is demanda
                else replace(carta, texto_html=html_de_texto(_texto_para(uma, remessa.texto, demanda)))
            )
            oficio = juntar_oficio(uma.peticao_id, propria, por=por, agora=agora)
            session.add(
                Oficio(
                    demanda_id=uma.id, documento_id=oficio.id, destinatario=remessa.destinatario, cargo=remessa.cargo,
                    entidade=remessa.entidade, pessoa_id=por.id, em=agora,
                )
            )  # fmt: skip
            juntar_resposta(
                uma.peticao_id,
                html_de_texto(
                    "O assunto não é da competência do Poder Executivo estadual. A demanda foi remetida a "
                    f"{carta.a_quem}, pelo Ofício SEGOV nº {oficio.numero}, que acompanha esta decisão."
                ),
                [],
                onde=f"Respondida pela SEGOV: remetida a {remessa.entidade}",
                nome="Decisão de remessa",
                agora=agora,
            )
        return demanda


def _texto_para(apensada: Demanda, texto: str, principal: Demanda) -> str:
    """The letter's words for a demand joined to the principal one: its author must not read of the other's."""
    for antes, depois in zip(_ditos(principal), _ditos(apensada), strict=True):
        texto = texto.replace(antes, depois) if antes else texto
    return texto


def _ditos(demanda: Demanda) -> tuple[str, ...]:
    """What a letter says of its demand: the draft's first paragraph; where that was rewritten, number and name."""
    peticao = demanda.peticao
    return minuta(demanda).partition("\n\n")[0], peticao.numero or "", peticao.autor.nome


def minuta(demanda: Demanda) -> str:
    """The letter as it begins, for a person to finish."""
    peticao = demanda.peticao
    dia = f", protocolada em {data_por_extenso(hoje(peticao.protocolada_em))}" if peticao.protocolada_em else ""
    lugar = f", sobre o Município de {peticao.municipio.nome}" if peticao.municipio else ""
    return (
        f"Encaminho, para conhecimento e providências, a demanda “{peticao.assunto}”{lugar}, apresentada por "
        f"{peticao.autor.nome}{dia} sob o número {peticao.numero}, por tratar de assunto da competência dessa "
        "instituição.\n\nSolicito que a resposta seja dada diretamente ao demandante, com cópia a esta Secretaria."
    )


def conferida(remessa: Remessa, *, sem_texto: bool = False) -> Remessa:
    """The same, its lines folded; `sem_texto`: each letter is to have its own words. Raises Recusa, with its field."""
    linhas = {nome: limpar_linha(getattr(remessa, nome)) for nome in ("destinatario", "cargo", "entidade")}
    for nome, linha in linhas.items():
        if len(linha) > LIMITE_NOME:
            raise Recusa(f"Pode ter no máximo {LIMITE_NOME} caracteres.", nome)
    if not linhas["destinatario"]:
        raise Recusa("Diga a quem o ofício é dirigido.", "destinatario")
    if not linhas["entidade"]:
        raise Recusa("Diga de que Poder, ente ou órgão é o destinatário.", "entidade")
    texto = remessa.texto.strip()
    if len(texto) < MINIMO_CARTA and not (sem_texto and not texto):
        raise Recusa("Escreva o texto do ofício.", "carta")
    if len(texto) > LIMITE_CARTA:
        raise Recusa(f"O ofício pode ter no máximo {milhar(LIMITE_CARTA)} caracteres.", "carta")
    return Remessa(linhas["destinatario"], linhas["cargo"], linhas["entidade"], texto)


def _conferir_que_ninguem_tem(demanda: Demanda) -> None:
    if demanda.vivos:
        onde = enumerar([no_orgao(e.orgao.sigla) for e in demanda.vivos])
        raise Recusa(f"A demanda está {onde}: quem responde ao autor é o órgão que a tem.")


def _encerrar(demanda: Demanda) -> None:
    """Nobody holds it any more, and no agency's refusal waits for a decision."""
    demanda.triador = demanda.reservada_ate = demanda.devolvida_em = None
