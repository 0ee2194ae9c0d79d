"""What may be done at SEGOV's desk, and to which demands."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from peticionamento.comum.permissoes import Ator, Papel, conceder, declarar
from peticionamento.peticoes.models import EstadoPeticao, Peticao


def _protocoladas(_ator: Ator) -> ColumnElement[bool]:
    return Peticao.estado == EstadoPeticao.PROTOCOLADA


declarar("triagem.fila", Papel.TRIADOR, Papel.COORDENADOR)
declarar("triagem.ler", Papel.TRIADOR, Papel.COORDENADOR)
declarar("triagem.assumir", Papel.TRIADOR, Papel.COORDENADOR)
declarar("triagem.tomar", Papel.COORDENADOR)
"""To take over from somebody whose claim has not ended."""
declarar("triagem.pedir", Papel.TRIADOR, Papel.COORDENADOR)
"""To ask the author for more, and to take the demand back without the answer."""
declarar("triagem.distribuir", Papel.TRIADOR, Papel.COORDENADOR)
declarar("triagem.classificar", Papel.TRIADOR, Papel.COORDENADOR)
"""Theme, municipality, urgency, markers."""
declarar("triagem.apensar", Papel.TRIADOR, Papel.COORDENADOR)
declarar("triagem.desmembrar", Papel.TRIADOR, Papel.COORDENADOR)
"""To split a petition into several demands, and to bring the parts together again."""
declarar("triagem.nao_acolher", Papel.TRIADOR, Papel.COORDENADOR)
declarar("triagem.remeter", Papel.TRIADOR, Papel.COORDENADOR)
"""To forward a demand to another power or body by letter."""
declarar("triagem.configurar", Papel.COORDENADOR)
"""The desk's own tables: weights, markers, combinations, grounds."""
declarar("triagem.coordenar", Papel.COORDENADOR)
"""The coordinator's page: load and rhythm, handing out and taking back."""
declarar("triagem.sugestoes", Papel.TRIADOR, Papel.COORDENADOR)
"""To read how good the suggestions of agencies are."""
declarar("triagem.treinar", Papel.COORDENADOR)
"""To have them learn anew, and to choose the version in use."""
conceder("peticoes.ler", Papel.TRIADOR, Papel.COORDENADOR, linhas=_protocoladas)
