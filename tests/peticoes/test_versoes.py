"""Versions of a draft: one for each change, comparable, and any of them can come back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from peticionamento.comum.aparelho import em_palavras
from peticionamento.comum.db import db
from peticionamento.comum.erros import Conflito, NaoEncontrado
from peticionamento.comum.tempo import agora
from peticionamento.comum.texto import html_de_texto, limpar_html, texto_de_html
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import comparacao, services
from peticionamento.peticoes.models import Peticao, VersaoRascunho
from peticionamento.peticoes.queries import versoes as consultas
from peticionamento.peticoes.services import Rascunho, RascunhoMudou
from peticionamento.peticoes.services.versoes import versao_de, vigente
from tests.factories import cadastros, contas, peticoes
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


def salvar(peticao: Peticao, versao: int | None = None, por: Pessoa | None = None, **mudancas: Any) -> Peticao:
    atual = {
        "tipo_id": peticao.tipo_id,
        "assunto": peticao.assunto,
        "municipio": peticao.municipio_digitado,
        "texto_html": peticao.texto_html,
    }
    return services.rascunhar(
        peticao.id,
        Rascunho(**{**atual, **mudancas}),
        por=por or peticao.autor,
        versao=peticao.versao if versao is None else versao,
        agora=agora(),
    )


def versoes(peticao: Peticao) -> list[VersaoRascunho]:
    consulta = select(VersaoRascunho).where(VersaoRascunho.peticao_id == peticao.id).order_by(VersaoRascunho.numero)
    return list(db.session().execute(consulta).scalars())


def nomes_dos_arquivos(peticao: Peticao) -> list[str]:
    return [documento.nome for documento in peticao.documentos]


def anexar(peticao: Peticao, nome: str, marca: str = "") -> None:
    conteudo = peticoes.pdf_pequeno() + marca.encode()
    services.anexar(peticao.id, nome, io.BytesIO(conteudo), por=peticao.autor, agora=agora())


def test_every_change_is_a_version_numbered_from_one(app: Flask) -> None:
    autora, tipo = contas.deputada(), cadastros.tipo()
    peticao = services.comecar(tipo.id, "chave", por=autora, agora=agora())
    salvar(peticao, assunto="Um")
    salvar(peticao, assunto="Dois")
    anexar(peticao, "oficio.pdf")
    services.remover_anexo(peticao.id, peticao.documentos[0].id, por=autora, agora=agora())
    todas = versoes(peticao)
    assert [v.numero for v in todas] == [1, 2, 3, 4, 5]
    assert [v.conteudo["assunto"] for v in todas] == ["", "Um", "Dois", "Dois", "Dois"]
    assert [len(v.conteudo["documentos"]) for v in todas] == [0, 0, 0, 1, 0]
    assert [v.conteudo["mudou"] for v in todas] == [[], ["assunto"], ["assunto"], ["documentos"], ["documentos"]]
    assert peticao.versao == 5


def test_a_version_keeps_every_field_and_each_files_hash(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    conteudo = versoes(peticao)[-1].conteudo
    (documento,) = conteudo["documentos"]
    assert conteudo["municipio_digitado"] == "Teófilo Otoni"
    assert conteudo["texto_html"] == peticoes.TEXTO
    assert documento["sha256"] == peticao.documentos[0].arquivo.sha256
    assert documento["id"] == peticao.documentos[0].id
    assert set(conteudo) >= {"tipo_id", "campos", "unidade_id", "acesso", "hipotese_id", "tema_id", "referencia"}


def test_saving_the_same_again_is_no_version(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    antes = len(versoes(peticao))
    salvar(peticao)
    peticoes.com_anexo(peticao)
    assert len(versoes(peticao)) == antes


def test_a_draft_begun_before_versions_were_kept_goes_on_from_its_own_count(app: Flask) -> None:
    peticao = peticoes.rascunho()
    for versao in versoes(peticao):
        db.session().delete(versao)
    peticao.versao = 9
    db.session().flush()
    assert salvar(peticao, assunto="Novo").versao == 10
    assert salvar(peticao, assunto="Mais novo").versao == 11
    with pytest.raises(RascunhoMudou):  # of version 9 nothing is known, so nothing can be put together with it
        salvar(peticao, versao=9, assunto="De quem viu a nona", texto_html="<p>Outro.</p>")


def test_a_save_costs_the_same_however_many_versions_and_files(app: Flask, contar_consultas: Contar) -> None:
    medidas = []
    for quantos in (1, 6):
        peticao = peticoes.rascunho()
        for n in range(quantos):
            anexar(peticao, f"anexo-{n}.pdf", f"{peticao.id}-{n}")
            salvar(peticao, assunto=f"Assunto {n}")
        db.session().commit()
        db.session().expire_all()
        autor, versao = peticao.autor, peticao.versao
        dados = Rascunho(peticao.tipo_id, "Medido", "Teófilo Otoni", peticao.texto_html)
        db.session().expire(peticao)
        with contar_consultas() as vistas:
            services.rascunhar(peticao.id, dados, por=autor, versao=versao, agora=agora())
        medidas.append(len(vistas))
    assert medidas[0] == medidas[1]


# Two at once: what only one changed is put together, what both changed is kept twice.


def test_changes_to_different_fields_are_put_together(app: Flask) -> None:
    peticao = peticoes.rascunho()
    base = peticao.versao
    do_um = {"tipo_id": peticao.tipo_id, "municipio": "Teófilo Otoni", "texto_html": peticao.texto_html}
    salvar(peticao, base, assunto="Assunto do primeiro")
    salvar(peticao, base, **{**do_um, "assunto": "Leitos de UTI", "texto_html": "<p>Texto do segundo aparelho.</p>"})
    assert peticao.assunto == "Assunto do primeiro"
    assert peticao.texto_html == "<p>Texto do segundo aparelho.</p>"
    assert peticao.versao == base + 2


def test_spaces_an_editor_adds_are_no_change_of_the_text(app: Flask) -> None:
    peticao = peticoes.rascunho(texto="<p>Peço leitos.</p><p>Com urgência.</p>")
    base = peticao.versao
    salvar(peticao, base, texto_html="<p>Peço dez leitos.</p><p>Com urgência.</p>")
    # The other device changed the subject alone; its editor wrote the old text with other spaces.
    salvar(peticao, base, assunto="Outro", texto_html="<p>Peço&nbsp;leitos.</p> <p>Com urgência. </p>")
    assert (peticao.assunto, peticao.texto_html) == ("Outro", "<p>Peço dez leitos.</p><p>Com urgência.</p>")


def test_changes_to_the_same_field_are_both_kept_and_the_person_is_told(app: Flask) -> None:
    peticao = peticoes.rascunho()
    base = peticao.versao
    salvar(peticao, base, texto_html="<p>Do primeiro.</p>")
    with pytest.raises(RascunhoMudou) as recusa:
        salvar(peticao, base, assunto="Só do segundo", texto_html="<p>Do segundo.</p>")
    recusada = versao_de(peticao.id, recusa.value.recusada or 0)
    assert f"ficou guardado ao lado, como versão {recusada.numero}" in recusa.value.mensagem
    assert peticao.texto_html == "<p>Do primeiro.</p>"
    assert recusada.conteudo["nao_aplicada"] is True
    assert recusada.conteudo["texto_html"] == "<p>Do segundo.</p>"
    assert recusada.conteudo["assunto"] == "Só do segundo"
    assert recusada.conteudo["mudou"] == ["texto_html"]
    assert vigente(peticao.id) == recusa.value.vigente == base + 1


def test_the_same_refused_text_is_kept_once(app: Flask) -> None:
    peticao = peticoes.rascunho()
    base = peticao.versao
    salvar(peticao, base, texto_html="<p>Do primeiro.</p>")
    for _ in range(3):
        with pytest.raises(RascunhoMudou) as recusa:
            salvar(peticao, base, texto_html="<p>Do segundo.</p>")
        assert recusa.value.recusada == base + 2
    assert len(versoes(peticao)) == base + 2


def test_the_winner_goes_on_saving_over_what_was_refused(app: Flask) -> None:
    peticao = peticoes.rascunho()
    base = peticao.versao
    vista = salvar(peticao, base, texto_html="<p>Do primeiro.</p>").versao
    with pytest.raises(RascunhoMudou):
        salvar(peticao, base, texto_html="<p>Do segundo.</p>")
    assert salvar(peticao, vista, texto_html="<p>Do primeiro, e mais.</p>").texto_html == "<p>Do primeiro, e mais.</p>"


def test_the_refused_text_can_be_taken_over_and_the_other_stays_among_the_versions(app: Flask) -> None:
    peticao = peticoes.rascunho()
    base = peticao.versao
    salvar(peticao, base, texto_html="<p>Do primeiro.</p>")
    anexar(peticao, "depois.pdf")
    with pytest.raises(RascunhoMudou) as recusa:
        salvar(peticao, base, texto_html="<p>Do segundo.</p>")
    anexar(peticao, "mais-depois.pdf", "x")
    services.voltar(peticao.id, recusa.value.recusada or 0, por=peticao.autor, versao=peticao.versao, agora=agora())
    assert peticao.texto_html == "<p>Do segundo.</p>"
    assert nomes_dos_arquivos(peticao) == ["depois.pdf", "mais-depois.pdf"]  # it speaks of the text alone
    assert "<p>Do primeiro.</p>" in [v.conteudo["texto_html"] for v in versoes(peticao)]


# Bring an older one back


def test_an_older_version_comes_back_with_its_files_as_a_new_one(app: Flask) -> None:
    peticao = peticoes.rascunho(assunto="Antes")
    anexar(peticao, "oficio.pdf")
    hash_ = peticao.documentos[0].arquivo.sha256  # type: ignore[union-attr]
    boa = peticao.versao
    services.remover_anexo(peticao.id, peticao.documentos[0].id, por=peticao.autor, agora=agora())
    anexar(peticao, "outro.pdf", "x")
    salvar(peticao, assunto="Depois", municipio="Lugar nenhum", texto_html="<p>Depois.</p>")
    ultima = peticao.versao
    services.voltar(peticao.id, boa, por=peticao.autor, versao=ultima, agora=agora())
    assert (peticao.assunto, peticao.texto_html) == ("Antes", peticoes.TEXTO)
    assert peticao.municipio is not None
    assert nomes_dos_arquivos(peticao) == ["oficio.pdf"]
    assert peticao.documentos[0].arquivo.sha256 == hash_  # type: ignore[union-attr]
    assert peticao.versao == ultima + 1
    todas = versoes(peticao)
    assert todas[-1].conteudo["volta_de"] == boa
    assert todas[-2].conteudo["assunto"] == "Depois"  # the one that was there
    services.voltar(peticao.id, ultima, por=peticao.autor, versao=peticao.versao, agora=agora())
    assert (peticao.assunto, nomes_dos_arquivos(peticao)) == ("Depois", ["outro.pdf"])


def test_bringing_back_over_a_version_not_seen_is_refused(app: Flask) -> None:
    peticao = peticoes.rascunho()
    vista = peticao.versao
    salvar(peticao, assunto="De outro aparelho")
    with pytest.raises(RascunhoMudou, match="Compare outra vez"):
        services.voltar(peticao.id, 1, por=peticao.autor, versao=vista, agora=agora())
    assert peticao.assunto == "De outro aparelho"


def test_a_version_that_is_not_there_and_a_draft_that_is_anothers(app: Flask) -> None:
    peticao = peticoes.rascunho()
    with pytest.raises(NaoEncontrado):
        services.voltar(peticao.id, 99, por=peticao.autor, versao=peticao.versao, agora=agora())
    with pytest.raises(NaoEncontrado):
        services.voltar(peticao.id, 1, por=contas.deputada(), versao=peticao.versao, agora=agora())


def test_nothing_comes_back_once_filed_and_the_versions_stay(app: Flask) -> None:
    peticao = peticoes.protocolada()
    antes = len(versoes(peticao))
    assert antes > 0
    with pytest.raises(Conflito, match="já foi protocolada"):
        services.voltar(peticao.id, 1, por=peticao.autor, versao=peticao.versao, agora=agora())
    assert len(versoes(peticao)) == antes


# What differs


def test_words_that_came_and_went_are_marked_and_everything_is_escaped() -> None:
    marcado = comparacao.marcar_texto(
        "<p>Peço dez leitos &lt;já&gt;.</p>", "<p>Peço doze leitos &lt;já&gt;.</p><p>Obrigada.</p>"
    )
    assert marcado == ("<p>Peço <del>dez </del><ins>doze </ins>leitos &lt;já&gt;.</p><p><ins>Obrigada.</ins></p>")


@given(st.text(), st.text())
def test_both_texts_can_be_read_out_of_the_marked_one(um: str, outro: str) -> None:
    antes, depois = (limpar_html(html_de_texto(texto)) for texto in (um, outro))
    marcado = comparacao.marcar_texto(antes, depois)

    def sem(tag: str) -> list[str]:
        return texto_de_html(re.sub(f"<{tag}>.*?</{tag}>", "", marcado)).split()

    assert "".join(sem("ins")) == "".join(texto_de_html(antes).split())
    assert "".join(sem("del")) == "".join(texto_de_html(depois).split())
    assert "<script" not in marcado


def test_long_texts_are_compared_in_a_moment() -> None:
    um, outro = "<p>" + "a b " * 5000 + "</p>", "<p>" + "b a " * 5000 + "c</p>"
    comecou = agora()
    comparacao.marcar_texto(um, outro)
    assert agora() - comecou < timedelta(seconds=2)


def test_differences_speak_in_words(app: Flask) -> None:
    peticao = peticoes.rascunho(assunto="Leitos")
    um = peticao.versao
    anexar(peticao, "oficio.pdf")
    outro_tipo = cadastros.tipo("Segurança pública")
    salvar(peticao, assunto="Leitos de UTI", tipo_id=outro_tipo.id)
    antes, depois = versao_de(peticao.id, um), versao_de(peticao.id, peticao.versao)
    linhas = {d.rotulo: d.marcado for d in consultas.diferencas(antes, depois)}
    assert linhas["Assunto"] == "<p>Leitos <ins>de UTI</ins></p>"
    assert "Segurança pública" in linhas["Tipo da demanda"]
    (documento,) = consultas.documentos_diferentes(antes, depois)
    assert (documento.nome, documento.que) == ("oficio.pdf", "incluído")


def test_a_file_that_came_back_is_the_same_file(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    com = peticao.versao
    services.remover_anexo(peticao.id, peticao.documentos[0].id, por=peticao.autor, agora=agora())
    services.voltar(peticao.id, com, por=peticao.autor, versao=peticao.versao, agora=agora())
    assert consultas.documentos_diferentes(versao_de(peticao.id, com), versao_de(peticao.id, peticao.versao)) == []


@pytest.mark.parametrize(
    ("agente", "palavras"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
            "Chrome no Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge no Windows"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox no Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari no iPhone"),
        ("Werkzeug/3.1", "Werkzeug"),
        ("", "Aparelho não identificado"),
    ],
)
def test_a_browser_in_words(agente: str, palavras: str) -> None:
    assert em_palavras(agente) == palavras


# Pages


def test_the_pages_of_the_versions(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho(assunto="Leitos")
    salvar(peticao, assunto="Leitos de UTI")
    cliente = como(peticao.autor)
    lista = cliente.get(f"/peticoes/{peticao.id}/versoes").text
    assert "a atual" in lista
    assert "Começo do rascunho" in lista
    comparada = cliente.get(f"/peticoes/{peticao.id}/versoes/comparar?de=3&para=2")
    assert "O que mudou da versão 2 para a 3" in comparada.text
    assert "Voltar a esta versão" in comparada.text
    dados = {"versao": str(peticao.versao)}
    resposta = cliente.post(f"/peticoes/{peticao.id}/versoes/2/voltar", data=dados)
    assert (resposta.status_code, resposta.location) == (303, f"/peticoes/{peticao.id}/redigir")
    assert "O rascunho voltou à versão 2." in cliente.get(resposta.location).text
    outra_vez = cliente.post(f"/peticoes/{peticao.id}/versoes/2/voltar", data=dados)
    assert outra_vez.status_code == 409
    assert "O rascunho foi salvo de novo enquanto você olhava." in outra_vez.text


@pytest.mark.parametrize("argumentos", ["", "?de=a&para=2", "?de=1&para=" + "9" * 30])
def test_a_mangled_comparison_goes_to_the_list(como: Como, app: Flask, argumentos: str) -> None:
    peticao = peticoes.rascunho()
    resposta = como(peticao.autor).get(f"/peticoes/{peticao.id}/versoes/comparar{argumentos}")
    assert resposta.location == f"/peticoes/{peticao.id}/versoes"


def test_the_versions_of_a_filed_petition_are_read_and_not_brought_back(como: Como, app: Flask) -> None:
    peticao = peticoes.protocolada()
    cliente = como(peticao.autor)
    assert "Voltar à petição" in cliente.get(f"/peticoes/{peticao.id}/versoes").text
    assert "Voltar a esta versão" not in cliente.get(f"/peticoes/{peticao.id}/versoes/comparar?de=1&para=2").text
    assert como(contas.deputada()).get(f"/peticoes/{peticao.id}/versoes").status_code == 404
