"""Splitting a petition: each part a process, a demand and an answer of its own; undone within the day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum.avisos import Aviso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import AcaoIndevida, Conflito, NaoEncontrado, Recusa
from peticionamento.comum.historico import do_autor, do_orgao
from peticionamento.comum.protocolo import numero_valido
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.espera import espera_de
from peticionamento.peticoes.models import Acompanhamento, Documento, Especie, Etapa, PapelDocumento, Peticao
from peticionamento.peticoes.queries import documentos_de, razao
from peticionamento.peticoes.services import desmembramento as processos
from peticionamento.peticoes.services import documento_legivel
from peticionamento.triagem import apensamento, desmembramento, services
from peticionamento.triagem.desmembramento import Parte
from peticionamento.triagem.models import Demanda, EstadoDemanda, Urgencia
from tests.factories import cadastros, contas, depois, peticoes, triagem

ESCOLA = Parte("Reforma da escola estadual", "Peço a reforma do telhado da escola estadual.", "Teófilo Otoni")
PONTE = Parte("Ponte sobre o rio", "Peço a construção de uma ponte na estrada de acesso ao distrito.", "Teófilo Otoni")


@pytest.fixture
def ana(app: Flask) -> Pessoa:
    return contas.triador("Ana")


@pytest.fixture
def autora(app: Flask) -> Pessoa:
    return contas.deputada("Helena Prates")


@pytest.fixture
def demanda(ana: Pessoa, autora: Pessoa) -> Demanda:
    """In Ana's hands, with an attachment."""
    return triagem.em_triagem(ana, peticoes.protocolada(autora, assunto="Leitos, escola e ponte", anexo=True))


def separar(
    demanda: Demanda, por: Pessoa, partes: Sequence[Parte] = (ESCOLA, PONTE), versao: int | None = None
) -> list[Demanda]:
    vista = demanda.versao if versao is None else versao
    return desmembramento.desmembrar(demanda.id, partes, por=por, versao=vista, agora=agora())


def reunir(demanda: Demanda, por: Pessoa, em: timedelta = timedelta(0)) -> Demanda:
    return desmembramento.reunir(demanda.id, por=por, versao=demanda.versao, agora=agora() + em)


def situacao(demanda: Demanda) -> Acompanhamento:
    return db.session().get_one(Acompanhamento, demanda.peticao_id, populate_existing=True)


def do(demanda: Demanda, papel: PapelDocumento) -> list[Documento]:
    return [d for d in documentos_de(demanda.peticao_id) if d.papel is papel]


def lido_pelo_autor(demanda: Demanda) -> list[str]:
    return [linha.texto for linha in do_autor(demanda.peticao_id, demanda.autor_id)]


def sequencia(peticao: Peticao) -> int:
    return int((peticao.numero or "").split(".")[2].split("/")[0])


def test_each_part_is_a_process_of_its_own_tied_to_the_first(ana: Pessoa, demanda: Demanda) -> None:
    primeira = demanda.peticao
    escola, ponte = separar(demanda, ana)
    assert [escola.peticao.assunto, ponte.peticao.assunto] == [ESCOLA.assunto, PONTE.assunto]
    for parte, digitada in ((escola, ESCOLA), (ponte, PONTE)):
        peticao = parte.peticao
        assert (peticao.especie, peticao.origem_id, peticao.estado) == (
            Especie.DESMEMBRAMENTO, primeira.id, primeira.estado,
        )  # fmt: skip
        assert (peticao.autor_id, peticao.tipo_id, peticao.unidade_id, peticao.acesso) == (
            primeira.autor_id, primeira.tipo_id, primeira.unidade_id, primeira.acesso,
        )  # fmt: skip
        assert peticao.texto_html == f"<p>{digitada.texto}</p>"
        assert parte.estado is EstadoDemanda.AGUARDANDO
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM
    assert demanda.triador_id == ana.id
    assert primeira.assunto == "Leitos, escola e ponte"


