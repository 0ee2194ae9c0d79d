"""What the people of the demonstration do after a filing: repeat, answer a question, add, rate, reopen; and ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from peticionamento.atendimento import homologacao
from peticionamento.atendimento import services as atendimento
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import tempo
from peticionamento.comum.db import db
from peticionamento.comum.texto import html_de_texto
from peticionamento.demonstracao.enredo import Palco
from peticionamento.demonstracao.pessoas import SENHA
from peticionamento.peticoes import services as peticoes
from peticionamento.peticoes.models import Acompanhamento, Especie, Peticao
from peticionamento.triagem import diligencias, retornos
from peticionamento.triagem import services as triagem
from peticionamento.triagem.models import Demanda, EstadoDemanda, EstadoEncaminhamento

PERGUNTAS = (
    "Em que endereço fica o ponto indicado, e há fotografia ou croqui que o mostre?",
    "Qual é o nome completo da unidade, e quantas pessoas ela atende por mês?",
    "A prefeitura já apresentou projeto ou orçamento? Se sim, envie a cópia.",
)
RESPOSTA = "O ponto fica na entrada da cidade, ao lado do posto de saúde; a fotografia foi feita ontem pela equipe."
COMPLEMENTO = "Junto a manifestação da câmara municipal, recebida depois do protocolo, que reforça o pedido."
NOVA = (
    "O pedido foi incluído na programação do próximo trimestre. O projeto está pronto, e a ordem de início será dada "
    "depois da licitação, prevista para o fim de janeiro."
)
MOTIVO = "A resposta informa a situação, mas não diz a data de início nem quem acompanha na regional."
AVALIACOES = (
    (5, "Resposta clara e dentro do prazo."),
    (4, ""),
    (2, "Não responde à segunda pergunta."),
    (3, "Respondeu em parte."),
)


def acontecer(palco: Palco) -> None:
    """Live through what follows the filings, in the hours before now; every state of a demand is then to be seen."""
    with tempo.no_instante(palco.fim - timedelta(hours=2)):
        while retornos.concluir(agora=tempo.agora()):
            pass
        _responder(palco)
        _avaliar()
        _reabrir()
        _perguntar(palco)
        _reiterar()
        _juntar()


def _responder(palco: Palco) -> None:
    """The first deputy has an answer that can still be rated and reopened, in whichever month the demonstration is."""
    autora, instante = palco.elenco.deputados[0], tempo.agora()
    consulta = (
        select(Demanda)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(Demanda.estado == EstadoDemanda.DISTRIBUIDA, Peticao.autor_id == autora.id)
        .order_by(Demanda.id)
        .limit(1)
    )
    demanda, coordenadora = db.session().execute(consulta).unique().scalars().first(), palco.elenco.coordenadora
    if demanda is None or coordenadora is None:
        return
    for enc in demanda.vivos:
        agente = palco.elenco.agentes[enc.orgao.sigla]
        if enc.estado is EstadoEncaminhamento.ENTREGUE:
            atendimento.receber(enc.id, por=agente, versao=enc.versao, agora=instante)
        if enc.estado in (EstadoEncaminhamento.RECEBIDO, EstadoEncaminhamento.EM_AJUSTE):
            atendimento.responder(enc.id, html_de_texto(NOVA), por=agente, versao=enc.versao, agora=instante)
        if enc.estado is EstadoEncaminhamento.RESPONDIDO:
            homologacao.homologar(enc.id, por=coordenadora, versao=enc.versao, agora=instante)


def _demandas(estado: EstadoDemanda, quantas: int) -> Sequence[Demanda]:
    """The latest demands in that state, each of another author where that can be."""
    consulta = select(Demanda).where(Demanda.estado == estado).order_by(Demanda.id.desc())
    todas = list(db.session().execute(consulta).unique().scalars())
    por_autor = {demanda.peticao.autor_id: demanda for demanda in reversed(todas)}
    escolhidas = list(por_autor.values()) + [d for d in todas if d not in por_autor.values()]
    return escolhidas[:quantas]


def _avaliar() -> None:
    for demanda, (nota, comentario) in zip(_demandas(EstadoDemanda.RESPONDIDA, 8), AVALIACOES * 2, strict=False):
        peticao = demanda.peticao
        peticoes.avaliar(peticao.id, nota, comentario, por=peticao.autor, agora=tempo.agora())


def _reabrir() -> None:
    for demanda in _demandas(EstadoDemanda.RESPONDIDA, 6)[4:]:
        peticoes.reabrir(demanda.peticao_id, MOTIVO, por=demanda.peticao.autor, agora=tempo.agora())


def _perguntar(palco: Palco) -> None:
    """Three questions, one of them answered already."""
    vence = calendario_local().somar(tempo.hoje(), 4)
    for n, (demanda, pergunta) in enumerate(zip(_demandas(EstadoDemanda.AGUARDANDO, 3), PERGUNTAS, strict=False)):
        triador = palco.elenco.triadores[n % len(palco.elenco.triadores)]
        triagem.assumir(demanda.id, por=triador, versao=demanda.versao, agora=tempo.agora())
        diligencias.pedir(demanda.id, pergunta, vence, por=triador, versao=demanda.versao, agora=tempo.agora())
        if n == 2:
            _assinar(
                peticoes.continuar(
                    demanda.peticao_id, Especie.DILIGENCIA, por=demanda.peticao.autor, agora=tempo.agora()
                ),
                RESPOSTA,
            )


def _reiterar() -> None:
    atrasadas = (
        select(Peticao)
        .join(Acompanhamento, Acompanhamento.peticao_id == Peticao.id)
        .where(Acompanhamento.vence_dia < tempo.hoje(), Acompanhamento.respondida_em.is_(None))
        .order_by(Acompanhamento.vence_dia)
        .limit(3)
    )
    for peticao in db.session().execute(atrasadas).unique().scalars().all():
        _assinar(peticoes.continuar(peticao.id, Especie.REITERACAO, por=peticao.autor, agora=tempo.agora()))


def _juntar() -> None:
    """One that goes into its process, and one whose process was answered already and that becomes a related one."""
    for estado in (EstadoDemanda.DISTRIBUIDA, EstadoDemanda.CONCLUIDA):
        for demanda in _demandas(estado, 1):
            rascunho = peticoes.continuar(
                demanda.peticao_id, Especie.INTERCORRENTE, por=demanda.peticao.autor, agora=tempo.agora()
            )
            _assinar(rascunho, COMPLEMENTO)


def _assinar(rascunho: Peticao, fala: str = "") -> None:
    """Sign a later act, with a text where it begins with none."""
    autor = rascunho.autor
    if fala:
        dados = peticoes.Rascunho(rascunho.tipo_id, rascunho.assunto, rascunho.municipio_digitado, html_de_texto(fala))
        peticoes.rascunhar(rascunho.id, dados, por=autor, versao=rascunho.versao, agora=tempo.agora())
    peticoes.protocolar(rascunho.id, SENHA, por=autor, versao=rascunho.versao, agora=tempo.agora())
