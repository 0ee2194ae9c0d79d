"""The log of notices: what each says, to whom, when, and where it stands, in words; never a secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, defer

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.paginacao import Pagina, paginar
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import BRASILIA, data_hora, hoje

_Resumo = aliased(Aviso, name="resumo")

_SEGREDO = re.compile(r"(?<=[/=])~?[A-Za-z0-9_-]{20,}~?")
"""Long random words in addresses: tokens, and the marks that become tokens (`comum.links`)."""

SEM_TEXTO = "O texto ainda não foi composto: isso se faz na hora do envio."


@dataclass(frozen=True)
class Registrado:
    """A notice as the log shows it."""

    id: int
    titulo: str
    para: str
    criada_em: datetime
    tom: str
    situacao: str
    erro: str | None
    texto: str
    """Without what would let its reader act as the addressee."""
    peticao_id: int | None
    numero: str | None


def consultar(*colunas: Any) -> Select[*tuple[Any, ...]]:
    """Notices with the digest that carried each, and these columns between."""
    return (
        select(Aviso, _Resumo.estado, _Resumo.criada_em, *colunas, Aviso.criada_em, Aviso.id)
        .outerjoin(_Resumo, _Resumo.id == Aviso.resumo_id)
        .options(defer(Aviso.html))
    )


def do_periodo(consulta: Select[*tuple[Any, ...]], de: date | None, ate: date | None) -> Select[*tuple[Any, ...]]:
    """Those of these days, Brasília time, both of them among them."""
    if de is not None:
        consulta = consulta.where(Aviso.criada_em >= _meia_noite(de))
    if ate is not None:
        consulta = consulta.where(Aviso.criada_em < _meia_noite(ate + timedelta(days=1)))
    return consulta


def _meia_noite(dia: date) -> datetime:
    return datetime.combine(dia, time.min, tzinfo=BRASILIA)


def pagina(consulta: Select[*tuple[Any, ...]], cursor: str | None, *, com_numero: bool = False) -> Pagina[Registrado]:
    """One page of `consulta`, newest first; `com_numero`: its fourth column is the number of the process."""
    lida = paginar(consulta, [(Aviso.criada_em, datetime), (Aviso.id, int)], cursor, decrescente=True)
    itens = [_registrado(linha[0], linha[1], linha[2], linha[3] if com_numero else None) for linha in lida.itens]
    return Pagina(itens, lida.proximo, lida.continua)


def _registrado(aviso: Aviso, resumo: EstadoSaida | None, resumo_em: datetime | None, numero: str | None) -> Registrado:
    tom, palavras = _situacao(aviso, resumo, resumo_em)
    return Registrado(
        id=aviso.id,
        titulo=aviso.titulo,
        para=aviso.para,
        criada_em=aviso.criada_em,
        tom=tom,
        situacao=palavras,
        erro=aviso.erro,
        texto=sem_segredos(aviso.texto or SEM_TEXTO),
        peticao_id=aviso.peticao_id,
        numero=numero,
    )


def _situacao(aviso: Aviso, resumo: EstadoSaida | None, resumo_em: datetime | None) -> tuple[str, str]:
    """The tone and the words of where a notice stands."""
    match aviso.estado:
        case EstadoSaida.ENTREGUE:
            return aviso.estado.tom, f"enviado em {data_hora(aviso.entregue_em)}" if aviso.entregue_em else "enviado"
        case EstadoSaida.FALHOU:
            return aviso.estado.tom, f"falhou; nova tentativa em {data_hora(aviso.proxima_em)}"
        case EstadoSaida.AGUARDA_PESSOA:
            return aviso.estado.tom, "falhou; espera uma pessoa"
        case EstadoSaida.GUARDADO:
            return aviso.estado.tom, f"guardado para o resumo de {_dia_e_mes(aviso.proxima_em)}"
        case EstadoSaida.RESUMIDO:
            return _do_resumo(resumo, resumo_em)
        case EstadoSaida.DESISTIDA:
            return aviso.estado.tom, "não enviado: alguém desistiu dele"
        case EstadoSaida.DISPENSADO:
            return aviso.estado.tom, "não enviado por preferência"
    return aviso.estado.tom, "na fila"


def _do_resumo(estado: EstadoSaida | None, em: datetime | None) -> tuple[str, str]:
    """It went as far as its digest did."""
    palavras = f"no resumo de {_dia_e_mes(em)}" if em else "no resumo do dia"
    if estado is None or estado is EstadoSaida.ENTREGUE:
        return EstadoSaida.RESUMIDO.tom, palavras
    return estado.tom, f"{palavras}, {'na fila' if estado is EstadoSaida.NA_FILA else 'que falhou'}"


def _dia_e_mes(instante: datetime) -> str:
    return hoje(instante).strftime("%d/%m")


def sem_segredos(texto: str) -> str:
    """The text of a notice without the tokens in its addresses."""
    return _SEGREDO.sub("(oculto)", texto)
