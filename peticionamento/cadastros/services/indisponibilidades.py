"""Outages of the system, registered with their evidence; open terms are counted again for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from peticionamento.cadastros.models import AcaoNoCalendario
from peticionamento.cadastros.services.calendario import anotar
from peticionamento.comum import arquivos, recebidos
from peticionamento.comum.arquivos import Guardado, nome_seguro
from peticionamento.comum.db import transaction, travar
from peticionamento.comum.erros import Recusa
from peticionamento.comum.indisponibilidade import Indisponibilidade, ler_dias_fora
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.tempo import data_hora, hoje
from peticionamento.comum.texto import limpar_linha

LIMITE_MOTIVO = 200
LIMITE_EVIDENCIA = 4000
LIMITE_DURACAO = timedelta(days=30)


@dataclass(frozen=True)
class Registro:
    """What the page holds: two instants, why, and what proves it."""

    inicio: datetime | None
    fim: datetime | None
    motivo: str
    evidencia: str


def registrar(
    registro: Registro, arquivo: tuple[IO[bytes], str] | None = None, *, por: Ator, agora: datetime
) -> Indisponibilidade:
    """Register an outage that is over. `arquivo`: what proves it, with its name.

    Raises Recusa with its field, ArquivoRecusado, SemPermissao.
    """
    exigir(por, "cadastros.administrar")
    inicio, fim = _conferir(registro, agora)
    guardado = _guardar(arquivo) if arquivo else None
    with transaction() as session:
        linha = Indisponibilidade(
            inicio_em=inicio, fim_em=fim, motivo=limpar_linha(registro.motivo), evidencia=registro.evidencia.strip(),
            pessoa_id=por.pessoa_id, quem=por.nome, criada_em=agora,
        )  # fmt: skip
        if guardado is not None and arquivo is not None:
            linha.arquivo, linha.arquivo_nome = arquivos.nomear(guardado), nome_seguro(arquivo[1])
        antes = _dias(inicio, fim)
        session.add(linha)
        session.flush()
        _anotar(AcaoNoCalendario.INCLUIR, linha, antes, por=por, agora=agora)
        return linha


def remover(indisponibilidade_id: int, *, por: Ator, agora: datetime) -> None:
    """Take back an outage registered by mistake. Raises NaoEncontrado, SemPermissao."""
    exigir(por, "cadastros.administrar")
    with transaction() as session:
        linha = travar(Indisponibilidade, indisponibilidade_id)
        antes = _dias(linha.inicio_em, linha.fim_em)
        session.delete(linha)
        session.flush()
        _anotar(AcaoNoCalendario.REMOVER, linha, antes, por=por, agora=agora)


def _conferir(registro: Registro, agora: datetime) -> tuple[datetime, datetime]:
    if registro.inicio is None:
        raise Recusa("Informe o dia e a hora em que o sistema parou.", "inicio")
    if registro.fim is None:
        raise Recusa("Informe o dia e a hora em que o sistema voltou.", "fim")
    if registro.fim <= registro.inicio:
        raise Recusa("O fim precisa ser depois do começo.", "fim")
    if registro.fim > agora:
        raise Recusa("O fim ainda não chegou: registre depois que o sistema voltar.", "fim")
    if registro.fim - registro.inicio > LIMITE_DURACAO:
        raise Recusa(f"São mais de {LIMITE_DURACAO.days} dias: confira as datas.", "fim")
    if not registro.motivo.strip():
        raise Recusa("Diga o que aconteceu.", "motivo")
    if len(registro.motivo) > LIMITE_MOTIVO:
        raise Recusa(f"O motivo tem no máximo {LIMITE_MOTIVO} caracteres.", "motivo")
    if not registro.evidencia.strip():
        raise Recusa("Diga o que comprova: o registro do monitoramento, o número do chamado.", "evidencia")
    if len(registro.evidencia) > LIMITE_EVIDENCIA:
        raise Recusa(f"A evidência tem no máximo {LIMITE_EVIDENCIA} caracteres.", "evidencia")
    return registro.inicio, registro.fim


def _guardar(arquivo: tuple[IO[bytes], str]) -> Guardado:
    conteudo, nome = arquivo
    try:
        return recebidos.guardar(conteudo, nome)
    except Recusa as recusa:
        recusa.campo = "arquivo"
        raise


def _dias(inicio: datetime, fim: datetime) -> dict[str, str]:
    """The days touched on which no term ends now, with why: outages of one day are added up."""
    dias = ler_dias_fora()
    return {dia.isoformat(): motivo for dia, motivo in dias.items() if hoje(inicio) <= dia <= hoje(fim)}


def _anotar(
    acao: AcaoNoCalendario, linha: Indisponibilidade, antes: dict[str, str], *, por: Ator, agora: datetime
) -> None:
    depois = _dias(linha.inicio_em, linha.fim_em)
    texto = f"indisponibilidade de {data_hora(linha.inicio_em)} a {data_hora(linha.fim_em)}: {linha.motivo}"
    anotar(acao, texto, {"dias": antes}, {"dias": depois}, por=por, agora=agora)
