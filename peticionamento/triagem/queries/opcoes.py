"""What the filters offer, and the names of those in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, func, literal, select, union_all

from peticionamento.cadastros.models import Municipio, Tema, TipoProcesso
from peticionamento.cadastros.queries import orgaos_que_recebem, temas_ativos, tipos_ativos
from peticionamento.comum.db import db
from peticionamento.comum.memoria import lembrada
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.texto import sem_acentos
from peticionamento.contas.models import Lotacao, Pessoa
from peticionamento.triagem.filtros import Filtros
from peticionamento.triagem.models import Marcador

Opcao = tuple[int | str, str]


@dataclass(frozen=True)
class Opcoes:
    """What each list offers: (what the address carries, what is read)."""

    deputado: Sequence[Opcao]
    partido: Sequence[Opcao]
    municipio: Sequence[Opcao]
    regiao: Sequence[Opcao]
    tema: Sequence[Opcao]
    orgao: Sequence[Opcao]
    tipo: Sequence[Opcao]
    marcador: Sequence[Opcao]


def opcoes() -> Opcoes:
    """The lists of the filter form: registers whole, markers and themes in use."""
    deputados = _deputados()
    municipios = _municipios()
    return Opcoes(
        deputado=[(id_, f"{nome} ({partido})" if partido else nome) for id_, nome, partido in deputados],
        partido=[(p, p) for p in sorted({partido for _, _, partido in deputados if partido})],
        municipio=[(id_, nome) for id_, nome, _ in municipios],
        regiao=[(r, r) for r in sorted({regiao for _, _, regiao in municipios if regiao}, key=sem_acentos)],
        tema=[(tema.id, tema.caminho) for tema in temas_ativos()],
        orgao=[(sigla, f"{sigla} · {nome}") for _, sigla, nome in orgaos_que_recebem()],
        tipo=[(tipo.id, tipo.nome) for tipo in tipos_ativos()],
        marcador=_marcadores(),
    )


def _deputados() -> list[tuple[int, str, str | None]]:
    deputados = select(Lotacao.pessoa_id).where(Lotacao.papel == Papel.DEPUTADO)
    consulta = (
        select(Pessoa.id, Pessoa.nome, Pessoa.partido).where(Pessoa.id.in_(deputados)).order_by(Pessoa.nome, Pessoa.id)
    )
    return [(id_, nome, partido) for id_, nome, partido in db.session().execute(consulta)]


@lembrada
def _municipios() -> tuple[tuple[int, str, str], ...]:
    consulta = select(Municipio.id, Municipio.nome, Municipio.regiao).order_by(Municipio.nome_busca)
    return tuple((id_, nome, regiao) for id_, nome, regiao in db.session().execute(consulta))


def _marcadores() -> list[Opcao]:
    consulta = select(Marcador.id, Marcador.nome).where(Marcador.ativo).order_by(func.lower(Marcador.nome))
    return [(id_, nome) for id_, nome in db.session().execute(consulta)]


_NOMES = {
    "deputado": (Pessoa.id, Pessoa.nome),
    "municipio": (Municipio.id, Municipio.nome),
    "tema": (Tema.id, Tema.caminho),
    "tipo": (TipoProcesso.id, TipoProcesso.nome),
    "marcador": (Marcador.id, Marcador.nome),
}


def nomes(filtros: Filtros) -> dict[str, str]:
    """The names of what the filters in force give by id, by filter; one statement, none when none is by id.

    An id that no row has is left out.
    """
    pedidos = [
        select(literal(filtro), cast(nome, String)).where(id_ == valor)
        for filtro, (id_, nome) in _NOMES.items()
        if (valor := getattr(filtros, filtro)) is not None
    ]
    if not pedidos:
        return {}
    return {linha[0]: linha[1] for linha in db.session().execute(union_all(*pedidos))}