def test_numbers_follow_one_another_without_a_gap_also_after_a_refusal(ana: Pessoa, demanda: Demanda) -> None:
    with pytest.raises(Recusa):
        separar(demanda, ana, [ESCOLA, Parte("Sem texto")])
    partes = separar(demanda, ana)
    assert [sequencia(p.peticao) - sequencia(demanda.peticao) for p in partes] == [1, 2]
    assert all(numero_valido(p.peticao.numero or "") for p in partes)
    assert sequencia(peticoes.protocolada()) == sequencia(partes[-1].peticao) + 1


def test_a_part_waits_on_the_desk_with_the_firsts_term_and_urgency(ana: Pessoa, demanda: Demanda) -> None:
    with transaction():
        demanda.vence_dia, demanda.urgencia = triagem.daqui_a(1), Urgencia.URGENTE
    (parte,) = separar(demanda, ana, [ESCOLA])
    assert (parte.vence_dia, parte.urgencia) == (triagem.daqui_a(1), Urgencia.URGENTE)
    assert {criterio for criterio, _, _ in parte.razoes} >= {"urgencia", "dias_uteis"}
    onde = situacao(parte)
    assert (onde.etapa, onde.onde, onde.vence_dia) == (Etapa.PROTOCOLADA, services.ONDE_AGUARDA, triagem.daqui_a(1))


def test_a_part_has_its_own_place_theme_and_fingerprint(ana: Pessoa, demanda: Demanda) -> None:
    cadastros.municipio("Almenara")
    longo = "Peço reforma do telhado, troca das portas, pintura das salas, banheiros novos e quadra coberta na escola."
    (parte,) = separar(demanda, ana, [Parte("Escola", longo, "Almenara")])
    assert (parte.peticao.municipio and parte.peticao.municipio.nome) == "Almenara"
    assert parte.municipio_id == parte.peticao.municipio_id
    assert parte.impressao
    assert parte.impressao != demanda.impressao


def test_the_place_left_blank_is_the_petitions(ana: Pessoa, demanda: Demanda) -> None:
    (parte,) = separar(demanda, ana, [Parte("Escola", "Peço a reforma da escola.")])
    assert parte.peticao.municipio_id == demanda.peticao.municipio_id


def test_the_petition_goes_with_every_part_and_the_attachments_with_those_chosen(ana: Pessoa, demanda: Demanda) -> None:
    (anexo,) = do(demanda, PapelDocumento.ANEXO)
    com = Parte(ESCOLA.assunto, ESCOLA.texto, documentos=frozenset({anexo.id}))
    escola, ponte = separar(demanda, ana, [com, PONTE])
    (principal,) = do(demanda, PapelDocumento.PRINCIPAL)
    for parte in (escola, ponte):
        (copia,) = do(parte, PapelDocumento.PRINCIPAL)
        assert copia.id != principal.id
        assert copia.arquivo_id is not None
        assert copia.arquivo_id == principal.arquivo_id
        assert copia.numero_sei != principal.numero_sei
        assert f"{principal.numero_sei}" in copia.observacao
    assert [d.arquivo_id for d in do(escola, PapelDocumento.ANEXO)] == [anexo.arquivo_id]
    assert do(ponte, PapelDocumento.ANEXO) == []
    assert [d.papel for d in documentos_de(escola.peticao_id)] == [
        PapelDocumento.PRINCIPAL, PapelDocumento.ANEXO, PapelDocumento.TERMO,
    ]  # fmt: skip


def test_a_petition_that_could_not_be_drawn_is_drawn_later_the_same(
    ana: Pessoa, demanda: Demanda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desmembramento, "emitir_se_der", lambda documento: documento)
    (parte,) = separar(demanda, ana, [ESCOLA])
    (copia,), (principal,) = do(parte, PapelDocumento.PRINCIPAL), do(demanda, PapelDocumento.PRINCIPAL)
    assert (copia.arquivo_id, principal.arquivo_id) == (None, None)
    um, outro = (documento_legivel(d.id, por=demanda.peticao.autor) for d in (copia, principal))
    assert um.arquivo is not None
    assert outro.arquivo is not None
    assert um.arquivo.sha256 == outro.arquivo.sha256


