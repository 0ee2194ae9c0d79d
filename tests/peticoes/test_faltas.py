"""What a type asks for is said before signing, by name and beside its place; what it fixes is not asked."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask

from peticionamento.cadastros.models import (
    FormaPrincipal,
    NivelAcesso,
    PapelExigencia,
    Recebimento,
    RegraAcesso,
    TipoProcesso,
)
from peticionamento.comum.arquivos import Varredura
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.tempo import agora
from peticionamento.peticoes import regras, services
from peticionamento.peticoes.models import Peticao
from peticionamento.peticoes.regras import Acesso
from peticionamento.peticoes.services import Rascunho
from tests.factories import cadastros, contas, peticoes

CAMPOS = [
    {"nome": "emenda", "rotulo": "Número da emenda", "tipo": "linha", "obrigatorio": True, "dica": ""},
    {"nome": "ano", "rotulo": "Ano", "tipo": "numero", "obrigatorio": True, "dica": ""},
    {"nome": "valor", "rotulo": "Valor", "tipo": "valor", "obrigatorio": False, "dica": ""},
    {"nome": "desde", "rotulo": "Parada desde", "tipo": "data", "obrigatorio": False, "dica": ""},
]


def salvar(peticao: Peticao, **mudancas: Any) -> Peticao:
    """Save the draft with what a page posted beside what is there."""
    atual = {
        "tipo_id": peticao.tipo_id,
        "assunto": peticao.assunto,
        "municipio": peticao.municipio_digitado,
        "texto_html": None,
    }
    dados = Rascunho(**{**atual, **mudancas})
    salva = services.rascunhar(peticao.id, dados, por=peticao.autor, versao=peticao.versao, agora=agora())
    db.session().expire_all()
    return salva


def ditas(peticao: Peticao) -> list[tuple[str, str | None]]:
    return [(falta.mensagem, falta.campo) for falta in services.faltas(peticao)]


def protocolar(peticao: Peticao) -> Peticao:
    return services.protocolar(
        peticao.id, contas.SENHA, por=peticao.autor, versao=peticao.versao, agora=agora()
    )  # fmt: skip


def de_escolha() -> TipoProcesso:
    return cadastros.tipo("outra", regra_acesso=RegraAcesso.ESCOLHA)


def test_a_missing_essential_document_is_said_by_name_and_leads_to_its_slot(app: Flask) -> None:
    tipo, declaracao = cadastros.tipo("saude"), cadastros.tipo_documento("declaracao", "Declaração", ["declaracao"])
    cadastros.exigir(tipo, declaracao)
    cadastros.exigir(tipo, cadastros.tipo_documento("oficio", "Ofício", ["oficio"]), PapelExigencia.COMPLEMENTAR)
    peticao = peticoes.rascunho(tipo=tipo)
    assert ditas(peticao) == [("Falta o documento essencial: Declaração.", f"vaga-{declaracao.id}")]
    peticoes.com_anexo(peticao, "oficio.pdf")
    assert len(ditas(peticao)) == 1
    with pytest.raises(Recusa, match="Falta o documento essencial: Declaração"):
        protocolar(peticao)
    outro = io.BytesIO(peticoes.pdf_pequeno() + b"\n")
    services.anexar(peticao.id, "Declaracao do hospital.pdf", outro, por=peticao.autor, agora=agora())
    assert ditas(peticao) == []
    assert protocolar(peticao).numero is not None


def test_the_fields_of_a_form_are_asked_by_their_label(app: Flask) -> None:
    tipo = cadastros.tipo("emenda", forma_principal=FormaPrincipal.CAMPOS, campos=CAMPOS)
    peticao = peticoes.rascunho(tipo=tipo, texto="")
    assert ditas(peticao) == [
        ("Preencha “Número da emenda”.", "campo_emenda"),
        ("Preencha “Ano”.", "campo_ano"),
    ]
    ruins = {"emenda": "90 123", "ano": "este", "valor": "muito", "desde": "ontem"}
    assert ditas(salvar(peticao, campos=ruins)) == [
        ("Ano: “este” não é um número inteiro.", "campo_ano"),
        ("Valor: “muito” não é um valor em reais, como 150.000,00.", "campo_valor"),
        ("Parada desde: “ontem” não é uma data.", "campo_desde"),
    ]
    assert ditas(salvar(peticao, campos={"ano": "2026", "valor": "R$ 150.000,00", "desde": "2026-05-01"})) == []


@pytest.mark.parametrize(
    ("tipo", "valor", "certo"),
    [
        ("numero", "2026", True), ("numero", "2.026", True), ("numero", "20,5", False), ("numero", "²", False),
        ("valor", "1500", True), ("valor", "1.500,50", True), ("valor", "15.00", False), ("valor", "-3", False),
        ("data", "2026-02-29", False), ("data", "2028-02-29", True), ("linha", "qualquer", True),
    ],
)  # fmt: skip
def test_a_field_takes_what_its_kind_says(tipo: str, valor: str, certo: bool) -> None:
    campo = {"nome": "x", "rotulo": "X", "tipo": tipo, "obrigatorio": True, "dica": ""}
    assert (regras.campo_falta(campo, valor) is None) is certo


def test_the_unit_is_asked_only_where_it_is_chosen_and_must_be_offered(app: Flask) -> None:
    regional, de_fora = cadastros.unidade_regional("SES"), cadastros.unidade("SEE")
    tipo = cadastros.tipo("reuniao", recebimento=Recebimento.ESCOLHA, unidades=[regional])
    peticao = peticoes.rascunho(tipo=tipo)
    assert ditas(peticao) == [("Escolha a unidade que recebe.", "unidade")]
    with pytest.raises(Recusa, match="Escolha uma das unidades da lista") as recusa:
        salvar(peticao, unidade_id=de_fora.id)
    assert recusa.value.campo == "unidade"
    assert ditas(salvar(peticao, unidade_id=regional.id)) == []
    assert protocolar(peticao).unidade_id == regional.id


def test_a_unit_that_closed_has_to_be_chosen_again(app: Flask) -> None:
    regional = cadastros.unidade_regional("SES")
    tipo = cadastros.tipo("reuniao", recebimento=Recebimento.ESCOLHA, unidades=[regional])
    peticao = salvar(peticoes.rascunho(tipo=tipo), unidade_id=regional.id)
    with transaction():
        regional.ativa = False
    assert ditas(peticao) == [("Escolha a unidade que recebe.", "unidade")]


def test_a_fixed_level_holds_whatever_was_posted(app: Flask) -> None:
    sigilo = cadastros.hipotese()
    publico = peticoes.rascunho()
    salvar(publico, acesso=NivelAcesso.RESTRITO, hipotese_id=sigilo.id)
    assert regras.acesso_da(publico) == Acesso(NivelAcesso.PUBLICO)
    assert protocolar(publico).acesso is NivelAcesso.PUBLICO
    restrito = peticoes.rascunho(
        tipo=cadastros.tipo("sigiloso", acesso=NivelAcesso.RESTRITO, hipotese=sigilo), assunto="Outro"
    )
    salvar(restrito, acesso=NivelAcesso.PUBLICO)
    assert ditas(restrito) == []
    filada = protocolar(restrito)
    assert (filada.acesso, filada.hipotese_id) == (NivelAcesso.RESTRITO, sigilo.id)


@pytest.mark.parametrize("escolhido", list(NivelAcesso))
def test_the_rule_of_access_is_one_function(escolhido: NivelAcesso) -> None:
    fixo = TipoProcesso(regra_acesso=RegraAcesso.FIXO, acesso=NivelAcesso.RESTRITO, hipotese_id=7)
    assert regras.acesso_de(fixo, Acesso(escolhido, 9)) == Acesso(NivelAcesso.RESTRITO, 7)
    livre = TipoProcesso(regra_acesso=RegraAcesso.ESCOLHA, acesso=NivelAcesso.PUBLICO)
    esperado = Acesso(escolhido, 9 if escolhido is NivelAcesso.RESTRITO else None)
    assert regras.acesso_de(livre, Acesso(escolhido, 9)) == esperado


def test_restricted_without_a_legal_ground_is_not_signed(app: Flask) -> None:
    peticao = salvar(peticoes.rascunho(tipo=de_escolha()), acesso=NivelAcesso.RESTRITO, hipotese_id=0)
    assert ditas(peticao) == [("Escolha a hipótese legal do acesso restrito.", "hipotese")]
    with pytest.raises(Recusa):
        services.exigir_hipotese(peticao)
    filada = protocolar(salvar(peticao, acesso=NivelAcesso.RESTRITO, hipotese_id=cadastros.hipotese().id))
    assert filada.acesso is NivelAcesso.RESTRITO


def test_the_uploaded_main_document_has_to_be_there(app: Flask) -> None:
    oficio = cadastros.tipo_documento("oficio", "Ofício")
    tipo = cadastros.tipo("assinado", forma_principal=FormaPrincipal.ARQUIVO, documento_principal=oficio)
    peticao = peticoes.rascunho(tipo=tipo, texto="")
    assert ditas(peticao) == [("Envie o documento principal: Ofício.", regras.ANCORA_PRINCIPAL)]
    assert ditas(peticoes.com_anexo(peticao)) == [("Envie o documento principal: Ofício.", regras.ANCORA_PRINCIPAL)]


def test_an_infected_file_stops_the_signature(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    with transaction():
        arquivo = peticao.documentos[0].arquivo
        assert arquivo is not None
        arquivo.varredura, arquivo.ameaca = Varredura.INFECTADO, "Eicar-Test-Signature"
    assert ditas(peticao) == [
        ("O antivírus encontrou uma ameaça em “oficio.pdf”. Remova o arquivo.", "documentos"),
    ]


def test_a_type_no_longer_offered_keeps_the_draft_and_asks_for_another(app: Flask) -> None:
    peticao = peticoes.rascunho()
    with transaction():
        peticao.tipo.ativo = False
    assert salvar(peticao, assunto="Continuo a escrever").assunto == "Continuo a escrever"
    assert ditas(peticao) == [("“Obra” não é mais oferecido. Escolha outro tipo.", "tipo")]


def test_another_type_keeps_what_was_typed_for_the_first(app: Flask) -> None:
    regional = cadastros.unidade_regional("SES")
    emenda = cadastros.tipo("emenda", forma_principal=FormaPrincipal.CAMPOS, campos=CAMPOS)
    reuniao = cadastros.tipo("reuniao", recebimento=Recebimento.ESCOLHA, unidades=[regional])
    outra, sigilo = de_escolha(), cadastros.hipotese()
    peticao = peticoes.com_anexo(peticoes.rascunho(tipo=emenda), "declaracao.pdf")
    salvar(peticao, campos={"emenda": "90123", "ano": "2026"})
    salvar(peticao, tipo_id=reuniao.id)
    salvar(peticao, unidade_id=regional.id)
    salvar(peticao, tipo_id=outra.id)
    salvar(peticao, acesso=NivelAcesso.RESTRITO, hipotese_id=sigilo.id)
    salvar(peticao, tipo_id=cadastros.tipo().id, texto_html="<p>Um texto de obra, longo o bastante.</p>")
    assert regras.acesso_da(peticao) == Acesso(NivelAcesso.PUBLICO)
    assert regras.unidade_da(peticao) is None
    salvar(peticao, tipo_id=outra.id, acesso=NivelAcesso.RESTRITO)
    assert regras.acesso_da(peticao) == Acesso(NivelAcesso.RESTRITO, sigilo.id)
    salvar(peticao, tipo_id=reuniao.id)
    assert regras.unidade_da(peticao) == regional.id
    salvar(peticao, tipo_id=emenda.id)
    assert peticao.campos == {"emenda": "90123", "ano": "2026"}
    assert peticao.texto_html == "<p>Um texto de obra, longo o bastante.</p>"
    assert [d.nome for d in peticao.documentos] == ["declaracao.pdf"]


def test_a_type_of_restricted_access_offers_it_first(app: Flask) -> None:
    sigilo = cadastros.hipotese()
    tipo = cadastros.tipo(
        "denuncia", regra_acesso=RegraAcesso.ESCOLHA, acesso=NivelAcesso.RESTRITO, hipotese=sigilo
    )  # fmt: skip
    assert regras.acesso_da(peticoes.rascunho(tipo=tipo)) == Acesso(NivelAcesso.RESTRITO, sigilo.id)
    trocada = salvar(peticoes.rascunho(assunto="Outro"), tipo_id=tipo.id)
    assert regras.acesso_da(trocada) == Acesso(NivelAcesso.RESTRITO, sigilo.id)


def test_a_type_edited_after_the_filing_does_not_change_what_was_filed(app: Flask) -> None:
    sigilo, unidade = cadastros.hipotese(), cadastros.unidade("SES")
    tipo = cadastros.tipo("fixo", acesso=NivelAcesso.RESTRITO, hipotese=sigilo, unidade=unidade)
    filada = protocolar(peticoes.rascunho(tipo=tipo))
    with transaction():
        tipo.acesso, tipo.hipotese, tipo.unidade = NivelAcesso.PUBLICO, None, None
    db.session().expire_all()
    assert (filada.acesso, filada.hipotese_id, filada.unidade_id) == (NivelAcesso.RESTRITO, sigilo.id, unidade.id)
