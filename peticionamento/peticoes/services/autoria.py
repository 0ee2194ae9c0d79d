"""For whom a petition is written."""

from __future__ import annotations

from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import Papel
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import gabinete_de


def autor_da_peticao(por: Pessoa, autor_id: int | None = None) -> int:
    """For whom a person begins a petition: themselves, a deputy, or one of those they act for.

    `autor_id` may be None where there is one answer only. Raises Recusa: nobody to write for, none chosen, or somebody
    they do not act for.
    """
    proprio = [por.id] if Papel.DEPUTADO in por.papeis else []
    if proprio and autor_id in (None, por.id):
        return por.id
    autores = [*proprio, *(r.id for r in gabinete_de(por.id).representados)]
    if not autores:
        raise Recusa("Você não age por nenhum deputado agora. Peça ao gabinete que registre a representação.", "autor")
    if autor_id is None and len(autores) == 1:
        return autores[0]
    if autor_id not in autores:
        raise Recusa("Escolha para quem é a petição.", "autor")
    return autor_id
