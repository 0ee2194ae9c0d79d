"""Agencies as the administrator keeps them: what they do, and where they are written to."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from peticionamento.cadastros.models import Orgao
from peticionamento.comum.correio import endereco_valido
from peticionamento.comum.db import transaction, travar
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import Ator, exigir
from peticionamento.comum.texto import limpar_linha, milhar, sem_controles

logger = logging.getLogger(__name__)

LIMITE_COMPETENCIAS = 4_000
LIMITE_PALAVRA = 60
LIMITE_PALAVRAS = 200


@dataclass(frozen=True)
class OrgaoEditado:
    """What the page of an agency holds. `palavras` parted by commas or lines."""

    competencias: str = ""
    palavras: str = ""
    email: str = ""


def salvar_orgao(orgao_id: int, editado: OrgaoEditado, *, por: Ator) -> Orgao:
    """Change what an agency says it does, its key words and its mail. Raises Recusa with its field, NaoEncontrado."""
    exigir(por, "cadastros.administrar")
    competencias, email = sem_controles(editado.competencias).strip(), limpar_linha(editado.email)
    palavras = list(dict.fromkeys(filter(None, map(limpar_linha, re.split(r"[,;\n]", editado.palavras)))))
    with transaction():
        orgao = travar(Orgao, orgao_id)
        if len(competencias) > LIMITE_COMPETENCIAS:
            raise Recusa(
                f"O texto tem {milhar(len(competencias))} caracteres; o máximo é {milhar(LIMITE_COMPETENCIAS)}.",
                "competencias",
            )
        if any(len(palavra) > LIMITE_PALAVRA for palavra in palavras):
            raise Recusa(f"Cada palavra ou expressão tem no máximo {LIMITE_PALAVRA} letras.", "palavras_chave")
        if len(palavras) > LIMITE_PALAVRAS:
            raise Recusa(f"São {len(palavras)} palavras; o máximo é {LIMITE_PALAVRAS}.", "palavras_chave")
        if email and not endereco_valido(email):
            raise Recusa("Este endereço de e-mail não existe assim.", "email")
        orgao.competencias, orgao.palavras_chave, orgao.email = competencias, palavras, email or None
        logger.info("agency %s saved by person %s", orgao.sigla, por.pessoa_id)
        return orgao
