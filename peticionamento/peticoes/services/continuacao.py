"""What is added to a filed petition: begin it, and know where it will go.

Nothing is refused for being late: what cannot go into its process opens a related one, which says why.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, NaoEncontrado
from peticionamento.comum.permissoes import obter
from peticionamento.comum.tempo import data_por_extenso, dia_curto, dias_desde, hoje
from peticionamento.comum.texto import html_de_texto, plural
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import Acompanhamento, Diligencia, Especie, EstadoPeticao, Etapa, Peticao
from peticionamento.peticoes.services import versoes
from peticionamento.peticoes.services.diligencias import diligencia_aberta
from peticionamento.peticoes.services.faltas import texto_da_juntada
from peticionamento.peticoes.signals import mudando


@dataclass(frozen=True)
class Caminho:
    """Where a later act goes when it is signed: into its process, or, with the reason why not, into a related one."""

    origem: Peticao
    diligencia: Diligencia | None = None
    """The question it answers."""
    porque: str = ""
    """Why it cannot go in directly: `já foi respondido em 12 nov`."""

    @property
    def direto(self) -> bool:
        """Whether its documents go into the process itself."""
        return not self.porque


def continuar(peticao_id: int, especie: Especie, *, por: Pessoa, agora: datetime) -> Peticao:
    """Begin a draft about a filed petition; the one of that kind that is already begun, if there is one.

    A repetition is always of the first demand of its chain. Raises NaoEncontrado; AcaoIndevida: nothing to repeat
    (answered already) or nothing asked.
    """
    with transaction() as session:
        alvo = obter(Peticao, peticao_id, por, "peticoes.juntar", travada=True)
        if alvo.estado is not EstadoPeticao.PROTOCOLADA:
            raise NaoEncontrado()
        origem = primeira(alvo) if especie is Especie.REITERACAO else alvo
        _conferir_que_cabe(origem, especie)
        consulta = select(Peticao).where(
            Peticao.origem_id == origem.id, Peticao.especie == especie, Peticao.estado == EstadoPeticao.RASCUNHO
        )
        if (comecado := session.execute(consulta.order_by(Peticao.id).limit(1)).scalar_one_or_none()) is not None:
            return comecado
        novo = Peticao(
            autor=origem.autor, escrita_por_id=None if por.id == origem.autor_id else por.id,
            chave=secrets.token_urlsafe(24), especie=especie, origem=origem, tipo=origem.tipo, assunto=origem.assunto,
            municipio=origem.municipio, municipio_digitado=origem.municipio_digitado, tema_id=origem.tema_id,
            unidade_id=origem.unidade_id, acesso=origem.acesso, hipotese_id=origem.hipotese_id, campos={},
            referencia=origem.referencia, proposicao=origem.proposicao, proposicao_dados=origem.proposicao_dados,
            texto_html=_texto(especie, origem, agora), estado=EstadoPeticao.RASCUNHO, versao=1,
            criada_em=agora, alterada_em=agora,
        )  # fmt: skip
        session.add(novo)
        versoes.registrar(novo, por=por, agora=agora)
        return novo


def primeira(peticao: Peticao) -> Peticao:
    """The demand that a repetition repeats; any other petition is its own first."""
    if peticao.especie is Especie.REITERACAO and peticao.origem is not None:
        return peticao.origem
    return peticao


def _conferir_que_cabe(origem: Peticao, especie: Especie) -> None:
    if especie is Especie.REITERACAO:
        conferir_sem_resposta(origem, situacao_de(origem.id))
    if especie is Especie.DILIGENCIA and diligencia_aberta(origem.id) is None:
        raise AcaoIndevida(
            "A Secretaria de Governo não espera um esclarecimento agora. Para acrescentar algo, junte documentos."
        )


def conferir_sem_resposta(origem: Peticao, situacao: Acompanhamento) -> None:
    """Raise AcaoIndevida when a demand was answered, so that there is nothing to repeat."""
    if situacao.respondida_em is not None:
        raise AcaoIndevida(
            f"A demanda {origem.numero} já foi respondida em {dia_curto(hoje(situacao.respondida_em))}: leia a "
            "resposta e, se ela não basta, reabra a demanda ou junte documentos."
        )


def _texto(especie: Especie, origem: Peticao, agora: datetime) -> str:
    if especie is Especie.INTERCORRENTE:
        return texto_da_juntada(origem)
    if especie is not Especie.REITERACAO or origem.protocolada_em is None:
        return ""
    dias = dias_desde(origem.protocolada_em, agora)
    espera = f", há {plural(dias, 'dia', 'dias')} sem resposta" if dias else ""
    protocolada = data_por_extenso(hoje(origem.protocolada_em))
    return html_de_texto(
        f"Reitero a demanda “{origem.assunto}”, protocolada em {protocolada} com o número {origem.numero}{espera}."
    )


def situacao_de(peticao_id: int, *, travada: bool = False) -> Acompanhamento:
    """Where a filed petition stands."""
    return db.session().get_one(Acompanhamento, peticao_id, with_for_update=travada, populate_existing=travada)


def caminho(peticao: Peticao) -> Caminho | None:
    """Where a draft would go if it were signed now; None for one that opens a process of its own anyway."""
    if peticao.especie in (Especie.INICIAL, Especie.REITERACAO) or peticao.origem is None:
        return None
    return _caminho(peticao.origem, peticao.especie, situacao_de(peticao.origem.id))


def caminho_travado(peticao: Peticao) -> Caminho | None:
    """The same, decided for good: what it depends on is locked until the signature is on disk.

    Call it in the signing's transaction, with the draft locked and nothing of the origin's touched yet.
    """
    if peticao.especie is Especie.INICIAL or peticao.origem is None:
        return None
    mudando.send(peticao.origem)
    situacao = situacao_de(peticao.origem.id, travada=True)
    if peticao.especie is Especie.REITERACAO:
        conferir_sem_resposta(peticao.origem, situacao)
        return None
    return _caminho(peticao.origem, peticao.especie, situacao)


def _caminho(origem: Peticao, especie: Especie, situacao: Acompanhamento) -> Caminho:
    diligencia = diligencia_aberta(origem.id) if especie is Especie.DILIGENCIA else None
    if diligencia is not None:  # whoever asks, receives
        return Caminho(origem, diligencia)
    if situacao.apensada_a_id is not None:
        return Caminho(origem, porque="foi apensado a outro")
    if situacao.concluida_em is not None:
        return Caminho(origem, porque=f"foi concluído em {dia_curto(hoje(situacao.concluida_em))}")
    if situacao.etapa is Etapa.RESPONDIDA and situacao.respondida_em is not None:
        return Caminho(origem, porque=f"já foi respondido em {dia_curto(hoje(situacao.respondida_em))}")
    if origem.acesso is not NivelAcesso.PUBLICO:
        return Caminho(origem, porque="tem acesso restrito")
    return Caminho(origem)