def test_a_term_in_both_processes_says_what_was_split(ana: Pessoa, demanda: Demanda) -> None:
    escola, ponte = separar(demanda, ana, [Parte("Escola <nova>", "Peço a <b>escola</b>."), PONTE])
    (na_primeira,), (na_parte,) = do(demanda, PapelDocumento.TERMO), do(escola, PapelDocumento.TERMO)
    for parte in (escola, ponte):
        assert (parte.peticao.numero or "?") in (na_primeira.texto_html or "")
    assert (demanda.peticao.numero or "?") in (na_parte.texto_html or "")
    assert "1.677" in (na_parte.texto_html or "")
    for termo in (na_primeira, na_parte):
        assert "Escola &lt;nova&gt;" in (termo.texto_html or "")
        assert "<b>" not in (termo.texto_html or "")
        lido = documento_legivel(termo.id, por=demanda.peticao.autor)
        assert lido.arquivo is not None
        assert lido.arquivo.paginas == 1


def test_histories_say_it_on_both_sides(ana: Pessoa, demanda: Demanda) -> None:
    escola, ponte = separar(demanda, ana)
    dita = (
        f"3 demandas: esta, {escola.peticao.numero} (“{ESCOLA.assunto}”) e {ponte.peticao.numero} (“{PONTE.assunto}”)"
    )
    assert lido_pelo_autor(demanda)[0] == f"A Secretaria de Governo separou o pedido em {dita}."
    assert do_orgao(demanda.peticao_id)[0].texto == f"Desmembrou em {dita}."
    frase = f"Parte de {demanda.peticao.numero}: a Secretaria de Governo separou o pedido em 3 demandas."
    for parte in (escola, ponte):
        assert lido_pelo_autor(parte) == [frase]
        assert [linha.texto for linha in do_orgao(parte.peticao_id)] == [frase]


def test_the_author_gets_one_notice_with_all_the_numbers(ana: Pessoa, autora: Pessoa, demanda: Demanda) -> None:
    partes = separar(demanda, ana)
    consulta = select(Aviso).where(Aviso.modelo == "peticoes/desmembrada")
    (aviso,) = db.session().execute(consulta).scalars()
    carta = aviso.carta()
    assert aviso.para == autora.email
    assert carta.assunto == "Seu pedido foi separado em 3 demandas: Leitos, escola e ponte"
    for uma in (demanda, *partes):
        assert (uma.peticao.numero or "?") in carta.texto
        assert (uma.peticao.numero or "?") in carta.html
        assert f"/peticoes/{uma.peticao_id}\n" in carta.texto


def test_the_ledger_of_each_tells_of_the_others(ana: Pessoa, demanda: Demanda) -> None:
    escola, ponte = separar(demanda, ana)
    assert [linha.parte for linha in razao(demanda.peticao)] == ["", ESCOLA.assunto, PONTE.assunto]
    na_escola = razao(escola.peticao)
    assert [linha.numero for linha in na_escola] == [demanda.peticao.numero, None, ponte.peticao.numero]


def test_each_part_is_answered_by_itself(ana: Pessoa, demanda: Demanda) -> None:
    escola, _ponte = separar(demanda, ana)
    services.assumir(escola.id, por=ana, versao=escola.versao, agora=agora())
    services.distribuir(escola.id, [triagem.destino("SES")], por=ana, versao=escola.versao, agora=agora())
    triagem.entregar(escola)
    triagem.responder(escola)
    triagem.homologar(escola)
    assert situacao(escola).respondida_em is not None
    assert len(do(escola, PapelDocumento.RESPOSTA)) == 1
    assert do(demanda, PapelDocumento.RESPOSTA) == []
    assert situacao(demanda).respondida_em is None
    assert demanda.estado is EstadoDemanda.EM_TRIAGEM


