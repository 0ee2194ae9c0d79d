"""The Assembly's propositions that some petitions speak of: invented, with numbers that no year reaches."""

from __future__ import annotations

from datetime import datetime, timedelta

from peticionamento.contas.models import Pessoa
from peticionamento.demonstracao.textos import Texto
from peticionamento.peticoes.assembleia.consulta import Lida
from peticionamento.peticoes.assembleia.proposicao import Proposicao

CADA = 5
"""One petition in so many follows a requerimento."""
DE_COLEGA = 4
"""And one in so many of those follows a colleague's."""


def lida(texto: Texto, autor: Pessoa, colega: Pessoa, ordem: int, instante: datetime) -> Lida | None:
    """What the Assembly said of the requerimento behind a petition, an hour before; None where there is none."""
    if ordem % CADA != CADA - 1:
        return None
    apresentada = instante - timedelta(days=40)
    proposicao = Proposicao(
        sigla="RQN",
        numero=90_000 + ordem,
        ano=apresentada.year,
        ementa=f"Requer seja encaminhado ao Governo do Estado pedido de providências: {texto.assunto}, em "
        f"{texto.municipio}.",
        autores=((colega if ordem % (CADA * DE_COLEGA) == CADA - 1 else autor).nome,),
        situacao="Aprovado",
        caminhos=(),
        publicada_dia=apresentada.date().isoformat(),
    )
    return Lida(proposicao, instante - timedelta(hours=1))
