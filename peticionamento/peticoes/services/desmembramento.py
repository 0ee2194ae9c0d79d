"""Splitting a filed petition: each part becomes a process of its own, tied to the first (*desmembramento*).

As the protocol's rule has it (Portaria Interministerial MJ/MP nº 1.677/2015), documents of a process form a new one,
with a term in both. The petition itself goes into every part, whose reader can see the whole; a file is stored once.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from peticionamento.cadastros.models import Municipio
from peticionamento.cadastros.queries import numeracao_da_unidade
from peticionamento.comum import historico
from peticionamento.comum.avisos import avisar_depois
from peticionamento.comum.db import db, inserir_objeto
from peticionamento.comum.protocolo import proximo_numero, proximos_numeros_sei
from peticionamento.comum.tempo import hoje
from peticionamento.comum.texto import html_de_texto, plural
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import documentos
from peticionamento.peticoes.models import (
    Acompanhamento,
    Documento,
    Especie,
    EstadoPeticao,
    Etapa,
    PapelDocumento,
    Peticao,
)
from peticionamento.peticoes.signals import protocolada

RITO = "Portaria Interministerial MJ/MP nº 1.677, de 7 de outubro de 2015"
ACAO = "desmembrar"
"""The word under which the history of a part keeps where it came from."""


@dataclass(frozen=True)
class Parte:
    """What goes out of a petition into a process of its own, checked. `texto` is plain; `documentos` are ids."""

    assunto: str
    texto: str
    municipio: Municipio
    tema_id: int | None
    documentos: frozenset[int]


def copiaveis(peticao_id: int) -> list[Documento]:
    """The documents of a process that may go along with a part, in order: the petition, and what its author sent."""
    consulta = select(Documento).where(
        Documento.peticao_id == peticao_id,
        Documento.papel.in_([PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO]),
    )
    return list(db.session().execute(consulta.order_by(Documento.numero_sei)).scalars())


def o_principal(documento: Documento) -> bool:
    """Whether it is the petition itself, which goes into every part; what came later with words of its own is not."""
    return documento.papel is PapelDocumento.PRINCIPAL and documento.juntada_id is None


def desmembrar(
    origem: Peticao, partes: Sequence[Parte], *, ao_todo: int, por: Pessoa, agora: datetime
) -> list[Peticao]:
    """Form a process of each part and tell the author, once. Called in triage's transaction, the demand locked.

    `ao_todo` is how many demands there are now, the first and those split before included.
    """
    session = db.session()
    lidos = copiaveis(origem.id)
    levados = [[d for d in lidos if o_principal(d) or d.id in parte.documentos] for parte in partes]
    # The process numbers come last of what is taken: whoever files to the same agency waits for them.
    numeros = iter(proximos_numeros_sei(sum(len(lista) + 1 for lista in levados) + 1))
    numeracao, ano = numeracao_da_unidade(origem.unidade_id), hoje(agora).year
    formados = [_formar(origem, parte, proximo_numero(numeracao, ano), agora) for parte in partes]
    session.add_all(formados)
    session.flush()  # documents, demands and history point at them
    for formado, lista in zip(formados, levados, strict=True):
        _copiar(formado, lista, origem, numeros)
        texto = _termo_da_parte(origem, formado, len(lista), ao_todo)
        session.add(documentos.termo(formado, texto, numero_sei=next(numeros), agora=agora))
        _abrir(formado, agora)
        frase = f"Parte de {origem.numero}: a Secretaria de Governo separou o pedido em {ao_todo} demandas."
        historico.registrar(formado.id, Peticao.ENTIDADE, formado.id, ACAO, frase, por=por, texto_autor=frase)
    texto = _termo_da_primeira(origem, formados)
    session.add(documentos.termo(origem, texto, numero_sei=next(numeros), agora=agora))
    session.flush()
    _avisar(origem, formados, ao_todo)
    return formados


def _formar(origem: Peticao, parte: Parte, numero: str, agora: datetime) -> Peticao:
    return Peticao(
        autor=origem.autor, chave=secrets.token_urlsafe(24), especie=Especie.DESMEMBRAMENTO, origem=origem,
        tipo=origem.tipo, assunto=parte.assunto, texto_html=html_de_texto(parte.texto), municipio=parte.municipio,
        municipio_digitado=parte.municipio.nome, tema_id=parte.tema_id, unidade_id=origem.unidade_id,
        acesso=origem.acesso, hipotese_id=origem.hipotese_id, referencia=origem.referencia,
        proposicao=origem.proposicao, proposicao_dados=origem.proposicao_dados, campos={},
        estado=EstadoPeticao.PROTOCOLADA, numero=numero, versao=1, criada_em=agora, alterada_em=agora,
        protocolada_em=agora,
    )  # fmt: skip


def _copiar(formado: Peticao, lista: Sequence[Documento], origem: Peticao, numeros: Iterator[int]) -> None:
    """The same documents in another process: the same file, or the same data of which the same file is drawn."""
    for d in lista:
        db.session().add(
            Documento(
                peticao_id=formado.id, papel=PapelDocumento.PRINCIPAL if o_principal(d) else PapelDocumento.ANEXO,
                nome=d.nome, tipo_documento_id=d.tipo_documento_id, complemento=d.complemento, numero=d.numero,
                formato=d.formato, conferencia=d.conferencia, acesso=d.acesso, hipotese_id=d.hipotese_id,
                pessoa_id=d.pessoa_id, observacao=f"Cópia do documento {d.numero_sei} do processo {origem.numero}",
                numero_sei=next(numeros), arquivo_id=d.arquivo_id, dados=d.dados, texto_html=d.texto_html,
                criado_em=d.criado_em,
            )
        )  # fmt: skip


def _abrir(formado: Peticao, agora: datetime) -> None:
    """The part is a demand on the desk and a line of its author's list, as what is filed."""
    acompanhamento = Acompanhamento(
        peticao_id=formado.id, autor_id=formado.autor_id, protocolada_em=agora, etapa=Etapa.PROTOCOLADA,
        onde=Etapa.PROTOCOLADA.rotulo,
    )  # fmt: skip
    protocolada.send(formado, agora=agora, acompanhamento=acompanhamento)
    inserir_objeto(acompanhamento)


