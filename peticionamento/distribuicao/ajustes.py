"""What an administrator sets: each channel, and each agency's address on it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from peticionamento.cadastros.models import Orgao
from peticionamento.comum import rede
from peticionamento.comum.db import db, soltar_conexao, transaction
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.distribuicao.canais import webhook
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, EnderecoDeEntrega

logger = logging.getLogger(__name__)

PERMISSAO = "distribuicao.ajustar"
MUDOU = "Outra pessoa mudou isto depois que você abriu a página. Confira e salve de novo."


@dataclass(frozen=True)
class NoCanal:
    """An agency, with its address on one channel when it has one."""

    orgao_id: int
    sigla: str
    nome: str
    endereco: str | None
    ativo: bool


def do_canal(canal: Canal) -> AjustesDoCanal:
    """The settings of a channel; one never set is off and empty."""
    linha = db.session().get(AjustesDoCanal, canal)
    return linha or AjustesDoCanal(canal=canal, ligado=False, dados={}, versao=1)


def orgao(orgao_id: int) -> Orgao:
    """An agency. Raises NaoEncontrado."""
    linha = db.session().get(Orgao, orgao_id)
    if linha is None:
        raise NaoEncontrado()
    return linha


def endereco(canal: Canal, orgao_id: int) -> EnderecoDeEntrega:
    """An agency's address on a channel, empty when it has none yet. Raises NaoEncontrado: no such agency."""
    orgao(orgao_id)
    consulta = select(EnderecoDeEntrega).where(EnderecoDeEntrega.canal == canal, EnderecoDeEntrega.orgao_id == orgao_id)
    linha = db.session().execute(consulta).scalar_one_or_none()
    return linha or EnderecoDeEntrega(orgao_id=orgao_id, canal=canal, endereco="", dados={}, ativo=True, versao=1)


def enderecos(canal: Canal) -> list[NoCanal]:
    """The active agencies, those with an address first."""
    ligacao = (EnderecoDeEntrega.orgao_id == Orgao.id) & (EnderecoDeEntrega.canal == canal)
    consulta = (
        select(
            Orgao.id,
            Orgao.sigla,
            Orgao.nome,
            EnderecoDeEntrega.endereco,
            func.coalesce(EnderecoDeEntrega.ativo, False),
        )
        .outerjoin(EnderecoDeEntrega, ligacao)
        .where(Orgao.ativo | EnderecoDeEntrega.id.is_not(None))
        .order_by(EnderecoDeEntrega.id.is_(None), Orgao.sigla)
    )
    return [NoCanal(*linha) for linha in db.session().execute(consulta)]


def quantos() -> dict[Canal, int]:
    """How many agencies have an address in use on each channel; e-mail's are in the agencies' register."""
    consulta = (
        select(EnderecoDeEntrega.canal, func.count()).where(EnderecoDeEntrega.ativo).group_by(EnderecoDeEntrega.canal)
    )
    contados: dict[Canal, int] = dict(db.session().execute(consulta).all())
    ativos = select(func.count()).select_from(Orgao).where(Orgao.ativo)
    contados[Canal.INTERNO] = db.session().execute(ativos).scalar_one()
    contados[Canal.CORREIO] = db.session().execute(ativos.where(Orgao.email.is_not(None))).scalar_one()
    return contados


def ajustar(canal: Canal, dados: dict[str, Any], *, ligado: bool, por: Ator, versao: int) -> AjustesDoCanal:
    """Set a channel. Raises Conflito, SemPermissao."""
    exigir(por, PERMISSAO)
    with transaction() as session:
        novo = insert(AjustesDoCanal).values(canal=canal, ligado=False, dados={}, versao=1)
        session.execute(novo.on_conflict_do_nothing())
        consulta = select(AjustesDoCanal).where(AjustesDoCanal.canal == canal).with_for_update()
        linha = session.execute(consulta.execution_options(populate_existing=True)).scalar_one()
        _mudar(linha, versao)
        linha.ligado, linha.dados = ligado, {**linha.dados, **dados}
    logger.info("%s set the channel %s: on=%s", por.nome, canal, ligado)
    return linha


