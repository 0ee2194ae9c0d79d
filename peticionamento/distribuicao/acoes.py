"""What a person does about deliveries that did not arrive: again, elsewhere, not at all; one, or all of a filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from peticionamento.cadastros.models import Unidade
from peticionamento.comum.correio import endereco_valido
from peticionamento.comum.db import db, transaction, travar
from peticionamento.comum.erros import AcaoIndevida, Recusa
from peticionamento.comum.estados import Rotulado, conferir_versao, mover
from peticionamento.comum.permissoes import obter
from peticionamento.comum.saida import AcaoSaida, EstadoSaida
from peticionamento.comum.texto import ao_orgao, enumerar, o_orgao
from peticionamento.contas.models import Pessoa
from peticionamento.distribuicao import services
from peticionamento.distribuicao.models import LIMITE_DESTINO, AjustesDoCanal, Canal, EnderecoDeEntrega, Entrega
from peticionamento.distribuicao.pausas import conferir_motivo
from peticionamento.distribuicao.queries import Filtro, ids_pendentes
from peticionamento.triagem.desfazer import retirar
from peticionamento.triagem.models import Encaminhamento, EstadoEncaminhamento
from peticionamento.triagem.services import travar_encaminhamento

PERMISSAO = "distribuicao.reentregar"
PENDENTES = (EstadoSaida.NA_FILA, EstadoSaida.FALHOU, EstadoSaida.AGUARDA_PESSOA)


class Ato(Rotulado):
    """What can be done to many at once."""

    TENTAR = "tentar", "Tentar de novo"
    REDIRECIONAR = "redirecionar", "Mudar o destino"
    DESISTIR = "desistir", "Desistir"


@dataclass(frozen=True)
class Destino:
    """Where a delivery is to go instead: for the inbox the unit's id, for e-mail the address, for others nothing."""

    canal: Canal
    onde: str = ""


@dataclass(frozen=True)
class Resultado:
    """What became of one of many: `recusa` says why it stayed as it was."""

    entrega_id: int
    numero: str
    o_que: str
    recusa: str | None = None


def desistir(entrega_id: int, motivo: str, *, por: Pessoa, versao: int | None) -> Entrega:
    """Nothing more is tried. The inbox is not given up: the demand would stay there. Raises as `redirecionar`."""
    motivo = conferir_motivo(motivo)
    with transaction():
        entrega = _em_repouso(entrega_id, por)
        if entrega.canal is Canal.INTERNO:
            orgao = o_orgao(entrega.encaminhamento.orgao.sigla)
            raise AcaoIndevida(f"Sem a caixa interna {orgao} não recebe nem responde: devolva a demanda à triagem.")
        mover(entrega, AcaoSaida.DESISTIR, por=por, versao=versao, detalhe=f"{entrega.detalhe()}: “{motivo}”")
        return entrega


def redirecionar(
    entrega_id: int, destino: Destino, motivo: str, *, por: Pessoa, versao: int | None, agora: datetime
) -> Entrega:
    """Send it to another unit or address of the same agency, or over another channel, with all its tries before it.

    Raises Recusa, Conflito, AcaoIndevida.
    """
    motivo = conferir_motivo(motivo)
    with transaction():
        entrega = _em_repouso(entrega_id, por)
        conferir_versao(entrega, versao)
        antes = _como_e_onde(entrega)
        if (entrega.canal is Canal.INTERNO) != (destino.canal is Canal.INTERNO):
            raise Recusa(
                "A caixa interna é onde o órgão recebe e responde: ela muda de unidade, e não de canal.", "canal"
            )
        onde = _na_unidade(entrega, destino) if destino.canal is Canal.INTERNO else _endereco(entrega, destino)
        entrega.canal, entrega.destino = destino.canal, onde
        entrega.progresso = entrega.externo_numero = entrega.externo_link = None
        entrega.externo_situacao = entrega.externo_em = None
        sigla = ao_orgao(entrega.encaminhamento.orgao.sigla)
        detalhe = f"{sigla} {_como_e_onde(entrega)}, em vez de {antes}: “{motivo}”"
        mover(entrega, AcaoSaida.REENTREGAR, por=por, detalhe=detalhe)
        services.recomecar(entrega, agora)
        return entrega


def _como_e_onde(entrega: Entrega) -> str:
    return entrega.como() + (f" ({entrega.destino})" if entrega.canal is Canal.INTERNO else "")


def _em_repouso(entrega_id: int, por: Pessoa) -> Entrega:
    entrega = obter(Entrega, entrega_id, por, PERMISSAO, travada=True)
    if entrega.em_entrega:
        raise AcaoIndevida("Ela está sendo entregue neste instante: espere o fim da tentativa.")
    return entrega


def _na_unidade(entrega: Entrega, destino: Destino) -> str:
    """The unit's sigla; the routing moves to its inbox."""
    escolhida = int(destino.onde) if destino.onde.isdecimal() and len(destino.onde) < 19 else 0
    unidade = db.session().get(Unidade, escolhida)
    if unidade is None or unidade.orgao_id != entrega.orgao_id or not unidade.ativa:
        raise Recusa("Escolha uma unidade ativa do mesmo órgão.", "unidade")
    encaminhamento = travar(Encaminhamento, entrega.encaminhamento_id)
    encaminhamento.unidade_id = unidade.id
    return unidade.sigla