def test_a_repeated_part_counts_the_days_from_the_petition(ana: Pessoa, demanda: Demanda) -> None:
    with transaction():
        demanda.peticao.protocolada_em = agora() - timedelta(days=40)
    (parte,) = separar(demanda, ana, [ESCOLA])
    depois.assinar(depois.continuacao(parte.peticao, Especie.REITERACAO))
    assert str(espera_de(parte.peticao_id)) == "reiterada 1 vez, 40 dias de espera"


def test_access_and_its_ground_go_along(ana: Pessoa, demanda: Demanda) -> None:
    hipotese = cadastros.hipotese()
    with transaction():
        demanda.peticao.acesso, demanda.peticao.hipotese_id = NivelAcesso.RESTRITO, hipotese.id
    (parte,) = separar(demanda, ana, [ESCOLA])
    assert (parte.peticao.acesso, parte.peticao.hipotese_id) == (NivelAcesso.RESTRITO, demanda.peticao.hipotese_id)
    (termo,) = do(parte, PapelDocumento.TERMO)
    assert termo.acesso is NivelAcesso.RESTRITO


RECUSADAS = [
    ([], "Escreva o assunto e o texto de pelo menos mais uma demanda.", "partes-0-assunto"),
    ([Parte(municipio="Teófilo Otoni")], "pelo menos mais uma demanda", "partes-0-assunto"),
    ([ESCOLA, Parte(texto="Peço a ponte.")], "3ª demanda: escreva o assunto.", "partes-1-assunto"),
    ([Parte("a" * 101, "Peço.")], "2ª demanda: o assunto pode ter no máximo 100", "partes-0-assunto"),
    ([Parte("Escola", " \n ")], "2ª demanda: escreva o que ela pede", "partes-0-texto"),
    ([Parte("Escola", "a" * 20_001)], "2ª demanda: o texto tem 20.001 caracteres", "partes-0-texto"),
    ([Parte("Escola", "Peço.", "Atlântida")], "“Atlântida” não é um município", "partes-0-municipio"),
    ([Parte("Escola", "Peço.", tema_id=999_999)], "2ª demanda: escolha um tema", "partes-0-tema"),
    ([Parte("Escola", "Peço.", documentos=frozenset({999_999}))], "não é deste processo", "partes-0-documentos"),
    ([ESCOLA] * 11, "no máximo 10 demandas", None),
]


@pytest.mark.parametrize(("partes", "frase", "campo"), RECUSADAS)
def test_what_is_no_part_is_refused_beside_its_field(
    ana: Pessoa, demanda: Demanda, partes: list[Parte], frase: str, campo: str | None
) -> None:
    with pytest.raises(Recusa, match=re.escape(frase)) as recusa:
        separar(demanda, ana, partes)
    assert recusa.value.campo == campo
    assert desmembramento.partes_de(demanda) == []


def test_a_document_of_another_process_is_not_taken(ana: Pessoa, demanda: Demanda) -> None:
    alheio = do(triagem.demanda(peticoes.protocolada(anexo=True)), PapelDocumento.ANEXO)[0]
    with pytest.raises(Recusa, match="não é deste processo"):
        separar(demanda, ana, [Parte("Escola", "Peço.", documentos=frozenset({alheio.id}))])


def test_blank_places_are_no_parts_and_ten_fit(ana: Pessoa, demanda: Demanda) -> None:
    partes = separar(demanda, ana, [Parte(), *[ESCOLA] * 10, Parte()])
    assert len(partes) == 10
    assert sequencia(partes[-1].peticao) == sequencia(demanda.peticao) + 10