def _termo_da_primeira(origem: Peticao, formados: Sequence[Peticao]) -> str:
    itens = "".join(f"<li>{_dito(formado)}</li>" for formado in formados)
    verbo = "formou-se" if len(formados) == 1 else "formaram-se"
    processos = plural(len(formados), "outro processo", "outros processos")
    return (
        f"<p>Por tratar de mais de um assunto, o pedido do processo {origem.numero} foi separado. Dele {verbo} "
        f"{processos}, com cópia da petição e dos documentos escolhidos:</p><ul>{itens}</ul>"
        f"<p>O que não foi separado continua neste processo. Cada processo tem sua própria resposta.</p>"
        f"<p>Desmembramento lavrado nos termos da {RITO}.</p>"
    )


def _termo_da_parte(origem: Peticao, formado: Peticao, quantos: int, ao_todo: int) -> str:
    outros = f" e de mais {plural(quantos - 1, 'documento', 'documentos')}" if quantos > 1 else ""
    return (
        f"<p>Este processo foi formado por desmembramento do processo {_dito(origem)}, que a Secretaria de Estado de "
        f"Governo separou em {ao_todo} demandas. Traz cópia da petição inteira{outros}, e "
        f"trata do que segue:</p>"
        f"<p><strong>{html.escape(formado.assunto)}</strong></p>{formado.texto_html}"
        f"<p>Desmembramento lavrado nos termos da {RITO}.</p>"
    )


def _dito(peticao: Peticao) -> str:
    lugar = f", {html.escape(peticao.municipio.nome)}" if peticao.municipio else ""
    return f"{peticao.numero} (“{html.escape(peticao.assunto)}”{lugar})"


def _avisar(origem: Peticao, formados: Sequence[Peticao], ao_todo: int) -> None:
    avisar_depois(
        origem.autor.email,
        "peticoes/desmembrada",
        peticao_id=origem.id,
        pessoa=origem.autor.nome,
        id=origem.id,
        numero=origem.numero,
        assunto=origem.assunto,
        ao_todo=ao_todo,
        partes=[
            {
                "id": formado.id,
                "numero": formado.numero,
                "assunto": formado.assunto,
                "municipio": formado.municipio.nome if formado.municipio else "",
            }
            for formado in formados
        ],
    )