def _endereco(entrega: Entrega, destino: Destino) -> str:
    """The address on another channel, which no other delivery of the routing has."""
    outras = select(Entrega.id).where(
        Entrega.encaminhamento_id == entrega.encaminhamento_id, Entrega.canal == destino.canal, Entrega.id != entrega.id
    )
    sigla = entrega.encaminhamento.orgao.sigla
    if db.session().execute(outras).scalar_one_or_none() is not None:
        raise Recusa(f"Esta demanda já tem uma entrega {ao_orgao(sigla)} por esse canal.", "canal")
    if destino.canal is Canal.CORREIO:
        endereco = destino.onde.strip()
        if not endereco_valido(endereco):
            raise Recusa("Escreva um endereço de e-mail válido.", "endereco")
        return endereco
    consulta = (
        select(EnderecoDeEntrega.endereco)
        .join(AjustesDoCanal, AjustesDoCanal.canal == EnderecoDeEntrega.canal)
        .where(EnderecoDeEntrega.orgao_id == entrega.orgao_id, EnderecoDeEntrega.canal == destino.canal)
        .where(EnderecoDeEntrega.ativo, AjustesDoCanal.ligado)
    )
    cadastrado = db.session().execute(consulta).scalar_one_or_none()
    if cadastrado is None:
        raise Recusa("O órgão não tem endereço nesse canal, ou o canal está desligado.", "canal")
    return cadastrado[:LIMITE_DESTINO]


def devolver(entrega_id: int, motivo: str, *, por: Pessoa, versao: int | None, agora: datetime) -> Entrega:
    """It is for another agency: the routing that did not arrive is taken back, and triage decides anew.

    The routing's other deliveries are given up. Raises Recusa, Conflito, AcaoIndevida, SemPermissao.
    """
    motivo = conferir_motivo(motivo)
    with transaction() as session:
        entrega = obter(Entrega, entrega_id, por, PERMISSAO)
        encaminhamento = travar_encaminhamento(entrega.encaminhamento_id, por, "triagem.ler")
        if encaminhamento.estado is not EstadoEncaminhamento.A_ENTREGAR:
            sigla = o_orgao(encaminhamento.orgao.sigla)
            raise AcaoIndevida(
                f"{sigla[:1].upper()}{sigla[1:]} já recebeu a demanda na caixa interna e pode recusá-la."
            )
        # Whoever reports a delivery waits for the routing, which is locked here: it is not waited for.
        todas = select(Entrega).where(Entrega.encaminhamento_id == encaminhamento.id, Entrega.estado.in_(PENDENTES))
        quantas = len(session.execute(todas.with_only_columns(Entrega.id)).all())
        livres = todas.with_for_update(skip_locked=True, of=Entrega).execution_options(populate_existing=True)
        paradas = session.execute(livres).scalars().all()
        if len(paradas) < quantas or any(e.em_entrega for e in paradas):
            raise AcaoIndevida("Ela está sendo entregue neste instante: espere o fim da tentativa.")
        conferir_versao(entrega, versao)
        for parada in paradas:
            mover(parada, AcaoSaida.DESISTIR, por=por, detalhe=f"{parada.detalhe()}: “{motivo}”")
        retirar(encaminhamento, motivo, por=por, agora=agora)
        return entrega


def em_lote(
    ato: Ato, filtro: Filtro, motivo: str, *, por: Pessoa, agora: datetime, destino: Destino | None = None
) -> list[Resultado]:
    """Do the same to all that a filter shows, each in a transaction of its own; what became of each.

    Raises Recusa when there is no reason, or when many are to go to one place and are not of one agency.
    """
    motivo = conferir_motivo(motivo)
    if ato is Ato.REDIRECIONAR and (destino is None or filtro.orgao is None):
        raise Recusa("Para mudar o destino de várias, filtre primeiro um órgão.", "canal")
    fazer: dict[Ato, Callable[[int], Entrega]] = {
        Ato.TENTAR: lambda id_: services.reentregar(id_, por=por, versao=None, agora=agora, motivo=motivo),
        Ato.DESISTIR: lambda id_: desistir(id_, motivo, por=por, versao=None),
        Ato.REDIRECIONAR: lambda id_: redirecionar(
            id_, destino or Destino(Canal.CORREIO), motivo, por=por, versao=None, agora=agora
        ),
    }
    return [_uma(fazer[ato], id_, numero) for id_, numero in ids_pendentes(filtro)]


def _uma(fazer: Callable[[int], Entrega], entrega_id: int, numero: str) -> Resultado:
    try:
        return Resultado(entrega_id, numero, fazer(entrega_id).detalhe())
    except Recusa as recusa:
        linha = db.session().get_one(Entrega, entrega_id)
        return Resultado(entrega_id, numero, linha.detalhe(), recusa.mensagem)


def resumo(feitas: list[Resultado]) -> str:
    """`12 feitas, 1 recusada`, in words."""
    sim = sum(1 for f in feitas if f.recusa is None)
    nao = len(feitas) - sim
    partes = [f"{sim} {'feita' if sim == 1 else 'feitas'}"] if sim else []
    partes += [f"{nao} {'ficou como estava' if nao == 1 else 'ficaram como estavam'}"] if nao else []
    return enumerar(partes) or "nenhuma"