def enderecar(
    canal: Canal, orgao_id: int, onde: str, dados: dict[str, Any], *, ativo: bool, por: Ator, versao: int
) -> EnderecoDeEntrega:
    """Set an agency's address on a channel. Raises Recusa, Conflito, NaoEncontrado, SemPermissao."""
    exigir(por, PERMISSAO)
    if canal is Canal.WEBHOOK:
        _conferir_url(onde)
    with transaction():
        linha = _travado(canal, orgao_id)
        _mudar(linha, versao)
        linha.endereco, linha.ativo, linha.dados = onde, ativo, {**linha.dados, **dados}
    logger.info("%s set the address of agency %s on %s: on=%s", por.nome, orgao_id, canal, ativo)
    return linha


def _conferir_url(onde: str) -> None:
    """Raise Recusa when a webhook's address may not be called, or has no such name. The network is asked."""
    config = current_app.config["PETICIONAMENTO"]
    regras = rede.Regras(tuple(ip_network(r) for r in config.webhook_redes), config.webhook_http)
    soltar_conexao()
    try:
        rede.conferir(onde, regras)
    except (rede.EnderecoProibido, rede.SemResposta) as erro:
        frase = str(erro)
        raise Recusa(f"{frase[:1].upper()}{frase[1:]}.", "endereco") from erro


def novo_segredo(orgao_id: int, *, por: Ator, versao: int) -> tuple[EnderecoDeEntrega, str]:
    """Make a webhook's secret: the first, or one more while the last is still good. It is told this once.

    Raises Conflito, Recusa, NaoEncontrado, SemPermissao.
    """
    exigir(por, PERMISSAO)
    with transaction():
        linha = _travado(Canal.WEBHOOK, orgao_id)
        if not linha.endereco:
            raise Recusa("Salve primeiro o endereço.")
        _mudar(linha, versao)
        sal = webhook.novo_sal()
        linha.dados = {**linha.dados, "sais": [sal, *linha.dados.get("sais", [])][: webhook.SEGREDOS]}
    logger.info("%s made a secret for agency %s", por.nome, orgao_id)
    return linha, webhook.segredo(sal)


def encerrar_segredo(orgao_id: int, *, por: Ator, versao: int) -> EnderecoDeEntrega:
    """End the older of two secrets. Raises Recusa, Conflito, NaoEncontrado, SemPermissao."""
    exigir(por, PERMISSAO)
    with transaction():
        linha = _travado(Canal.WEBHOOK, orgao_id)
        _mudar(linha, versao)
        sais = linha.dados.get("sais", [])
        if len(sais) < 2:
            raise Recusa("Só há um segredo.")
        linha.dados = {**linha.dados, "sais": sais[:1]}
    logger.info("%s ended the older secret of agency %s", por.nome, orgao_id)
    return linha


def _travado(canal: Canal, orgao_id: int) -> EnderecoDeEntrega:
    """The row, locked, made when it is not there yet. Raises NaoEncontrado."""
    session = db.session()
    orgao(orgao_id)
    novo = insert(EnderecoDeEntrega).values(
        orgao_id=orgao_id, canal=canal, endereco="", dados={}, ativo=False, versao=1
    )
    session.execute(novo.on_conflict_do_nothing())
    consulta = select(EnderecoDeEntrega).where(EnderecoDeEntrega.canal == canal, EnderecoDeEntrega.orgao_id == orgao_id)
    travada = consulta.with_for_update(of=EnderecoDeEntrega).execution_options(populate_existing=True)
    return session.execute(travada).scalar_one()


def _mudar(linha: AjustesDoCanal | EnderecoDeEntrega, versao: int) -> None:
    if linha.versao != versao:
        raise Conflito(MUDOU)
    linha.versao += 1
