"""Fields of model texts: which there are, how they are filled in, and what stays marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peticionamento.cadastros.modelos_de_texto import CAMPOS, completar, conferir_campos, pendentes, preencher
from peticionamento.comum.erros import Recusa

VALORES = {nome: f"<{nome}>" for nome in CAMPOS}


def recusa(html: str, *proprios: str) -> str:
    with pytest.raises(Recusa) as erro:
        conferir_campos(html, proprios)
    assert erro.value.campo == "texto"
    return erro.value.mensagem


def test_every_field_there_is_can_be_used_and_those_of_the_type() -> None:
    conferir_campos("".join(f"<p>{{{{{nome}}}}}</p>" for nome in CAMPOS))
    conferir_campos("{{ Município }} {{EMENDA}}", ["emenda"])
    conferir_campos("<p>Sem campos, só { chaves } soltas.</p>")


def test_a_field_nobody_fills_in_is_refused_by_its_name() -> None:
    assert recusa("<p>{{autor}} {{emenda}}</p>").startswith(
        "O campo {{emenda}} não existe. Os que podem ser usados: ano, "
    )
    assert recusa("{{b}} {{a}} {{b}}").startswith("Os campos {{a}} e {{b}} não existem.")
    assert "emenda" in recusa("{{valor}}", "emenda")
    assert "{{}}" in recusa("{{}}")


@pytest.mark.parametrize(
    ("html", "trecho"),
    [
        ("<p>De {{autor</p><p>e</p>", "De {{autor"),
        ("<p>De autor}} e</p>", "De autor}} e"),
        ("<p>{{au<strong>tor</strong>}}</p>", "{{autor}}"),
        ("{{{autor}}}", "{}"),
    ],
)
def test_a_field_left_open_is_shown_where_it_is(html: str, trecho: str) -> None:
    if trecho == "{}":
        assert preencher(html, VALORES) == "{&lt;autor&gt;}"
        return
    assert trecho in recusa(html)


def test_values_are_escaped_and_their_lines_kept() -> None:
    assert preencher("<p>{{autor}}</p>", {"autor": "<b>Ana</b> & Cia"}) == "<p>&lt;b&gt;Ana&lt;/b&gt; &amp; Cia</p>"
    assert preencher("{{ assunto }}", {"assunto": "um\ndois"}) == "um<br>dois"
    assert preencher("{{autor}}", {"autor": "{{numero}}", "numero": "1"}) == "{{numero}}"


def test_what_is_not_known_stays_marked_and_is_filled_in_later() -> None:
    rascunho = preencher("<p>Processo {{numero}}, {{proposicao}}, {{etapa}}</p>", {}, {"etapa": "Etapa atual"})
    assert rascunho == "<p>Processo [número], [proposição], [Etapa atual]</p>"
    assert pendentes(rascunho) == ["[número]", "[proposição]"]
    assert pendentes(rascunho, exceto=["numero"]) == ["[proposição]"]
    pronto = completar(rascunho, {"numero": "1490.01.0000001/2026-00", "proposicao": None})
    assert pronto == "<p>Processo 1490.01.0000001/2026-00, [proposição], [Etapa atual]</p>"


@given(st.text())
def test_no_value_becomes_markup(valor: str) -> None:
    cheio = preencher("<p>{{autor}}</p>", {"autor": valor})
    assert cheio.removeprefix("<p>").removesuffix("</p>").replace("<br>", "").count("<") == 0
