"""Petitions for tests, written and filed by the room's own use cases."""

from __future__ import annotations

import io
import secrets
from datetime import datetime
from functools import cache

from peticionamento.cadastros.models import TipoProcesso
from peticionamento.comum import pdf
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.services import Rascunho
from tests.factories import cadastros, contas

TEXTO = "<p>Peço a habilitação de dez leitos de UTI no hospital da cidade.</p>"


@cache
def pdf_pequeno() -> bytes:
    """A real one-page PDF, made by the program's renderer."""
    dados = {
        "numero": "1",
        "numero_sei": "1",
        "assunto": "x",
        "autor": "x",
        "em": "x",
        "blocos": pdf.blocos("<p>Olá.</p>"),
    }
    return pdf.gerar("resposta", dados, em=datetime.fromisoformat("2026-01-02T12:00:00+00:00"))


def rascunho(
    autor: Pessoa | None = None,
    *,
    assunto: str = "Leitos de UTI",
    municipio: str = "Teófilo Otoni",
    texto: str = TEXTO,
    tipo: TipoProcesso | None = None,
) -> Peticao:
    """A draft, ready to be signed unless its `tipo` asks for more than the text."""
    autor = autor or contas.deputada()
    cadastros.unidade("SEGOV")
    cadastros.municipio(municipio)
    peticao = services.comecar((tipo or cadastros.tipo()).id, secrets.token_hex(8), por=autor, agora=agora())
    dados = Rascunho(peticao.tipo_id, assunto, municipio, texto)
    return services.rascunhar(peticao.id, dados, por=autor, versao=peticao.versao, agora=agora())


def com_anexo(peticao: Peticao, nome: str = "oficio.pdf") -> Peticao:
    """Attach the small PDF to a draft."""
    services.anexar(peticao.id, nome, io.BytesIO(pdf_pequeno()), por=peticao.autor, agora=agora())
    return peticao


def protocolada(autor: Pessoa | None = None, *, assunto: str = "Leitos de UTI", anexo: bool = False) -> Peticao:
    """A filed petition."""
    peticao = rascunho(autor, assunto=assunto)
    if anexo:
        com_anexo(peticao)
    return services.protocolar(peticao.id, contas.SENHA, por=peticao.autor, versao=peticao.versao, agora=agora())
