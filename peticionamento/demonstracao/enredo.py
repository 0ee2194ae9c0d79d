"""What happens to each petition of the demonstration, from filing to as far as its age and luck take it."""

from __future__ import annotations

import io
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from peticionamento.atendimento import homologacao
from peticionamento.atendimento import services as atendimento
from peticionamento.cadastros.models import Orgao, TipoProcesso
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import avisos, saida, tempo
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.saida import EstadoSaida, Falha
from peticionamento.comum.texto import html_de_texto
from peticionamento.contas.models import Pessoa
from peticionamento.demonstracao import pedido, proposicoes
from peticionamento.demonstracao.pessoas import SENHA, Elenco
from peticionamento.demonstracao.textos import Texto
from peticionamento.distribuicao import services as distribuicao
from peticionamento.distribuicao.models import Canal, Entrega
from peticionamento.peticoes import services as peticoes
from peticionamento.peticoes.assembleia import services as assembleia
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem import services as triagem
from peticionamento.triagem.models import Demanda, Encaminhamento, EstadoDemanda
from peticionamento.triagem.services import Destino

AJUSTE = "Informar também o cronograma, com mês de início e de término, e quem acompanha na regional."
MOTIVO = "O assunto não é da competência deste órgão, que não executa nem financia o que se pede."

LEITURA = [timedelta(minutes=n) for n in (2, 4, 3, 7, 11, 2, 5)]
"""How long triage reads before it routes."""


@dataclass
class Palco:
    """What every petition's story needs. `fim` is the real now: no story goes past it."""

    elenco: Elenco
    tipos: dict[str, TipoProcesso]
    orgaos: dict[str, Orgao]
    temas: dict[str, int]
    """Ids by path."""
    sorte: random.Random
    fim: datetime
    falhas: int = 0
    ajuste_pendente: bool = False
    """Whether the agency of the present story leaves what SEGOV sent back lying: that state is always to be seen."""


@contextmanager
def _daqui_a(palco: Palco, espera: timedelta) -> Iterator[bool]:
    """Go on `espera` later, in working hours; yields False when that is still to come."""
    instante = tempo.agora() + espera
    calendario = calendario_local()
    local = instante.astimezone(tempo.BRASILIA)
    if not 8 <= local.hour < 19:
        local = local.replace(hour=palco.sorte.randint(9, 17))
    while not calendario.e_util(local.date()):
        local += timedelta(days=1)
    with tempo.no_instante(max(local, tempo.agora())):
        yield local < palco.fim


def viver(palco: Palco, texto: Texto, ordem: int, quantas: int) -> None:
    """One petition's story, from filing on, at the clock's present instant."""
    sorte = palco.sorte
    palco.ajuste_pendente = ordem % 30 == 11 and ordem > quantas * 0.3
    autor = palco.elenco.deputados[ordem % len(palco.elenco.deputados)]
    peticao = _protocolar(palco, texto, autor, ordem)
    _avisos_enviados()
    with _daqui_a(palco, timedelta(hours=sorte.choice([2, 5, 20, 26, 44, 70]))) as ja:
        if not ja or (ordem % 5 == 4 and ordem > quantas * 0.66):
            if ordem % 4 == 0 and ordem > quantas * 0.8:
                _em_triagem(palco, peticao)
            return
        _encaminhar(palco, texto, _demanda(peticao), _siglas(palco, texto, ordem))


def _protocolar(palco: Palco, texto: Texto, autor: Pessoa, ordem: int) -> Peticao:
    instante, tipo = tempo.agora(), palco.tipos[texto.tipo]
    peticao = peticoes.comecar(tipo.id, secrets.token_hex(8), por=autor, agora=instante)
    digitado = pedido.rascunho(texto, tipo, palco.temas[texto.tema], ordem)
    peticao = peticoes.rascunhar(peticao.id, digitado, por=autor, versao=peticao.versao, agora=instante)
    for nome, tipo_documento_id, conteudo in pedido.documentos(texto, tipo, autor, ordem, instante):
        anexo = peticoes.anexar(peticao.id, nome, io.BytesIO(conteudo), por=autor, agora=instante)
        anexo.tipo_documento_id = anexo.tipo_documento_id or tipo_documento_id
    colega = palco.elenco.deputados[(ordem + 1) % len(palco.elenco.deputados)]
    if (lida := proposicoes.lida(texto, autor, colega, ordem, instante)) is not None:
        assembleia.preencher(peticao.id, lida, por=autor, agora=instante)
    return peticoes.protocolar(peticao.id, SENHA, por=autor, versao=peticao.versao, agora=instante)


def _demanda(peticao: Peticao) -> Demanda:
    return db.session().execute(select(Demanda).where(Demanda.peticao_id == peticao.id)).scalar_one()


def _em_triagem(palco: Palco, peticao: Peticao) -> None:
    """Somebody is reading it right now."""
    demanda, triador = _demanda(peticao), palco.sorte.choice(palco.elenco.triadores)
    with tempo.no_instante(palco.fim - timedelta(minutes=palco.sorte.randint(1, 20))):
        triagem.assumir(demanda.id, por=triador, versao=demanda.versao, agora=tempo.agora())


