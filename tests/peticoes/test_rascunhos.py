"""Drafts on many devices and over many days: nothing typed is lost, and nothing is kept for ever."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from redis.exceptions import ConnectionError as SemConexao
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora, dia_e_mes, no_instante
from peticionamento.contas.models import Pessoa, Sessao
from peticionamento.peticoes import jobs, services
from peticionamento.peticoes.models import EstadoPeticao, Peticao, VersaoRascunho
from peticionamento.peticoes.queries.versoes import alheias_ao_salvar
from peticionamento.peticoes.services import Rascunho, RascunhoMudou, guarda
from tests.factories import contas, peticoes

Como = Callable[[Pessoa], FlaskClient]
DIA = timedelta(days=1)


def versoes(peticao_id: int) -> list[VersaoRascunho]:
    consulta = select(VersaoRascunho).where(VersaoRascunho.peticao_id == peticao_id).order_by(VersaoRascunho.numero)
    return list(db.session().execute(consulta).scalars())


# Any order of typing, saving, attaching, bringing back and reloading


class Aparelho:
    """A page open somewhere: what is in its fields, and the version it began from."""

    def __init__(self, peticao: Peticao) -> None:
        self.abrir(peticao)

    def abrir(self, peticao: Peticao) -> None:
        self.campos = {"assunto": peticao.assunto, "texto": peticao.texto_html, "referencia": peticao.referencia}
        self.versao = peticao.versao


class Gabinete(RuleBasedStateMachine):
    """Three devices on one draft."""

    @initialize()
    def comecar(self) -> None:
        self.peticao = peticoes.rascunho()
        self.aparelhos = [Aparelho(self.peticao) for _ in range(3)]
        self.mandados: dict[str, set[str]] = {"assunto": set(), "texto": set(), "referencia": set()}
        self.vez = 0

    @rule(qual=st.integers(0, 2), campo=st.sampled_from(["assunto", "texto", "referencia"]))
    def digitar(self, qual: int, campo: str) -> None:
        self.vez += 1
        dito = f"Dito {self.vez}"
        self.aparelhos[qual].campos[campo] = f"<p>{dito}</p>" if campo == "texto" else dito

    @rule(qual=st.integers(0, 2))
    def salvar(self, qual: int) -> None:
        aparelho = self.aparelhos[qual]
        campos = aparelho.campos
        for nome, valor in campos.items():
            self.mandados[nome].add(valor)
        dados = Rascunho(
            self.peticao.tipo_id, campos["assunto"], "Teófilo Otoni", campos["texto"], referencia=campos["referencia"]
        )
        instante = agora()
        try:
            peticao = services.rascunhar(
                self.peticao.id, dados, por=self.peticao.autor, versao=aparelho.versao, agora=instante
            )
        except RascunhoMudou:
            return  # the page goes on as it is, and asks the person
        # As the page does: what others saved comes to it, and its version is the newest.
        novas = alheias_ao_salvar(peticao, aparelho.versao, instante) or {}
        aparelho.campos |= {nome: valor for nome, valor in novas.items() if nome in aparelho.campos}
        aparelho.versao = peticao.versao
        assert aparelho.campos == Aparelho(peticao).campos  # it shows what is saved, and would not undo it next time

    @rule(qual=st.integers(0, 2))
    def recarregar(self, qual: int) -> None:
        self.salvar(qual)  # a page that goes away says what it has
        self.aparelhos[qual].abrir(self.peticao)

    @rule(marca=st.integers(0, 3))
    def anexar(self, marca: int) -> None:
        conteudo = io.BytesIO(peticoes.pdf_pequeno() + str(marca).encode())
        services.anexar(self.peticao.id, f"a{marca}.pdf", conteudo, por=self.peticao.autor, agora=agora())

    @rule()
    def remover(self) -> None:
        if self.peticao.documentos:
            alvo = self.peticao.documentos[0].id
            services.remover_anexo(self.peticao.id, alvo, por=self.peticao.autor, agora=agora())

    @rule(parte=st.floats(0, 1))
    def voltar(self, parte: float) -> None:
        numero = 1 + int(parte * (self.peticao.versao - 1))
        services.voltar(self.peticao.id, numero, por=self.peticao.autor, versao=self.peticao.versao, agora=agora())

    @invariant()
    def nothing_sent_is_lost(self) -> None:
        if not hasattr(self, "peticao"):
            return
        todas = [versao.conteudo for versao in versoes(self.peticao.id)]
        for nome, coluna in (("assunto", "assunto"), ("texto", "texto_html"), ("referencia", "referencia")):
            assert self.mandados[nome] <= {conteudo[coluna] for conteudo in todas}

    @invariant()
    def the_draft_is_one_of_its_versions_and_they_are_numbered_without_a_gap(self) -> None:
        if not hasattr(self, "peticao"):
            return
        todas = versoes(self.peticao.id)
        assert [versao.numero for versao in todas] == list(range(1, len(todas) + 1))
        assert self.peticao.versao == len(todas)
        atual = [versao.conteudo for versao in todas if "nao_aplicada" not in versao.conteudo][-1]
        assert (atual["assunto"], atual["texto_html"]) == (self.peticao.assunto, self.peticao.texto_html)
        assert [d["id"] for d in atual["documentos"]] == [d.id for d in self.peticao.documentos]


def test_whatever_three_devices_do_to_one_draft_no_text_is_lost(app: Flask) -> None:
    ajustes = settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Gabinete, settings=ajustes)


# What a page hears


def dados(peticao: Peticao, **mudancas: Any) -> dict[str, str]:
    return {
        "versao": str(peticao.versao),
        "tipo": str(peticao.tipo_id),
        "assunto": peticao.assunto,
        "municipio": peticao.municipio_digitado,
        "texto": peticao.texto_html,
        "formato": "html",
        **mudancas,
    }


def sozinho(cliente: FlaskClient, peticao: Peticao, enviado: dict[str, str]) -> TestResponse:
    """Save as the page does by itself."""
    return cliente.post(f"/peticoes/{peticao.id}/redigir", data=enviado, headers={"Accept": "application/json"})


def olhar(cliente: FlaskClient, peticao: Peticao, aba: str, versao: int | None = None) -> dict[str, Any]:
    """Ask what an open page asks every few seconds."""
    vista = peticao.versao if versao is None else versao
    resposta = cliente.get(f"/peticoes/{peticao.id}/presenca?aba={aba}&versao={vista}")
    assert resposta.status_code == 200
    return dict(json.loads(resposta.text))


def test_a_save_brings_back_what_others_saved_meanwhile(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho()
    antiga = dados(peticao)
    um, outro = como(peticao.autor), como(peticao.autor)
    assert sozinho(um, peticao, {**antiga, "assunto": "Do primeiro"}).json["campos"] == {}  # type: ignore[index]
    resposta = sozinho(outro, peticao, {**antiga, "texto": "<p>Do segundo.</p>"})
    assert resposta.status_code == 200
    assert resposta.json["campos"]["assunto"] == "Do primeiro"  # type: ignore[index]
    assert (peticao.assunto, peticao.texto_html) == ("Do primeiro", "<p>Do segundo.</p>")


def test_a_save_of_nothing_new_brings_back_what_others_saved_too(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho()
    antiga = dados(peticao)
    um, outro = como(peticao.autor), como(peticao.autor)
    sozinho(um, peticao, {**antiga, "assunto": "Do primeiro"})
    resposta = sozinho(outro, peticao, antiga).json
    assert resposta is not None
    assert (resposta["campos"], resposta["novo"]) == ({"assunto": "Do primeiro"}, True)
    assert peticao.assunto == "Do primeiro"
    assert sozinho(um, peticao, dados(peticao)).json["novo"] is False  # type: ignore[index]


def test_a_conflict_says_where_both_texts_are(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho()
    antiga = dados(peticao)
    um, outro = como(peticao.autor), como(peticao.autor)
    sozinho(um, peticao, {**antiga, "texto": "<p>Do primeiro.</p>"})
    resposta = sozinho(outro, peticao, {**antiga, "texto": "<p>Do segundo.</p>"})
    assert resposta.status_code == 409
    conflito = resposta.json
    assert conflito is not None
    comparada = outro.get(conflito["comparar"]).text
    assert "<del>primeiro." in comparada
    assert "<ins>segundo." in comparada
    usada = outro.post(conflito["usar"], data={"versao": conflito["versao"]}, headers={"Accept": "application/json"})
    assert usada.status_code == 200
    assert peticao.texto_html == "<p>Do segundo.</p>"


def test_without_scripts_a_conflict_offers_the_same_three_ways(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho()
    antiga = dados(peticao)
    cliente = como(peticao.autor)
    sozinho(cliente, peticao, {**antiga, "assunto": "Do primeiro"})
    resposta = cliente.post(f"/peticoes/{peticao.id}/redigir", data={**antiga, "assunto": "Do segundo"})
    assert resposta.status_code == 409
    assert 'value="Do segundo"' in resposta.text
    for oferta in ("Ver as diferenças", "Usar a minha", "Usar a outra"):
        assert oferta in resposta.text
    assert "ficou guardado ao lado, como versão" in resposta.text


FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0"


def de_outro_aparelho(app: Flask, pessoa: Pessoa, como: Como) -> FlaskClient:
    """A second sign-in of the same person, in a Firefox."""
    cliente = como(pessoa)
    with transaction() as session:
        ultima = session.execute(select(Sessao).order_by(Sessao.criada_em.desc()).limit(1)).scalar_one()
        ultima.aparelho = FIREFOX
    return cliente


def test_two_devices_see_each_other_and_what_each_saved(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho()
    um = como(peticao.autor)
    outro = de_outro_aparelho(app, peticao.autor, como)
    assert olhar(um, peticao, "aaaaaaaa")["presenca"] == ""
    olhar(outro, peticao, "bbbbbbbb")
    assert olhar(um, peticao, "aaaaaaaa")["presenca"] == "Este rascunho está aberto também em Firefox no Android."
    vista = peticao.versao
    sozinho(outro, peticao, dados(peticao, assunto="Do telefone"))
    visto = olhar(um, peticao, "aaaaaaaa", vista)
    assert ", salvo às " in visto["presenca"]
    assert (visto["versao"], visto["campos"]) == (vista + 1, {"assunto": "Do telefone"})


def test_another_tab_and_another_person_are_said_so(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho()
    cliente = como(peticao.autor)
    olhar(cliente, peticao, "aaaaaaaa")
    assert (
        olhar(cliente, peticao, "bbbbbbbb")["presenca"]
        == "Este rascunho está aberto também em outra aba deste navegador."
    )
    assert "campos" in olhar(cliente, peticao, "<script>")  # a mangled name is nobody's


def test_without_redis_those_who_saved_a_moment_ago_are_seen(
    como: Como, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    peticao = peticoes.rascunho()
    um = como(peticao.autor)
    outro = de_outro_aparelho(app, peticao.autor, como)
    sozinho(outro, peticao, dados(peticao, assunto="Do telefone"))
    monkeypatch.setitem(app.extensions, "redis", _RedisMorto())
    assert olhar(um, peticao, "aaaaaaaa")["presenca"].startswith(
        "Este rascunho acaba de ser salvo também em Firefox no Android às "
    )


class _RedisMorto:
    def pipeline(self, **_opcoes: object) -> None:
        raise SemConexao("away")

    def close(self) -> None:
        pass


def test_a_page_left_open_hears_that_the_petition_was_filed(como: Como, app: Flask) -> None:
    peticao = peticoes.protocolada()
    assert "já foi protocolada" in olhar(como(peticao.autor), peticao, "aaaaaaaa")["fim"]


# Thirty days


def avisos(peticao: Peticao) -> list[Aviso]:
    consulta = select(Aviso).where(Aviso.assunto.contains("Seu rascunho será apagado")).order_by(Aviso.id)
    return [aviso for aviso in db.session().execute(consulta).scalars() if f"/peticoes/{peticao.id}/" in aviso.texto]


def varrer(instante: datetime) -> None:
    with no_instante(instante):
        jobs.varrer_rascunhos()


def existe(peticao_id: int) -> bool:
    return bool(db.session().execute(select(func.count()).where(Peticao.id == peticao_id)).scalar_one())


def test_a_draft_nobody_touches_is_told_of_once_and_then_goes_with_its_versions(app: Flask) -> None:
    peticao = peticoes.com_anexo(peticoes.rascunho())
    id_, comeco = peticao.id, peticao.alterada_em
    varrer(comeco + 26 * DIA)
    assert avisos(peticao) == []
    for dia in (27.1, 28, 29.9):
        varrer(comeco + dia * DIA)
    (aviso,) = avisos(peticao)
    assert aviso.para == peticao.autor.email
    with no_instante(comeco + 27.1 * DIA):
        assert aviso.assunto == f"Seu rascunho será apagado em {dia_e_mes(comeco + 30 * DIA)}: Leitos de UTI"
    assert existe(id_)
    varrer(comeco + 30.2 * DIA)
    db.session().expire_all()
    assert not existe(id_)
    assert versoes(id_) == []


def test_opening_or_saving_begins_the_days_anew(como: Como, app: Flask) -> None:
    peticao = peticoes.rascunho()
    comeco, autor = peticao.alterada_em, peticao.autor
    cliente = como(autor)
    with transaction() as session:
        session.execute(Sessao.__table__.update().values(vale_ate=comeco + 90 * DIA))  # type: ignore[attr-defined]
    varrer(comeco + 28 * DIA)
    guarda.abrir(peticao, por=autor, agora=comeco + 28.5 * DIA)
    db.session().expire_all()
    varrer(comeco + 31 * DIA)
    varrer(comeco + 40 * DIA)
    assert existe(peticao.id)
    assert peticao.alterada_em == comeco  # opening is not saving
    varrer(comeco + 56 * DIA)
    assert len(avisos(peticao)) == 2  # told again, of the new end
    pagina = cliente.get(f"/peticoes/{peticao.id}/redigir").text
    assert f"guardado até {dia_e_mes(guarda.guardado_ate(peticao.usada_em))}" in pagina


def test_opening_writes_at_most_once_a_day(app: Flask, contar_consultas: Any) -> None:
    peticao = peticoes.rascunho()
    with contar_consultas() as vistas:
        guarda.abrir(peticao, por=peticao.autor, agora=agora())
    assert [comando for comando in vistas.comandos if not comando.startswith("SELECT")] == []
    guarda.abrir(peticao, por=peticao.autor, agora=peticao.alterada_em + 2 * DIA)
    assert peticao.aberta_em == peticao.alterada_em + 2 * DIA


def test_nobody_loses_a_draft_that_they_were_not_told_of(app: Flask) -> None:
    peticao = peticoes.rascunho()
    comeco = peticao.alterada_em
    varrer(comeco + 45 * DIA)  # the sweep was away for weeks
    assert existe(peticao.id)
    with no_instante(comeco + 45 * DIA):
        assert f"em {dia_e_mes(comeco + 48 * DIA)}:" in avisos(peticao)[0].assunto
    varrer(comeco + 47 * DIA)
    assert existe(peticao.id)
    varrer(comeco + 48.1 * DIA)
    db.session().expire_all()
    assert not existe(peticao.id)


def test_the_versions_of_a_filed_petition_go_after_as_many_days_and_it_stays(app: Flask) -> None:
    peticao = peticoes.protocolada()
    protocolada_em = peticao.protocolada_em
    assert protocolada_em is not None
    varrer(protocolada_em + 29 * DIA)
    assert versoes(peticao.id)
    varrer(protocolada_em + 31 * DIA)
    db.session().expire_all()
    assert versoes(peticao.id) == []
    assert peticao.estado is EstadoPeticao.PROTOCOLADA


@pytest.mark.config(dias_rascunho=10)
def test_the_days_are_a_setting(app: Flask) -> None:
    peticao = peticoes.rascunho()
    varrer(peticao.alterada_em + 7.5 * DIA)
    assert len(avisos(peticao)) == 1
    assert "ficam guardados por 10 dias" in avisos(peticao)[0].texto


def test_both_the_author_and_who_drafts_for_them_are_told(app: Flask) -> None:
    peticao = peticoes.rascunho()
    assessora = contas.pessoa(Papel.ASSESSOR)
    peticao.escrita_por_id = assessora.id
    db.session().flush()
    varrer(peticao.alterada_em + 28 * DIA)
    assert {aviso.para for aviso in avisos(peticao)} == {peticao.autor.email, assessora.email}
