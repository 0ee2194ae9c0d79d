"""Use cases: a draft filled in from the Assembly, or begun there; the reference taken off again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from peticionamento.cadastros.models import FormaPrincipal, Tema
from peticionamento.cadastros.queries import nomes_de_municipios, tema_do_caminho_almg, tipos_ativos
from peticionamento.comum.db import transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.permissoes import exigir, obter
from peticionamento.comum.texto import texto_de_html
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.assembleia import leitura
from peticionamento.peticoes.assembleia.consulta import Lida, consultar
from peticionamento.peticoes.assembleia.referencia import interpretar
from peticionamento.peticoes.comparacao import mesma_coisa
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.services.rascunhos import rascunho_travado


@dataclass(frozen=True)
class Trazida:
    """What came of it: the fields filled in and those left as they were, in words, and when the Assembly said so."""

    peticao: Peticao
    preenchidos: tuple[str, ...]
    mantidos: tuple[str, ...]
    lida: Lida


def trazer(peticao_id: int, digitada: str, *, por: Pessoa, agora: datetime, substituir: bool = False) -> Trazida:
    """Fill a draft in from a proposition at the Assembly, its number as typed, and keep the reference on it.

    Only empty fields are filled, unless `substituir`; so nothing typed is lost, also when another device saves while
    the Assembly is asked, and no version is asked for. That the proposition is another deputy's is said, not refused:
    an office may follow up a colleague's. Raises Recusa (malformed, not there), AssembleiaFora, Conflito (filed
    meanwhile), NaoEncontrado.
    """
    obter(Peticao, peticao_id, por, "peticoes.escrever")
    lida = consultar(interpretar(digitada), agora=agora)
    return preencher(peticao_id, lida, por=por, agora=agora, substituir=substituir)


def comecar(digitada: str, chave: str, *, por: Pessoa, agora: datetime, autor_id: int | None = None) -> Peticao:
    """Begin a draft from a proposition's number, of the kind that it looks like.

    The same `chave` with the same number gives the same draft, however often it is sent; once there, it is only opened.
    `autor_id`: for whom, where the person acts for several. With the number wrong or the Assembly down nothing is
    begun. Raises Recusa, AssembleiaFora, SemPermissao.
    """
    exigir(por, "peticoes.escrever")
    autor_id = services.autor_da_peticao(por, autor_id)
    referencia = interpretar(digitada)
    lida = consultar(referencia, agora=agora)
    tipo = leitura.tipo_de(lida.proposicao, _tema(lida), tipos_ativos())
    if tipo is None:
        raise Recusa("Não há tipos de demanda cadastrados.", "proposicao")
    with transaction():
        peticao = services.comecar(tipo.id, f"{chave[:40]} {referencia}", por=por, agora=agora, autor_id=autor_id)
        if peticao.proposicao is None:
            preencher(peticao.id, lida, por=por, agora=agora)
        return peticao


def preencher(peticao_id: int, lida: Lida, *, por: Pessoa, agora: datetime, substituir: bool = False) -> Trazida:
    """Bring to a draft what was read of a proposition. Raises Conflito, NaoEncontrado."""
    proposicao = lida.proposicao
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        novos, preenchidos, mantidos = _novos(peticao, lida, substituir=substituir)
        peticao.proposicao = str(proposicao.referencia)
        peticao.proposicao_dados = _dados(lida, peticao.autor.nome)
        services.rascunhar(peticao_id, novos, por=por, versao=peticao.versao, agora=agora)
        services.registrar(peticao, por=por, agora=agora)  # where the reference alone changed
    return Trazida(peticao, preenchidos, mantidos, lida)


def _tema(lida: Lida) -> Tema | None:
    return tema_do_caminho_almg(list(lida.proposicao.caminhos))


def _novos(
    peticao: Peticao, lida: Lida, *, substituir: bool
) -> tuple[services.Rascunho, tuple[str, ...], tuple[str, ...]]:
    """The draft with what the proposition fills in, and in words what that was and what was left alone."""
    proposicao, tema = lida.proposicao, _tema(lida)
    municipio = leitura.municipio_de(proposicao.ementa, nomes_de_municipios()) or ""
    campos: dict[str, tuple[str, str, str]] = {  # column: (in words, there now, from the Assembly)
        "assunto": ("o assunto", peticao.assunto, leitura.assunto_de(proposicao)),
        "texto_html": ("o texto", _escrito(peticao), leitura.texto_de(proposicao)),
        "municipio": ("o município", peticao.municipio_digitado, municipio),
        "tema_id": ("o tema", str(peticao.tema_id or ""), str(tema.id) if tema else ""),
    }  # fmt: skip
    if peticao.forma_principal is not FormaPrincipal.EDITOR:
        del campos["texto_html"]
    levar = {n: novo for n, (_, tem, novo) in campos.items() if novo and novo != tem and (substituir or not tem)}
    deixar = [n for n, (_, tem, novo) in campos.items() if novo and n not in levar and not mesma_coisa(n, tem, novo)]
    rascunho = services.Rascunho(
        tipo_id=peticao.tipo_id,
        assunto=levar.get("assunto", peticao.assunto),
        municipio=levar.get("municipio", peticao.municipio_digitado),
        texto_html=levar.get("texto_html", peticao.texto_html),
        tema_id=int(levar["tema_id"]) if "tema_id" in levar else None,
    )
    return rascunho, tuple(campos[n][0] for n in levar), tuple(campos[n][0] for n in deixar)


def _escrito(peticao: Peticao) -> str:
    """The text the person wrote: a type's model still untouched is none."""
    modelo = services.texto_inicial(peticao.tipo, peticao.autor, agora=peticao.criada_em)
    if not texto_de_html(peticao.texto_html).strip() or mesma_coisa("texto_html", peticao.texto_html, modelo):
        return ""
    return peticao.texto_html


def _dados(lida: Lida, autor: str) -> dict[str, object]:
    """What the petition keeps of a proposition, for its pages and for triage."""
    proposicao = lida.proposicao
    confere = leitura.autor_confere(proposicao, autor)
    return {
        "ementa": proposicao.ementa,
        "autores": list(proposicao.autores),
        "autor_confere": confere,
        "aviso": "" if confere else leitura.aviso_de_autor(proposicao, autor),
        "link": proposicao.referencia.link,
        "situacao": proposicao.situacao,
        "caminhos": list(proposicao.caminhos),
        "publicada_dia": proposicao.publicada_dia,
        "lida_em": lida.em.isoformat(),
    }


def remover(peticao_id: int, *, por: Pessoa, agora: datetime) -> Peticao:
    """Take the proposition off a draft; what it filled in stays. Raises Conflito, NaoEncontrado."""
    with transaction():
        peticao = rascunho_travado(peticao_id, por)
        peticao.proposicao = peticao.proposicao_dados = None
        services.registrar(peticao, por=por, agora=agora)
        return peticao