def _siglas(palco: Palco, texto: Texto, ordem: int) -> list[str]:
    """Where triage sends it: now and then to an agency too many, or to a wrong one alone."""
    errada = palco.sorte.choice([s for s in ("SEDE", "SEPLAG", "SEDESE") if s not in texto.orgaos])
    if ordem % 10 == 7:
        return [errada]
    if texto.motivo_recusa and palco.sorte.random() < 0.7:
        return [*texto.orgaos, errada]
    return list(texto.orgaos)


def _encaminhar(palco: Palco, texto: Texto, demanda: Demanda, siglas: list[str]) -> None:
    triador, instante = palco.sorte.choice(palco.elenco.triadores), tempo.agora()
    triagem.assumir(demanda.id, por=triador, versao=demanda.versao, agora=instante)
    with tempo.no_instante(min(instante + LEITURA[len(texto.assunto) % len(LEITURA)], palco.fim)):
        _decidir(palco, texto, demanda, siglas, triador)


def _decidir(palco: Palco, texto: Texto, demanda: Demanda, siglas: list[str], triador: Pessoa) -> None:
    instante = tempo.agora()
    vence = calendario_local().somar(tempo.hoje(instante), palco.sorte.choice([5, 8, 10, 10, 15]))
    destinos = [Destino(palco.orgaos[sigla].id, texto.instrucao, vence) for sigla in siglas]
    triagem.distribuir(demanda.id, destinos, por=triador, versao=demanda.versao, agora=instante)
    with _daqui_a(palco, timedelta(minutes=3)) as ja:
        if ja:
            _entregar(palco, demanda)
            _atender(palco, texto, demanda, siglas)


def _entregar(palco: Palco, demanda: Demanda) -> None:
    """Mark the deliveries as carried, the network left out; a few of the last days fail."""
    ids = [e.id for e in demanda.encaminhamentos]
    pendentes = Entrega.estado == EstadoSaida.NA_FILA
    for entrega in (
        db.session().execute(select(Entrega).where(Entrega.encaminhamento_id.in_(ids), pendentes)).scalars().all()
    ):
        falha = None
        if _recente(palco) and entrega.canal is Canal.CORREIO and palco.falhas < 5 and palco.sorte.random() < 0.2:
            palco.falhas += 1
            falha = _falha(entrega, definitiva=palco.falhas % 2 == 0)
        espera = timedelta(milliseconds=palco.sorte.randint(150, 1400))
        quando = entrega.proxima_em + espera
        with tempo.no_instante(tempo.agora() if quando > palco.fim else quando):
            reservada = saida.reservar(Entrega, entrega.id)
            if reservada is not None:
                distribuicao.relatar(entrega.id, reservada[1], falha)
        if falha is not None and falha.adianta_tentar:
            entrega.proxima_em = palco.fim + timedelta(minutes=palco.sorte.randint(25, 90))


def _falha(entrega: Entrega, *, definitiva: bool) -> Falha:
    if definitiva:
        return Falha(
            f"o servidor de e-mail não aceitou o endereço {entrega.destino}",
            "550 5.1.1 User unknown",
            adianta_tentar=False,
        )
    return Falha("o servidor de e-mail não respondeu", "TimeoutError: timed out")


def _avisos_enviados() -> None:
    for aviso in db.session().execute(select(Aviso).where(Aviso.estado == EstadoSaida.NA_FILA)).scalars().all():
        with tempo.no_instante(aviso.criada_em + timedelta(seconds=1)), transaction():
            reservado = saida.reservar(avisos.Aviso, aviso.id)
            if reservado is not None:
                carta = aviso.carta()
                aviso.assunto, aviso.texto, aviso.html = carta.assunto, carta.texto, carta.html
                saida.entregue(reservado[0])


def _atender(palco: Palco, texto: Texto, demanda: Demanda, siglas: list[str]) -> None:
    """Each agency goes on as far as time and luck take it."""
    respostas = dict(zip(texto.orgaos, texto.respostas, strict=True))
    for encaminhamento in [e for e in demanda.encaminhamentos if e.orgao.sigla in siglas]:
        sigla = encaminhamento.orgao.sigla
        agente = palco.elenco.agentes[sigla]
        if sigla not in respostas:
            _recusar(palco, texto, demanda, encaminhamento, agente)
            continue
        with _daqui_a(palco, timedelta(hours=palco.sorte.choice([1, 3, 6, 24, 48]))) as ja:
            if not ja or _esquecida(palco, 0.15):
                continue
            atendimento.receber(encaminhamento.id, por=agente, versao=encaminhamento.versao, agora=tempo.agora())
            _responder(palco, encaminhamento, agente, html_de_texto(respostas[sigla]))
    _avisos_enviados()


