"""Sign and file: all or nothing."""

from __future__ import annotations

from datetime import datetime

from peticionamento.cadastros.queries import numeracao_da_segov
from peticionamento.comum import tempo
from peticionamento.comum.avisos import avisar
from peticionamento.comum.db import transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import mover
from peticionamento.comum.permissoes import obter
from peticionamento.comum.protocolo import proximo_numero, proximo_numero_sei
from peticionamento.contas.models import Pessoa
from peticionamento.contas.services import senha_confere
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import AcaoPeticao, Acompanhamento, EstadoPeticao, Etapa, PapelDocumento, Peticao
from peticionamento.peticoes.services.continuacao import caminho_travado
from peticionamento.peticoes.services.faltas import faltas
from peticionamento.peticoes.services.juntadas import juntar, peticionamento, relacionar
from peticionamento.peticoes.services.rascunhos import RascunhoMudou
from peticionamento.peticoes.signals import protocolada

MUDOU = "O rascunho mudou depois que você o conferiu. Confira de novo e assine."


def protocolar(
    peticao_id: int, senha: str, *, por: Pessoa, versao: int, agora: datetime, conferido: str | None = None
) -> Peticao:
    """Sign a draft by password and file it: process number, documents, receipt, and triage, all or nothing.

    What comes after a filing goes into its process where it can (`juntadas`), else it is filed as a related one.
    Filing what is already filed gives the same petition (a double click, a lost answer). `versao` is the version the
    person reviewed, `conferido` its picture (`documentos.retrato`): attachments come and go without a new version.
    Raises Recusa (wrong password; the first thing missing), Conflito, NaoEncontrado.
    """
    peticao = obter(Peticao, peticao_id, por, "peticoes.protocolar")
    if peticao.estado is not EstadoPeticao.RASCUNHO:
        return peticao
    if peticao.versao != versao or conferido not in (None, documentos.retrato(peticao)):
        raise RascunhoMudou(MUDOU)
    if not senha_confere(por, senha):
        raise Recusa("A senha não confere. Nada foi protocolado; o rascunho continua salvo.", "senha")
    if falta := faltas(peticao):
        raise falta[0]
    principal = documentos.assinar(peticao, por, numero_sei=proximo_numero_sei(), agora=agora)
    with transaction() as session:
        peticao = obter(Peticao, peticao_id, por, "peticoes.protocolar", travada=True)
        if peticao.estado is not EstadoPeticao.RASCUNHO:
            return peticao
        if peticao.versao != versao or documentos.retrato(peticao) != principal.retrato:
            raise RascunhoMudou(MUDOU)
        caminho = caminho_travado(peticao)
        if caminho is not None and caminho.direto:
            return juntar(peticao, caminho, principal, por=por, agora=agora)
        peticao.numero = proximo_numero(numeracao_da_segov(), tempo.hoje(agora).year)
        peticao.protocolada_em = agora
        mover(peticao, AcaoPeticao.PROTOCOLAR, por=por, versao=versao, detalhe=peticao.numero)
        session.add(principal.documento(peticao))
        for anexo in peticao.documentos:
            if anexo.papel is PapelDocumento.ANEXO:
                anexo.numero_sei = proximo_numero_sei()
        recibo = documentos.recibo(peticao, principal, por, agora)
        recibo.dados = {**(recibo.dados or {}), "peticionamento": peticionamento(peticao, caminho)}
        session.add(recibo)
        session.add(
            Acompanhamento(
                peticao_id=peticao.id, autor_id=por.id, protocolada_em=agora,
                etapa=Etapa.PROTOCOLADA, onde=Etapa.PROTOCOLADA.rotulo,
            )
        )  # fmt: skip
        session.flush()  # the listeners' rows point at these
        protocolada.send(peticao, agora=agora)
        relacionar(peticao, caminho, por=por, agora=agora)
        avisar(por.email, "peticoes/protocolada", peticao_id=peticao.id, peticao=peticao, pessoa=por)
        return peticao