def test_only_what_is_in_ones_hands_is_split(ana: Pessoa, demanda: Demanda) -> None:
    with pytest.raises(Conflito, match="Ana"):
        separar(demanda, contas.triador("Bruno"))
    with pytest.raises(AcaoIndevida, match="Aguarda triagem"):
        separar(triagem.demanda(peticoes.protocolada()), ana)
    for alheio in (demanda.peticao.autor, contas.agente("SES")):
        with pytest.raises(NaoEncontrado):
            separar(demanda, alheio)
        with pytest.raises(NaoEncontrado):
            reunir(demanda, alheio)
    assert separar(demanda, contas.coordenadora(), [ESCOLA])


def test_an_old_page_is_told_who_did_what(ana: Pessoa, demanda: Demanda) -> None:
    with pytest.raises(Conflito, match="Confira e decida de novo"):
        separar(demanda, ana, versao=demanda.versao - 1)


def test_what_agencies_have_or_had_an_answer_is_not_split(ana: Pessoa) -> None:
    with pytest.raises(AcaoIndevida, match="Distribuída"):
        separar(triagem.distribuida(), ana)
    with pytest.raises(AcaoIndevida, match="Respondida"):
        separar(triagem.respondida(), ana)
    devolvida = triagem.devolvida()
    services.assumir(devolvida.id, por=ana, versao=devolvida.versao, agora=agora())
    with pytest.raises(Recusa, match="já está na SES"):
        separar(devolvida, ana)


def test_what_is_joined_or_waited_for_is_not_split(ana: Pessoa, demanda: Demanda) -> None:
    outra = triagem.em_triagem(ana, peticoes.protocolada())
    apensamento.apensar(outra.id, demanda.id, por=ana, versao=outra.versao, agora=agora())
    with pytest.raises(AcaoIndevida, match="apensada a outra"):
        separar(outra, ana)
    with pytest.raises(Recusa, match="desapense-as antes"):
        separar(demanda, ana)


def test_the_first_can_be_split_again_and_a_part_cannot(ana: Pessoa, demanda: Demanda) -> None:
    (escola,) = separar(demanda, ana, [ESCOLA])
    (ponte,) = separar(demanda, ana, [PONTE])
    assert lido_pelo_autor(ponte)[0].endswith("separou o pedido em 3 demandas.")
    services.assumir(escola.id, por=ana, versao=escola.versao, agora=agora())
    with pytest.raises(Recusa, match=f"já é parte de {re.escape(demanda.peticao.numero or '?')}"):
        separar(escola, ana, [PONTE])


@pytest.mark.comprometido
def test_a_failure_in_the_middle_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = contas.triador("Ana")
    demanda = triagem.em_triagem(ana, peticoes.protocolada(anexo=True))
    versao, antes = demanda.versao, len(documentos_de(demanda.peticao_id))
    abrir, vezes = processos._abrir, []

    def falhar(formado: Peticao, quando: object) -> None:
        vezes.append(formado)
        if len(vezes) == 2:
            raise RuntimeError("no meio")
        abrir(formado, quando)  # type: ignore[arg-type]

    monkeypatch.setattr(processos, "_abrir", falhar)
    with pytest.raises(RuntimeError, match="no meio"):
        separar(demanda, ana)
    monkeypatch.undo()
    db.session().refresh(demanda)
    assert (demanda.versao, len(documentos_de(demanda.peticao_id))) == (versao, antes)
    assert len(db.session().execute(select(Peticao.id)).all()) == 1
    assert len(db.session().execute(select(Demanda.id)).all()) == 1
    assert db.session().execute(select(Aviso).where(Aviso.modelo == "peticoes/desmembrada")).all() == []
    assert "Desmembrou" not in do_orgao(demanda.peticao_id)[0].texto
    (parte,) = separar(demanda, ana, [ESCOLA])
    assert sequencia(parte.peticao) == sequencia(demanda.peticao) + 1


