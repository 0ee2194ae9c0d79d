"""Live through four months of petitions at once, by the program's own use cases with the clock held at each instant.

Nothing is written behind the services' back, so what the demonstration shows is what the program does. Only the
network is left out: deliveries and notices are marked as carried instead of being sent.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.cadastros.models import Feriado, Municipio, Tema, TipoProcesso
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.db import db, esquecer_depois, transaction
from peticionamento.comum.tempo import BRASILIA, agora, hoje, no_instante
from peticionamento.contas.models import Pessoa
from peticionamento.demonstracao import decisoes, depois, enredo, pessoas, textos
from peticionamento.demonstracao.pessoas import DOMINIO, SEMENTE
from peticionamento.triagem import prioridade
from peticionamento.triagem.sugestoes import services as sugestoes

DIAS = 165
"""How far back it goes: the texts speak of the year up to May."""
FERIADOS_LOCAIS = (
    ("12-08", "Imaculada Conceição"),
    ("08-15", "Assunção de Nossa Senhora"),
)
"""Municipal holidays of the capital, where the agencies are."""


def tem_dados() -> bool:
    """Whether anybody is registered: then this is no empty database."""
    return (
        db.session().execute(select(func.count()).select_from(select(Pessoa.id).limit(1).subquery())).scalar_one() > 0
    )


def carregar(quantas: int = 300, *, avanco: Callable[[], None] = lambda: None) -> None:
    """Fill an empty database in one transaction: killed half-way, it leaves an empty database.

    `quantas` petitions (20 to 400); `avanco` is called after each.
    """
    sorte = random.Random(SEMENTE)  # noqa: S311 - the same demonstration every time, not a secret
    with transaction() as session:
        carregar_cadastros(DOMINIO)
        _feriados()
        elenco = pessoas.criar()
        sugestoes.treinar_de_arquivo([])  # so that every routing that follows has a suggestion to take or leave
        tipos = {tipo.slug: tipo for tipo in session.execute(select(TipoProcesso)).scalars()}
        orgaos = pessoas.orgaos_por_sigla()
        escolhidos = textos.em_ordem(quantas)
        temas = {tema.caminho: tema.id for tema in session.execute(select(Tema)).scalars()}
        palco = enredo.Palco(elenco, tipos, orgaos, temas, sorte, fim=agora())
        for ordem, (instante, texto) in enumerate(zip(_instantes(quantas, sorte), escolhidos, strict=True)):
            with no_instante(instante):
                enredo.viver(palco, texto, ordem, quantas)
            avanco()
        enredo.rascunhos(palco)
        depois.acontecer(palco)
        decisoes.decidir(palco)
        prioridade.repontuar_mesa(agora=agora())  # each was counted on its own day
        esquecer_depois()


def _feriados() -> None:
    ano = hoje().year
    capital = db.session().execute(select(Municipio).where(Municipio.capital)).scalar_one()
    for mes_dia, nome in FERIADOS_LOCAIS:
        for cada in (ano, ano + 1):
            dia = datetime.strptime(f"{cada}-{mes_dia}", "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not an instant
            db.session().add(Feriado(dia=dia, nome=nome, municipio=capital))
    db.session().flush()


def _instantes(quantos: int, sorte: random.Random) -> list[datetime]:
    """Instants of filing over the last months, in working hours of business days, a third of them in the last days."""
    calendario, limite = calendario_local(), agora() - timedelta(minutes=20)
    instantes: list[datetime] = []
    while len(instantes) < quantos:
        atras = sorte.randint(0, 9) if len(instantes) % 3 == 0 else sorte.randint(8, DIAS)
        dia = hoje() - timedelta(days=atras)
        hora = time(sorte.randint(8, 18), sorte.randint(0, 59), sorte.randint(0, 59))
        instante = datetime.combine(dia, hora, tzinfo=BRASILIA)
        if calendario.e_util(dia) and instante < limite:
            instantes.append(instante)
    return sorted(instantes)
