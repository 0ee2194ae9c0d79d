"""Every route, with every role and with nobody: each answers what its declaration says, and none breaks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter
from werkzeug.test import TestResponse

from peticionamento.comum.permissoes import REGISTRO, Papel, pode
from peticionamento.contas.models import Pessoa
from peticionamento.paginas import Token
from tests.factories import cadastros, triagem
from tests.factories.peticoes import pdf_pequeno
from tests.whole.casa import Casa, endereco, metodo, montar, permissao, rotas

Como = Callable[[Pessoa], FlaskClient]

ENDERECO = re.compile(r"/([a-z]+(-[a-z]+)*(\.(pdf|xlsx|ods|csv))?|<int:[a-z_]+>(\.png)?|<token:[a-z_]+>(\.ics)?)")
COM_LINHAS = {Papel.DEPUTADO, Papel.ASSESSOR, Papel.AGENTE}
"""Roles that see their own rows alone; SEGOV and the administration see everybody's."""

CAMPOS = (
    "acesso", "agenda", "ajuste", "assunto", "base_legal", "campos-0-nome", "campos-0-rotulo", "campos-0-tipo",
    "chave", "documento_principal", "documentos-0-dica", "documentos-0-documento", "documentos-0-papel",
    "extensoes_outros", "extensoes_principal", "forma_principal", "formato", "hipotese", "identificacao", "instrucao",
    "ir", "limite_outros", "limite_principal", "modelo", "motivo", "municipio", "nome", "ordem", "orgaos",
    "orientacao", "palavras", "prazo", "proposicao", "proximo", "recebimento", "referencia", "regra_acesso",
    "retrato", "senha", "senha_atual", "senha_nova", "substituir", "tema", "texto", "texto_padrao", "tipo", "titulo",
    "unidade", "unidades", "versao", "versao_rascunho",
    "comentario", "demandas", "nota", "pergunta", "principal",
    "dias_uteis-0-limiar", "dias_uteis-0-pontos", "ods", "urgencia", "visto",
    "ativa", "ativo", "ato", "cargo", "carta", "combinacao", "conferir", "destinatario", "destinos-0-acesso",
    "destinos-0-dias_uteis", "destinos-0-instrucao", "destinos-0-orgao", "entidade", "explicacao", "fundamento",
    "particulares-0-acesso", "particulares-0-instrucao", "particulares-0-orgao", "particulares-0-prazo", "vistas",
    "marcador", "canal", "canal_novo", "endereco", "fim", "orgao", "situacao",
    "comentario", "competencias", "email", "nota", "palavras_chave", "pergunta",
    "dia", "evidencia", "fim", "inicio", "linhas",
    "decisao", "frase",
    "anexo", "endereco", "hipotese", "ligado", "limite_mb", "numeracao", "para", "serie_anexo", "serie_instrucao",
    "serie_principal", "tipo_procedimento", "unidade",
    "andamento", "coordenacao", "entregas", "rascunhos", "respostas",
    "mais", "partes-0-assunto", "partes-0-documentos", "partes-0-municipio", "partes-0-tema", "partes-0-texto",
    "aberto", "processo",
)  # fmt: skip
"""The name of every field there is."""


def pedir(cliente: FlaskClient, como: str, onde: str, **opcoes: Any) -> TestResponse:
    resposta = cliente.open(onde, method=como, **opcoes)
    assert resposta.status_code < 500, f"{como} {onde}: {resposta.status}"
    return resposta


def um_arquivo() -> dict[str, tuple[io.BytesIO, str]]:
    return {"arquivos": (io.BytesIO(pdf_pequeno()), "ofício.pdf")}


@pytest.fixture
def casa(app: Flask) -> Casa:
    return montar()


def test_addresses_are_portuguese_words_with_hyphens_and_typed_ids(app: Flask) -> None:
    for regra in rotas(app):
        if regra.rule != "/":
            assert re.fullmatch(f"({ENDERECO.pattern})+", regra.rule), regra.rule
        assert all(isinstance(tipo, IntegerConverter | Token) for tipo in regra._converters.values()), regra.rule