def _recusar(palco: Palco, texto: Texto, demanda: Demanda, encaminhamento: Encaminhamento, agente: Pessoa) -> None:
    with _daqui_a(palco, timedelta(hours=palco.sorte.choice([2, 26]))) as ja:
        if not ja:
            return
        motivo, instante = texto.motivo_recusa or MOTIVO, tempo.agora()
        atendimento.recusar(encaminhamento.id, motivo, por=agente, versao=encaminhamento.versao, agora=instante)
    with _daqui_a(palco, timedelta(hours=palco.sorte.choice([28, 50, 75]))) as ja:
        if not ja or demanda.estado is not EstadoDemanda.AGUARDANDO:
            return
        if not demanda.vivos:
            _encaminhar(palco, texto, demanda, list(texto.orgaos))
            return
        triador = palco.sorte.choice(palco.elenco.triadores)
        triagem.assumir(demanda.id, por=triador, versao=demanda.versao, agora=tempo.agora())
        triagem.prosseguir(demanda.id, por=triador, versao=demanda.versao, agora=tempo.agora())


def _responder(palco: Palco, encaminhamento: Encaminhamento, agente: Pessoa, resposta: str) -> None:
    sorte = palco.sorte
    with _daqui_a(palco, timedelta(days=sorte.choice([1, 2, 3, 5, 7, 9, 12, 16]))) as ja:
        if not ja or _esquecida(palco, 0.25):
            return
        atendimento.responder(
            encaminhamento.id, resposta, por=agente, versao=encaminhamento.versao, agora=tempo.agora()
        )
        with _daqui_a(palco, timedelta(hours=sorte.choice([2, 6, 24, 30]))) as ja:
            if not ja or _esquecida(palco, 0.2):
                return
            ajustar = palco.ajuste_pendente or sorte.random() < (0.5 if _recente(palco) else 0.12)
            if ajustar and not _ajustar(palco, encaminhamento, agente, resposta):
                return
            _homologar(palco, encaminhamento)


def _recente(palco: Palco) -> bool:
    return tempo.agora() > palco.fim - timedelta(days=6)


def _esquecida(palco: Palco, parte: float) -> bool:
    """Whether it stops here: a part of the last three weeks, hardly anything older."""
    recente = tempo.agora() > palco.fim - timedelta(days=21)
    return palco.sorte.random() < (parte if recente else 0.015)


def _ajustar(palco: Palco, encaminhamento: Encaminhamento, agente: Pessoa, resposta: str) -> bool:
    """SEGOV sends the answer back, and the agency mends it if there is time; returns whether it did."""
    coordenadora = palco.elenco.coordenadora
    if coordenadora is None:
        return False
    homologacao.devolver(encaminhamento.id, AJUSTE, por=coordenadora, versao=encaminhamento.versao, agora=tempo.agora())
    with _daqui_a(palco, timedelta(days=palco.sorte.choice([1, 2, 4]))) as ja:
        if not ja or palco.ajuste_pendente:
            return False
        emendada = resposta + html_de_texto(
            "O início está previsto para o próximo trimestre, com acompanhamento da regional."
        )
        atendimento.responder(
            encaminhamento.id, emendada, por=agente, versao=encaminhamento.versao, agora=tempo.agora()
        )
        return True


def _homologar(palco: Palco, encaminhamento: Encaminhamento) -> None:
    coordenadora = palco.elenco.coordenadora
    with _daqui_a(palco, timedelta(hours=3)) as ja:
        if not ja or coordenadora is None:
            return
        homologacao.homologar(encaminhamento.id, por=coordenadora, versao=encaminhamento.versao, agora=tempo.agora())
        peticao = encaminhamento.demanda.peticao
    if palco.sorte.random() < 0.93 and encaminhamento.demanda.estado is EstadoDemanda.RESPONDIDA:
        with _daqui_a(palco, timedelta(hours=20)) as ja:
            if ja:
                peticoes.marcar_lida(peticao.id, por=peticao.autor, agora=tempo.agora())


def rascunhos(palco: Palco) -> None:
    """A few petitions still being typed."""
    meios = [
        (
            "equipamento-de-saude",
            "Ambulância para o Hospital São Vicente",
            "Capelinha",
            "Solicito a cessão de uma ambulância",
        ),
        ("obra", "Ponte sobre o rio Araçuaí", "Turmalina", ""),
        ("escola", "", "Minas Novas", ""),
    ]
    for n, (tipo, assunto, municipio, texto) in enumerate(meios):
        for autor in palco.elenco.deputados[: 2 + n]:
            ontem = palco.fim.astimezone(tempo.BRASILIA) - timedelta(days=1 + 2 * n)
            instante = ontem.replace(hour=10 + 2 * n, minute=12 + 7 * n)
            with tempo.no_instante(instante):
                # The first two have an assistant, who writes the petition about the ambulance for them to sign.
                por = palco.elenco.assessora if n == 0 and palco.elenco.assessora else autor
                chave = secrets.token_hex(8)
                peticao = peticoes.comecar(palco.tipos[tipo].id, chave, por=por, agora=instante, autor_id=autor.id)
                rascunho = peticoes.Rascunho(peticao.tipo_id, assunto, municipio, html_de_texto(texto))
                peticoes.rascunhar(peticao.id, rascunho, por=por, versao=peticao.versao, agora=instante)
