"""The process behind a link of an e-mail: nobody is signed in, and the address itself is the secret."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, current_app

from peticionamento.comum.permissoes import aberta
from peticionamento.comum.tempo import agora
from peticionamento.distribuicao import bp, processo_por_link
from peticionamento.extensions import limiter


def _limite() -> str:
    return str(current_app.config["PETICIONAMENTO"].limite_endereco)


@bp.get("/processos/<token:processo>")
@aberta("the focal point has no account; the address itself is the secret, and ends")
@limiter.shared_limit(_limite, scope="processos")
def processo_por_link_em_pdf(processo: str) -> Response:
    """The whole process, made now."""
    instante = agora()
    entrega = processo_por_link.abrir(processo, agora=instante)
    nome = processo_por_link.nome(entrega)
    with processo_por_link.em_pdf(entrega, agora=instante) as conteudo:
        resposta = Response(conteudo.read(), mimetype="application/pdf")
    resposta.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(nome)}"
    resposta.headers["Referrer-Policy"] = "no-referrer"
    resposta.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return resposta