def test_together_again_one_answer_serves_and_the_numbers_stay(ana: Pessoa, demanda: Demanda) -> None:
    partes = separar(demanda, ana)
    numeros = [parte.peticao.numero for parte in partes]
    reunir(demanda, ana)
    for parte in partes:
        db.session().refresh(parte)
        assert (parte.estado, parte.apensada_a_id) == (EstadoDemanda.APENSADA, demanda.id)
        assert situacao(parte).apensada_a_id == demanda.peticao_id
    assert [parte.peticao.numero for parte in partes] == numeros
    assert lido_pelo_autor(demanda)[0] == (
        f"A Secretaria de Governo reuniu de novo o que tinha separado ({numeros[0]} e {numeros[1]}): "
        "uma resposta vale para todas."
    )
    services.distribuir(demanda.id, [triagem.destino("SES")], por=ana, versao=demanda.versao, agora=agora())
    triagem.entregar(demanda)
    triagem.responder(demanda)
    triagem.homologar(demanda)
    assert len({do(uma, PapelDocumento.RESPOSTA)[0].texto_html for uma in (demanda, *partes)}) == 1


def test_what_was_brought_together_can_be_split_again(ana: Pessoa, demanda: Demanda) -> None:
    separar(demanda, ana)
    reunir(demanda, ana)
    (nova,) = separar(demanda, ana, [ESCOLA])
    assert lido_pelo_autor(nova) == [
        f"Parte de {demanda.peticao.numero}: a Secretaria de Governo separou o pedido em 2 demandas."
    ]
    reunir(demanda, ana)
    assert {parte.estado for parte in desmembramento.partes_de(demanda)} == {EstadoDemanda.APENSADA}


def test_a_first_that_went_back_to_the_queue_is_claimed_on_the_way(ana: Pessoa, demanda: Demanda) -> None:
    separar(demanda, ana)
    services.soltar(demanda.id, por=ana, versao=demanda.versao)
    bruno = contas.triador("Bruno")
    reunir(demanda, bruno)
    assert (demanda.estado, demanda.triador_id) == (EstadoDemanda.EM_TRIAGEM, bruno.id)


def test_it_is_undone_on_the_same_day_alone(ana: Pessoa, demanda: Demanda) -> None:
    with pytest.raises(Recusa, match="só se reúne no dia"):
        reunir(demanda, ana)
    separar(demanda, ana)
    with pytest.raises(Recusa, match="só se reúne no dia"):
        reunir(demanda, ana, timedelta(days=1))


def test_it_is_not_undone_once_a_part_or_the_first_is_decided(ana: Pessoa, demanda: Demanda) -> None:
    escola, ponte = separar(demanda, ana)
    services.assumir(ponte.id, por=ana, versao=ponte.versao, agora=agora())
    services.distribuir(ponte.id, [triagem.destino("SES")], por=ana, versao=ponte.versao, agora=agora())
    with pytest.raises(Recusa, match=re.escape(f"A parte {ponte.peticao.numero} já foi decidida (distribuída)")):
        reunir(demanda, ana)
    db.session().refresh(escola)
    assert escola.estado is EstadoDemanda.AGUARDANDO


def test_it_is_not_undone_once_the_first_is_decided(ana: Pessoa, demanda: Demanda) -> None:
    separar(demanda, ana)
    services.distribuir(demanda.id, [triagem.destino("SES")], por=ana, versao=demanda.versao, agora=agora())
    with pytest.raises(AcaoIndevida, match="Distribuída"):
        reunir(demanda, ana)


def test_it_is_not_undone_over_somebody_elses_hands(ana: Pessoa, demanda: Demanda) -> None:
    escola, _ponte = separar(demanda, ana)
    services.assumir(escola.id, por=contas.triador("Bruno"), versao=escola.versao, agora=agora())
    with pytest.raises(Conflito, match=re.escape(f"Parte {escola.peticao.numero}: Bruno está com")):
        reunir(demanda, ana)
    with pytest.raises(Conflito, match="Ana está com esta demanda"):
        reunir(demanda, contas.triador("Caio"))
    with pytest.raises(NaoEncontrado):
        desmembramento.reunir(999_999, por=ana, versao=1, agora=agora())