def test_a_route_and_its_permission_are_of_one_room(app: Flask) -> None:
    for regra in rotas(app):
        nome = permissao(app, regra)
        if nome is not None:
            assert nome in REGISTRO
            assert nome.split(".")[0] == regra.endpoint.split(".")[0]


FALAM_TUS = {"peticoes.abrir_envio", "peticoes.envio"}
"""Uploads in parts: the protocol has methods and refusals of its own (PATCH and DELETE, 400 and 412)."""


def test_a_route_changes_things_by_post_alone(app: Flask) -> None:
    for regra in rotas(app):
        metodos = (regra.methods or set()) - {"HEAD", "OPTIONS"}
        assert metodos in ({"GET"}, {"POST"}) or regra.endpoint in FALAM_TUS, regra.rule


def test_a_stranger_is_shown_to_the_door(app: Flask, cliente: FlaskClient, casa: Casa) -> None:
    for regra in rotas(app):
        onde = casa.endereco(app, regra)
        resposta = pedir(cliente, metodo(regra), onde)
        if permissao(app, regra) is None:
            assert resposta.status_code in (200, 422), regra.rule
        elif metodo(regra) == "GET":
            assert resposta.status_code == 302, regra.rule
            assert resposta.location.split("?")[0] == "/entrar"
        else:
            assert resposta.status_code == 401, regra.rule
            assert "Sua sessão terminou" in resposta.text


def test_a_strangers_script_hears_it_in_json(app: Flask, cliente: FlaskClient, casa: Casa) -> None:
    for regra in rotas(app):
        if permissao(app, regra) is not None:
            resposta = pedir(cliente, metodo(regra), casa.endereco(app, regra), headers={"Accept": "application/json"})
            assert (resposta.status_code, resposta.is_json) == (401, True), regra.rule


ACABAM = {
    "cadastros.remover_dia": 1,
    "cadastros.remover_indisponibilidade": 1,
    "peticoes.remover_anexo": 1,
    "peticoes.cancelar_envio": 2,
    "peticoes.descartar": 3,
}
"""What ends with what others ask for comes after them."""


@pytest.mark.parametrize("papel", list(Papel))
def test_a_role_goes_where_it_was_granted_and_nowhere_else(app: Flask, como: Como, casa: Casa, papel: Papel) -> None:
    pessoa = casa.pessoas[papel]
    for regra in sorted(rotas(app), key=lambda regra: (metodo(regra), ACABAM.get(regra.endpoint, 0))):
        resposta = pedir(como(pessoa), metodo(regra), casa.endereco(app, regra))
        nome = permissao(app, regra)
        if nome is not None and not pode(pessoa, nome):
            assert resposta.status_code == 403, regra.rule
            assert "Seu perfil não dá acesso a esta página." in resposta.text
        elif metodo(regra) == "GET":
            assert resposta.status_code in (200, 302), (regra.rule, resposta.status)
        else:  # an empty form is refused, a stale version too; what asks for nothing is done
            do_protocolo = (400, 412) if regra.endpoint in FALAM_TUS else ()
            assert resposta.status_code in (200, 303, 409, 422, *do_protocolo), (regra.rule, resposta.status)


@pytest.mark.parametrize("papel", sorted(COM_LINHAS))
def test_what_is_anothers_does_not_exist(app: Flask, como: Como, casa: Casa, papel: Papel) -> None:
    estranho = casa.estranhos[papel]
    vistas = 0
    for regra in rotas(app):
        nome = permissao(app, regra)
        if regra.arguments and nome is not None and pode(estranho, nome):
            resposta = pedir(como(estranho), metodo(regra), casa.endereco(app, regra), data=um_arquivo())
            assert resposta.status_code == 404, (regra.rule, resposta.status)
            assert "Página não encontrada." in resposta.text
            vistas += 1
    assert vistas > 5


