"""The administrator's process types: every fault beside its field, nobody's change overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.conferencia_de_tipos import DocumentoPedido, TipoEditado, conferir
from peticionamento.cadastros.models import (
    DocumentoModelo,
    FormaPrincipal,
    NivelAcesso,
    PapelExigencia,
    Recebimento,
    RegraAcesso,
    TipoProcesso,
)
from peticionamento.cadastros.models.tipos import MEGABYTE
from peticionamento.cadastros.services import tipos as services
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Conflito, NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.permissoes import Papel
from peticionamento.contas.models import Pessoa
from tests.factories import cadastros, contas

BOM = TipoEditado(nome="Iluminação", orientacao="Diga a rua e o poste.", prazo_dias_uteis=10)
CAMPO = {"nome": "poste", "rotulo": "Poste", "tipo": "numero", "obrigatorio": True, "dica": ""}


def administrador() -> Pessoa:
    return contas.pessoa(Papel.ADMINISTRADOR)


def modelo(corpo: str = "<p>Poste {{poste}}</p>") -> DocumentoModelo:
    with transaction() as session:
        novo = DocumentoModelo(nome="Modelo", corpo_html=corpo, ativo=True, versao=1)
        session.add(novo)
    return novo


def frases(editado: TipoEditado, tipo_id: int | None = None) -> list[tuple[str, str | None]]:
    return [(recusa.mensagem, recusa.campo) for recusa in conferir(editado, tipo_id)]


def test_a_plain_type_is_made_and_offered(app: Flask) -> None:
    tipo = services.criar(BOM, por=administrador())
    assert (tipo.slug, tipo.ativo, tipo.versao) == ("iluminacao", True, 2)
    assert tipo.limite_outros_bytes == 50 * MEGABYTE
    assert services.criar(replace(BOM, nome="Iluminação!"), por=administrador()).slug == "iluminacao-2"


def test_everything_a_type_carries_is_kept(app: Flask) -> None:
    regional, declaracao, oficio = (
        cadastros.unidade_regional(), cadastros.tipo_documento(), cadastros.tipo_documento("oficio"),
    )  # fmt: skip
    editado = replace(
        BOM,
        recebimento=Recebimento.ESCOLHA, unidades_ids=(regional.id,),
        regra_acesso=RegraAcesso.ESCOLHA, acesso=NivelAcesso.RESTRITO, hipotese_id=cadastros.hipotese().id,
        forma_principal=FormaPrincipal.CAMPOS, modelo_id=modelo().id, campos=(CAMPO,),
        extensoes_outros=("pdf",), limite_outros_mb=5,
        documentos=(
            DocumentoPedido(declaracao.id, PapelExigencia.ESSENCIAL, "Do hospital."),
            DocumentoPedido(oficio.id, PapelExigencia.COMPLEMENTAR),
        ),
    )  # fmt: skip
    tipo = services.criar(editado, por=administrador())
    db.session().expire_all()
    assert [u.id for u in tipo.unidades] == [regional.id]
    assert (tipo.regra_acesso, tipo.acesso) == (RegraAcesso.ESCOLHA, NivelAcesso.RESTRITO)
    assert (tipo.campos, tipo.limite_outros_bytes, tipo.extensoes_outros) == ([CAMPO], 5 * MEGABYTE, ["pdf"])
    assert [(e.tipo_documento.slug, e.papel, e.dica) for e in tipo.exigencias] == [
        ("declaracao", PapelExigencia.ESSENCIAL, "Do hospital."),
        ("oficio", PapelExigencia.COMPLEMENTAR, ""),
    ]
    invertido = replace(editado, recebimento=Recebimento.UNICO, documentos=editado.documentos[::-1][:1])
    services.alterar(tipo.id, invertido, por=administrador(), versao=tipo.versao)
    db.session().expire_all()
    assert (tipo.unidades, [e.tipo_documento.slug for e in tipo.exigencias]) == ([], ["oficio"])


FALTAS: list[tuple[Callable[[], dict[str, Any]], str, str]] = [
    (lambda: {"nome": " "}, "Dê um nome ao tipo.", "nome"),
    (lambda: {"nome": "x" * 121}, "O nome tem 121 caracteres; o máximo é 120.", "nome"),
    (lambda: {"nome": cadastros.tipo().nome}, "Já existe um tipo com este nome.", "nome"),
    (lambda: {"orientacao": ""}, "Escreva a orientação: é o que ajuda quem peticiona a pedir bem.", "orientacao"),
    (lambda: {"orientacao": "x" * 2001}, "A orientação tem 2.001 caracteres; o máximo é 2.000.", "orientacao"),
    (lambda: {"prazo_dias_uteis": -1}, "O prazo vai de 1 a 120 dias úteis.", "prazo"),
    (lambda: {"prazo_dias_uteis": 121}, "O prazo vai de 1 a 120 dias úteis.", "prazo"),
    (lambda: {"ordem": -1}, "A ordem é um número de 0 a 9.999.", "ordem"),
    (lambda: {"unidade_id": 999}, "Escolha uma das unidades da lista.", "unidade"),
    (
        lambda: {"recebimento": Recebimento.ESCOLHA},
        "Marque as unidades entre as quais se escolhe.",
        "unidades",
    ),
    (
        lambda: {"recebimento": Recebimento.ESCOLHA, "unidades_ids": (999,)},
        "Há unidade marcada que não está mais em uso. Desmarque-a.",
        "unidades",
    ),
    (lambda: {"acesso": NivelAcesso.RESTRITO}, "Escolha a hipótese legal do acesso restrito.", "hipotese"),
    (lambda: {"hipotese_id": 999}, "Escolha uma das hipóteses legais da lista.", "hipotese"),
    (
        lambda: {"forma_principal": FormaPrincipal.CAMPOS, "modelo_id": modelo("<p>Oi</p>").id},
        "Descreva ao menos um campo do formulário.",
        "campos",
    ),
    (
        lambda: {"forma_principal": FormaPrincipal.CAMPOS, "campos": (CAMPO,)},
        "Escolha o modelo em que os campos entram.",
        "modelo",
    ),
    (lambda: {"modelo_id": 999}, "Escolha um dos modelos da lista.", "modelo"),
    (
        lambda: {"forma_principal": FormaPrincipal.ARQUIVO},
        "Diga que documento é o arquivo principal.",
        "documento_principal",
    ),
    (lambda: {"campos": ({**CAMPO, "rotulo": ""},)}, "Campo 1: dê um rótulo, ou limpe a linha para tirá-lo.", "campos"),
    (lambda: {"campos": (CAMPO, CAMPO)}, "Há dois campos com o nome “poste”.", "campos"),
    (
        lambda: {"campos": ({**CAMPO, "nome": "Número"},)},
        "“Número”: o nome do campo tem só letras sem acento, números e _.",
        "campos",
    ),
    (lambda: {"campos": ({**CAMPO, "tipo": "mapa"},)}, "Campo 1: escolha o que se digita nele.", "campos"),
    (lambda: {"extensoes_outros": ()}, "Marque ao menos uma extensão.", "extensoes_outros"),
    (
        lambda: {"extensoes_principal": ("exe",)},
        "“exe” não é uma extensão aceita nesta instalação.",
        "extensoes_principal",
    ),
    (lambda: {"limite_outros_mb": 51}, "O limite desta instalação é 50 MB por arquivo.", "limite_outros"),
    (
        lambda: {"limite_principal_mb": 0},
        "O tamanho é um número inteiro de megabytes, a partir de 1.",
        "limite_principal",
    ),
    (
        lambda: {"documentos": (DocumentoPedido(999, PapelExigencia.ESSENCIAL),)},
        "Há documento na lista que não está mais em uso.",
        "documentos",
    ),
]


@pytest.mark.parametrize(("mudanca", "frase", "campo"), FALTAS, ids=[frase[:40] for _, frase, _ in FALTAS])
def test_what_is_wrong_is_said_beside_its_field(
    app: Flask, mudanca: Callable[[], dict[str, Any]], frase: str, campo: str
) -> None:
    assert frases(replace(BOM, **mudanca())) == [(frase, campo)]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(app: Flask) -> None:
    ruim = replace(BOM, nome="", prazo_dias_uteis=0, limite_outros_mb=900)
    assert [campo for _, campo in frases(ruim)] == ["nome", "prazo", "limite_outros"]
    with pytest.raises(Recusa, match="Dê um nome"):
        services.criar(ruim, por=administrador())
    assert cadastros.quantos(TipoProcesso) == 0


def test_a_model_that_names_a_field_the_form_lacks_is_refused(app: Flask) -> None:
    editado = replace(
        BOM, forma_principal=FormaPrincipal.CAMPOS, campos=(CAMPO,), modelo_id=modelo("<p>{{rua}} {{poste}}</p>").id
    )
    ((frase, campo),) = frases(editado)
    assert campo == "modelo"
    assert frase.startswith("O modelo não serve a este formulário. O campo {{rua}} não existe.")


def test_a_change_made_meanwhile_is_not_overwritten(app: Flask) -> None:
    tipo = services.criar(BOM, por=administrador())
    vista = tipo.versao
    services.alterar(tipo.id, replace(BOM, prazo_dias_uteis=5), por=administrador(), versao=vista)
    with pytest.raises(Conflito, match="Outra pessoa mudou este tipo"):
        services.alterar(tipo.id, replace(BOM, nome="Meu"), por=administrador(), versao=vista)
    db.session().expire_all()
    assert (tipo.nome, tipo.prazo_dias_uteis, tipo.versao) == ("Iluminação", 5, vista + 1)


def test_a_type_is_put_aside_and_back_but_never_the_last(app: Flask) -> None:
    tipo = services.criar(BOM, por=administrador())
    with pytest.raises(Recusa, match="último tipo oferecido"):
        services.por_em_uso(tipo.id, False, por=administrador(), versao=tipo.versao)
    outro = services.criar(replace(BOM, nome="Outro"), por=administrador())
    services.por_em_uso(outro.id, False, por=administrador(), versao=outro.versao)
    ativos = select(TipoProcesso.slug).where(TipoProcesso.ativo)
    assert db.session().execute(ativos).scalars().all() == ["iluminacao"]
    assert services.por_em_uso(outro.id, True, por=administrador(), versao=outro.versao).ativo


@pytest.mark.parametrize("papel", [papel for papel in Papel if papel is not Papel.ADMINISTRADOR])
def test_only_the_administrator_keeps_the_types(app: Flask, papel: Papel) -> None:
    tipo, pessoa = cadastros.tipo(), contas.pessoa(papel)
    with pytest.raises(SemPermissao):
        services.criar(BOM, por=pessoa)
    with pytest.raises(SemPermissao):
        services.alterar(tipo.id, BOM, por=pessoa, versao=1)
    with pytest.raises(SemPermissao):
        services.por_em_uso(tipo.id, False, por=pessoa, versao=1)


def test_a_type_that_is_not_there_is_not_found(app: Flask) -> None:
    with pytest.raises(NaoEncontrado):
        services.alterar(999, BOM, por=administrador(), versao=1)
