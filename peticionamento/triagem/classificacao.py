"""What a demand is about, as triage sees it: theme, municipality, goal, urgency; undone within the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from peticionamento.cadastros.models import Municipio, Tema
from peticionamento.cadastros.queries import municipio_por_nome
from peticionamento.comum import historico
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Recusa
from peticionamento.comum.memoria import lembrada
from peticionamento.comum.tempo import hoje
from peticionamento.contas.models import Pessoa
from peticionamento.triagem import prioridade
from peticionamento.triagem.models import Demanda, EstadoDemanda, Urgencia
from peticionamento.triagem.ods import ODS, nome_do_ods
from peticionamento.triagem.services import minha

E = EstadoDemanda
CLASSIFICAVEIS = (E.AGUARDANDO, E.EM_TRIAGEM, E.REABERTA, E.EM_DILIGENCIA, E.DISTRIBUIDA)
"""States in which what a demand is about may still be mended; what has ended stays as it was decided."""
CAMPOS = ("tema_id", "municipio_id", "ods", "urgencia")


@dataclass(frozen=True)
class Classificacao:
    """What triage says of a demand. `municipio` by its name; empty: the whole state."""

    tema_id: int | None
    municipio: str
    ods: int | None
    urgencia: str


@dataclass(frozen=True)
class Nomes:
    """A demand's classification, as people read it; empty where there is none."""

    tema: str
    municipio: str
    regiao: str


def classificar(demanda_id: int, nova: Classificacao, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Say what a demand is about: one line of history with what changed, its points counted again.

    Raises Recusa (field), Conflito (who did what meanwhile; another holds it), AcaoIndevida (it has ended).
    """
    with transaction():
        demanda = _em_maos(demanda_id, por, versao)
        valores = _conferida(nova, demanda)
        antes = {campo: getattr(demanda, campo) for campo in CAMPOS}
        if valores == antes:
            return demanda
        guardada = {**antes, "quem": por.nome, "em": agora.isoformat()}
        demanda.classificacoes_antes = [*_de_hoje(demanda, agora), guardada]
        _trocar(demanda, antes, valores, "classificar", "Classificou", por=por, agora=agora)
        return demanda


def desfazer(demanda_id: int, *, por: Pessoa, versao: int, agora: datetime) -> Demanda:
    """Put back what a demand was about before the day's last classification.

    Raises Recusa (there is none of today), Conflito, AcaoIndevida.
    """
    with transaction():
        demanda = _em_maos(demanda_id, por, versao)
        de_hoje = _de_hoje(demanda, agora)
        if not de_hoje:
            raise Recusa("Não há classificação de hoje a desfazer. Corrija os campos e salve de novo.")
        *outras, ultima = de_hoje
        demanda.classificacoes_antes = outras or None
        antes = {campo: getattr(demanda, campo) for campo in CAMPOS}
        valores = {campo: ultima[campo] for campo in CAMPOS} | {"urgencia": Urgencia(ultima["urgencia"])}
        _trocar(demanda, antes, valores, "desclassificar", "Desfez a classificação", por=por, agora=agora)
        return demanda


def desfazivel(demanda: Demanda, agora: datetime) -> tuple[str, datetime] | None:
    """Who classified a demand last today, and when; None when there is nothing to undo."""
    de_hoje = _de_hoje(demanda, agora) if demanda.estado in CLASSIFICAVEIS else []
    return (de_hoje[-1]["quem"], datetime.fromisoformat(de_hoje[-1]["em"])) if de_hoje else None


def nomes_de(demanda: Demanda) -> Nomes:
    """The names behind a demand's classification."""
    return _nomes(demanda.tema_id, demanda.municipio_id)


@lembrada
def _nomes(tema_id: int | None, municipio_id: int | None) -> Nomes:
    def um(coluna: Any, id_: int | None) -> Any:
        return select(coluna).where(coluna.class_.id == id_).scalar_subquery()

    consulta = select(um(Tema.caminho, tema_id), um(Municipio.nome, municipio_id), um(Municipio.regiao, municipio_id))
    return Nomes(*(nome or "" for nome in db.session().execute(consulta).one()))


def _em_maos(demanda_id: int, por: Pessoa, versao: int) -> Demanda:
    demanda = minha(demanda_id, por, "triagem.classificar", versao)
    if demanda.estado not in CLASSIFICAVEIS:
        raise AcaoIndevida(f"A situação agora é “{demanda.estado.rotulo}”, e dela não se pode classificar.")
    return demanda


def _conferida(nova: Classificacao, demanda: Demanda) -> dict[str, Any]:
    """The columns' values of a classification. Raises Recusa with its field."""
    if nova.tema_id not in (None, demanda.tema_id):
        tema = db.session().get(Tema, nova.tema_id)
        if tema is None or not tema.ativo:
            raise Recusa("Escolha um tema da lista.", "tema")
    municipio = municipio_por_nome(nova.municipio) if nova.municipio.strip() else None
    if municipio is None and nova.municipio.strip():
        raise Recusa(
            f"“{nova.municipio.strip()[:80]}” não é um município de Minas Gerais. Escolha na lista.", "municipio"
        )
    if nova.ods is not None and nova.ods not in ODS:
        raise Recusa("Escolha um ODS da lista.", "ods")
    if nova.urgencia not in list(Urgencia):
        raise Recusa("Escolha a urgência.", "urgencia")
    return {
        "tema_id": nova.tema_id,
        "municipio_id": municipio.id if municipio else None,
        "ods": nova.ods,
        "urgencia": Urgencia(nova.urgencia),
    }


def _trocar(
    demanda: Demanda,
    antes: dict[str, Any],
    valores: dict[str, Any],
    acao: str,
    frase: str,
    *,
    por: Pessoa,
    agora: datetime,
) -> None:
    for campo, valor in valores.items():
        setattr(demanda, campo, valor)
    demanda.versao += 1
    mudancas = "; ".join(
        f"{_dito(campo, valores[campo])} (antes, {_dito(campo, antes[campo], curto=True)})"
        for campo in CAMPOS
        if valores[campo] != antes[campo]
    )
    texto = f"{frase}: {mudancas}."
    historico.registrar(demanda.peticao_id, demanda.ENTIDADE, demanda.id, acao, texto, por=por, em=agora)
    prioridade.repontuar(demanda, agora=agora)


def _dito(campo: str, valor: Any, *, curto: bool = False) -> str:
    """One value in words: `tema “Saúde › Hospital”`; without the field's name where it was just said."""
    session = db.session()
    match campo:
        case "tema_id":
            if valor is None:
                return "nenhum" if curto else "sem tema"
            caminho = f"“{session.get_one(Tema, valor).caminho}”"
            return caminho if curto else f"tema {caminho}"
        case "municipio_id":
            if valor is None:
                return "o Estado todo"
            nome = session.get_one(Municipio, valor).nome
            return nome if curto else f"município {nome}"
        case "ods":
            if valor is None:
                return "nenhum" if curto else "sem ODS"
            return f"ODS {valor}" if curto else nome_do_ods(valor)
        case _:
            rotulo = Urgencia(valor).rotulo.lower()
            return rotulo if curto else f"urgência {rotulo}" if valor != Urgencia.URGENTE else rotulo


def _de_hoje(demanda: Demanda, agora: datetime) -> list[dict[str, Any]]:
    guardadas: list[dict[str, Any]] = demanda.classificacoes_antes or []
    return [g for g in guardadas if hoje(datetime.fromisoformat(g["em"])) == hoje(agora)]