def test_an_id_of_nothing_is_not_found(app: Flask, como: Como, casa: Casa) -> None:
    for pessoa in casa.pessoas.values():
        cliente = como(pessoa)
        for regra in rotas(app):
            nome = permissao(app, regra)
            if not regra.arguments or nome is None or not pode(pessoa, nome):
                continue
            for pedido in (0, 999_999, 2**63, 10**40):
                onde = endereco(app, regra, dict.fromkeys(regra.arguments, pedido))
                resposta = pedir(cliente, metodo(regra), onde, data=um_arquivo())
                # Werkzeug says 405 where a number larger than any id leaves no route of that method.
                assert resposta.status_code in ((404,) if pedido < 2**63 else (404, 405)), (onde, resposta.status)


CONSULTAS = (
    "depois=x", "depois=WzFd", "aba=x", "aba=%00", "orgao=%00", "prazo=%00", "prazo=" + "9" * 400, "%FF=%FF",
    "q=%22%22+-+%27&de=9999-12-31&ate=0001-01-01&municipio=x&tema=" + "9" * 40, "q=%FF&ate=9999-12-31&tipo=-1",
    "mes=2026-99",
)  # fmt: skip


def test_no_question_mark_breaks_a_page(app: Flask, como: Como, casa: Casa) -> None:
    for pessoa in casa.pessoas.values():
        cliente = como(pessoa)
        for regra in rotas(app):
            nome = permissao(app, regra)
            if metodo(regra) == "GET" and nome is not None and pode(pessoa, nome):
                for consulta in CONSULTAS:
                    pedir(cliente, "GET", f"{casa.endereco(app, regra)}?{consulta}")


DIGITADOS = ("a\x00b", "\ud83d", "9" * 40, "-1", "x" * 100_000, "<script>alert(1)</script>")


def test_nothing_typed_breaks_a_page(app: Flask, como: Como, casa: Casa) -> None:
    for pessoa in casa.pessoas.values():
        for regra in rotas(app):
            nome = permissao(app, regra)
            if metodo(regra) == "POST" and (nome is None or pode(pessoa, nome)):
                for digitado in DIGITADOS:
                    dados = dict.fromkeys(CAMPOS, digitado.encode("utf-8", "surrogatepass"))
                    resposta = pedir(como(pessoa), "POST", casa.endereco(app, regra), data=dados)
                    assert b"<script>alert" not in resposta.data


def test_no_key_typed_into_a_form_breaks_a_page(app: Flask, como: Como, casa: Casa) -> None:
    deputada, triador = como(casa.pessoas[Papel.DEPUTADO]), como(casa.pessoas[Papel.TRIADOR])
    assert pedir(deputada, "POST", "/peticoes/nova", data={"tipo": 2**63, "chave": "a"}).status_code == 422
    boa = {"tipo": cadastros.tipo().id, "chave": "a\x00b"}
    assert pedir(deputada, "POST", "/peticoes/nova", data=boa).status_code == 303
    demanda = triagem.em_triagem(casa.pessoas[Papel.TRIADOR])
    dados = {"versao": demanda.versao, "instrucao": "Informar.", "prazo": "10", "orgaos": [2**63]}
    assert pedir(triador, "POST", f"/triagem/{demanda.id}/distribuir", data=dados).status_code == 422


def test_asking_the_wrong_way_says_which_is_right(app: Flask, como: Como, casa: Casa) -> None:
    cliente = como(casa.pessoas[Papel.DEPUTADO])
    for regra in rotas(app):
        onde = casa.endereco(app, regra)
        outras = {metodo(outra) for outra in rotas(app) if outra.rule == regra.rule}
        for errado in {"GET", "POST", "PUT", "DELETE"} - outras - (regra.methods or set()):
            resposta = pedir(cliente, errado, onde)
            assert resposta.status_code == 405, (errado, regra.rule)
            assert outras <= set(resposta.headers["Allow"].split(", "))
            assert "Este endereço não funciona assim." in resposta.text
