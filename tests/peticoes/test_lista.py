"""What the office sees: all of its petitions, found again by any filter or words, at a cost that does not grow."""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select, text, update

from peticionamento.cadastros.models import Tema
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.tempo import agora, hoje
from peticionamento.contas import services as contas_services
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import Gabinete
from peticionamento.peticoes import queries, services
from peticionamento.peticoes.models import Acompanhamento, Diligencia, Peticao
from peticionamento.peticoes.queries import Aba, Filtro, normalizar
from peticionamento.peticoes.queries.filtros import do_gabinete
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.banco import Contagem

Como = Callable[[Pessoa], FlaskClient]
Contar = Callable[[], AbstractContextManager[Contagem]]


def ver(cliente: FlaskClient, caminho: str, status: int = 200) -> str:
    resposta = cliente.get(caminho)
    assert resposta.status_code == status, (caminho, resposta.status)
    return html.unescape(resposta.text)


def mudar(peticao: Peticao, **valores: object) -> None:
    """Write straight into a filed petition what the pages that ask for it are tested elsewhere."""
    with transaction() as session:
        session.execute(update(Peticao).where(Peticao.id == peticao.id).values(**valores))


def situar(peticao: Peticao, **valores: object) -> None:
    with transaction() as session:
        session.execute(update(Acompanhamento).where(Acompanhamento.peticao_id == peticao.id).values(**valores))


def achados(autora: Pessoa, aba: Aba = Aba.TODAS, **filtro: object) -> list[str]:
    pagina = queries.lista(Gabinete(autora.id), aba, None, Filtro(**filtro))  # type: ignore[arg-type]
    assert queries.resumo(Gabinete(autora.id), Filtro(**filtro)).da_aba(aba) == len(pagina.itens)  # type: ignore[arg-type]
    return sorted(p.assunto for p in pagina.itens)


@pytest.fixture
def autora(app: Flask) -> Pessoa:
    return contas.deputada("Helena Prates")


@pytest.fixture
def ponte(autora: Pessoa) -> Peticao:
    texto = "<p>A ponte sobre o rio Araçuaí está &lt;interditada&gt; e os <strong>ônibus</strong> não passam.</p>"
    rascunho = peticoes.rascunho(autora, assunto="Reforma da ponte", municipio="Turmalina", texto=texto)
    return services.protocolar(rascunho.id, contas.SENHA, por=autora, versao=rascunho.versao, agora=agora())


@pytest.fixture
def leitos(autora: Pessoa) -> Peticao:
    return triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto="Leitos de UTI")).peticao


def test_every_petition_filed_is_in_its_filers_list(autora: Pessoa) -> None:
    """What users of SEI's own module complain of: filings that are not in the filer's own list."""
    peticoes.protocolada(autora, assunto="Na triagem")
    triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto="No órgão"))
    triagem.respondida(["SES"], peticao=peticoes.protocolada(autora, assunto="Respondida"))
    peticoes.protocolada(contas.deputada(), assunto="De outra")
    assert achados(autora) == ["Na triagem", "No órgão", "Respondida"]
    assert achados(autora, Aba.ANDAMENTO) == ["Na triagem", "No órgão"]
    assert achados(autora, Aba.RESPONDIDAS) == ["Respondida"]


def test_pages_go_on_to_the_last_petition_under_a_filter(autora: Pessoa) -> None:
    primeira = peticoes.protocolada(autora, assunto="Pedido")
    gabinete, filtro = Gabinete(autora.id), Filtro(texto="pedido", municipio=primeira.municipio_id)
    _muitas(autora, 60)
    vistas: list[int] = []
    cursor: str | None = None
    while True:
        pagina = queries.lista(gabinete, Aba.TODAS, cursor, filtro)
        vistas += [p.id for p in pagina.itens]
        if (cursor := pagina.proximo) is None:
            break
    assert (len(vistas), len(set(vistas))) == (61, 61)


def _muitas(autora: Pessoa, quantas: int, assunto: str = "Pedido") -> None:
    """Copies of the author's first petition, filed an hour apart, written straight into the tables."""
    with transaction() as session:
        session.execute(
            text("""
            with modelo as (select * from peticoes_peticao where autor_id = :autor order by id limit 1),
            novas as (
              insert into peticoes_peticao (autor_id, chave, tipo_id, especie, municipio_id, municipio_digitado,
                assunto, texto_html, campos, acesso, referencia, estado, numero, criada_em, alterada_em,
                protocolada_em, versao)
              select m.autor_id, :chave || n, m.tipo_id, m.especie, m.municipio_id, m.municipio_digitado,
                :assunto, '<p>' || md5(n::text) || '</p>', '{}', m.acesso, '', m.estado, :chave || n, m.criada_em,
                m.alterada_em, m.protocolada_em - n * interval '1 hour', 2
              from modelo m, generate_series(1, :quantas) n
              returning id, autor_id, protocolada_em)
            insert into peticoes_acompanhamento (peticao_id, autor_id, protocolada_em, etapa, onde, orgaos, reiteracoes)
              select id, autor_id, protocolada_em, 'protocolada', 'Aguarda triagem', '{}', 0 from novas"""),
            {"autor": autora.id, "quantas": quantas, "assunto": assunto, "chave": secrets.token_hex(4)},
        )


@pytest.mark.parametrize(
    ("procurado", "acha"),
    [
        ("ponte", True),
        ("PONTES", True),  # stems, whatever the case
        ("onibus aracuai", True),  # accents aside
        ('"rio Araçuaí"', True),
        ('"Araçuaí rio"', False),
        ("ponte -ônibus", False),
        ("ponte -escola", True),
        ("turmalina", True),
        ("strong", False),  # markup is no text
        ("ofício 118/2026", True),
        ("oficio", True),
        ("RQN 8788/2024", True),
        ("rqn nº 8.788/2024", True),
        ("8788/2024", True),
        ("RQN 8788/2023", False),
        ("viaduto", False),
    ],
)
def test_words_numbers_and_references_are_found(autora: Pessoa, ponte: Peticao, procurado: str, acha: bool) -> None:
    mudar(ponte, referencia="Ofício 118/2026", proposicao="RQN 8788/2024")
    assert achados(autora, texto=procurado) == (["Reforma da ponte"] if acha else [])


def test_a_process_number_is_found_whole_and_as_people_say_it(autora: Pessoa, ponte: Peticao, leitos: Peticao) -> None:
    numero = ponte.numero or ""
    sequencia = numero.split(".")[2].split("/")[0]
    ano = numero.split("/")[1][:4]
    for procurado in (
        numero,
        f'"{numero}"',
        "".join(c for c in numero if c.isdigit()),
        f"{sequencia}/{ano}",
        f"{int(sequencia)}/{ano}",
        f"{int(sequencia)}/{numero.split('/')[1]}",
        sequencia,
    ):
        assert achados(autora, texto=procurado) == ["Reforma da ponte"], procurado


@pytest.mark.parametrize(
    ("digitado", "escrito"),
    [
        ("1490010004127202620", "1490.01.0004127/2026-20"),
        ("14900100041272026200", "14900100041272026200"),  # a digit too many: some other number
        ("0004127/2026-20", "4127/2026"),
        ("1490.01.0004127/2026-20", "1490.01.0004127/2026-20"),
        ("lei n. 8.788/2024", "lei 8788/2024"),
        ("mil 1.000 metros", "mil 1.000 metros"),
    ],
)
def test_numbers_are_looked_for_as_the_index_keeps_them(digitado: str, escrito: str) -> None:
    assert normalizar(digitado) == escrito


def test_each_filter_narrows_and_they_add_up(autora: Pessoa, ponte: Peticao, leitos: Peticao) -> None:
    situar(ponte, protocolada_em=agora() - timedelta(days=40))
    assert achados(autora, municipio=ponte.municipio_id) == ["Reforma da ponte"]
    assert achados(autora, orgao="SES") == ["Leitos de UTI"]
    assert achados(autora, etapa=leitos_etapa(leitos)) == ["Leitos de UTI"]
    assert achados(autora, de=hoje()) == ["Leitos de UTI"]
    assert achados(autora, ate=hoje() - timedelta(days=1)) == ["Reforma da ponte"]
    assert achados(autora, tipo=ponte.tipo_id) == ["Leitos de UTI", "Reforma da ponte"]
    assert achados(autora, tipo=999) == []
    assert achados(autora, tipo=ponte.tipo_id, orgao="SES", texto="uti") == ["Leitos de UTI"]
    assert achados(autora, autor=contas.deputada().id) == []


def leitos_etapa(peticao: Peticao) -> object:
    return queries.acompanhamento_de(peticao.id).etapa


def test_the_days_of_the_filter_are_days_of_brasilia(autora: Pessoa, ponte: Peticao) -> None:
    meia_noite_e_um_em_londres = agora().replace(year=2026, month=3, day=11, hour=0, minute=1)
    situar(ponte, protocolada_em=meia_noite_e_um_em_londres)
    dia = hoje(meia_noite_e_um_em_londres)
    assert dia.day == 10
    assert achados(autora, de=dia, ate=dia) == ["Reforma da ponte"]
    assert achados(autora, de=dia + timedelta(days=1)) == []


def test_a_theme_stands_for_those_under_it(autora: Pessoa, ponte: Peticao) -> None:
    with transaction() as session:
        obras = Tema(nome="Obras 100%", caminho="Obras 100%")
        session.add_all([obras, Tema(nome="Obras 100%x", caminho="Obras 100%x")])
        session.flush()
        pontes = Tema(nome="Pontes", caminho="Obras 100% › Pontes", pai_id=obras.id)
        session.add(pontes)
    mudar(ponte, tema_id=pontes.id)
    assert achados(autora, tema=obras.id) == achados(autora, tema=pontes.id) == ["Reforma da ponte"]
    assert queries.temas_usados(Gabinete(autora.id)) == [(obras.id, obras.caminho), (pontes.id, pontes.caminho)]


def test_the_words_found_are_marked_and_nothing_else_is_markup(autora: Pessoa, como: Como, ponte: Peticao) -> None:
    partes = queries.trechos([ponte.id], "onibus")[ponte.id]
    assert ("ônibus", True) in partes
    assert "<interditada>" in "".join(parte for parte, _ in partes)
    pagina = como(autora).get("/peticoes/busca?q=onibus").text
    assert "<mark>ônibus</mark>" in pagina
    assert "&lt;interditada&gt;" in pagina
    assert queries.trechos([ponte.id], "reforma") == {}  # it is in the subject alone


def test_filters_are_chips_that_take_themselves_off(autora: Pessoa, como: Como, ponte: Peticao) -> None:
    cliente = como(autora)
    pagina = ver(cliente, f"/peticoes/busca?q=ponte&municipio={ponte.municipio_id}&de=2026-01-02&aba=andamento")
    assert "1 petição encontrada" in pagina
    assert 'aria-label="Tirar o filtro Turmalina"' in pagina
    assert 'aria-label="Tirar o filtro “ponte”"' in pagina
    assert 'aria-label="Tirar o filtro desde 2 jan"' in pagina
    assert 'href="/peticoes/busca?q=ponte&de=2026-01-02&aba=andamento" aria-label="Tirar o filtro Turmalina"' in pagina
    assert f"/peticoes/exportar.csv?q=ponte&de=2026-01-02&municipio={ponte.municipio_id}&aba=andamento" in pagina


def test_a_filter_that_cannot_be_is_said_beside_its_field(autora: Pessoa, como: Como, ponte: Peticao) -> None:
    cliente = como(autora)
    assert "O último dia vem antes do primeiro." in ver(cliente, "/peticoes/busca?de=2026-05-02&ate=2026-05-01", 422)
    assert "Confira o ano." in ver(cliente, "/peticoes/busca?de=0202-05-02", 422)
    pagina = ver(cliente, "/peticoes/busca?municipio=9999999")
    assert "Município fora da lista" in pagina
    assert "Nada foi encontrado." in pagina


def test_a_search_at_the_home_page_goes_to_its_own(autora: Pessoa, como: Como) -> None:
    resposta = como(autora).get("/peticoes?q=ponte&depois=x")
    assert (resposta.status_code, resposta.location) == (302, "/peticoes/busca?q=ponte")


def _plano(consulta: Select[Any]) -> str:
    """How PostgreSQL would carry out a query, its statistics up to date and no row of an index still pending."""
    session = db.session()
    session.execute(text("analyze peticoes_peticao; analyze peticoes_acompanhamento"))
    session.execute(text("select gin_clean_pending_list('ix_peticoes_peticao_busca')"))
    sql = consulta.compile(db.engine, compile_kwargs={"literal_binds": True})
    return "\n".join(session.connection().exec_driver_sql(f"explain {sql}".replace("%", "%%")).scalars())


def test_the_search_walks_the_index(autora: Pessoa, ponte: Peticao) -> None:
    _muitas(autora, 3000, "Outra coisa")
    consulta = select(Peticao.id).join(Acompanhamento, Acompanhamento.peticao_id == Peticao.id)
    plano = _plano(Filtro(texto="viaduto").aplicar(consulta, Gabinete(autora.id)))
    assert "Bitmap Index Scan on ix_peticoes_peticao_busca" in plano, plano


def test_an_office_of_one_reads_its_page_in_the_indexs_order(autora: Pessoa, ponte: Peticao) -> None:
    _muitas(autora, 3000)
    consulta = select(Acompanhamento.peticao_id).where(do_gabinete(Acompanhamento.autor_id, Gabinete(autora.id)))
    ordem = (Acompanhamento.protocolada_em.desc(), Acompanhamento.peticao_id.desc())
    plano = _plano(consulta.order_by(*ordem).limit(26))
    assert "ix_peticoes_acompanhamento_todas" in plano, plano
    assert "Sort" not in plano


@pytest.mark.parametrize("caminho", ["", "/busca", "/busca?q=pedido&orgao=SES", "/prazos", "/municipios", "/rascunhos"])
def test_a_page_costs_the_same_however_long(autora: Pessoa, como: Como, contar_consultas: Contar, caminho: str) -> None:
    marina = contas.pessoa(Papel.ASSESSOR)
    contas_services.representar(marina, autora)
    triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto="Pedido"))
    cliente = como(marina)
    medidas = []
    for _ in range(2):
        with contar_consultas() as vistas:
            ver(cliente, f"/peticoes{caminho}")
        medidas.append(len(vistas))
        for n in range(3):
            triagem.entregue(["SES"], peticao=peticoes.protocolada(autora, assunto=f"Pedido {n}"))
            peticoes.rascunho(autora)
        _muitas(autora, 40)
    assert medidas[0] == medidas[1] <= 16, medidas


def test_what_waits_comes_first_and_the_headline_says_it(autora: Pessoa, como: Como, ponte: Peticao) -> None:
    with transaction() as session:
        session.add(Diligencia(peticao_id=ponte.id, pergunta="Qual o trecho?", vence_dia=triagem.daqui_a(2)))
    peticoes.rascunho(autora, assunto="Ambulância")
    pagina = ver(como(autora), "/peticoes")
    assert "1 esclarecimento a dar." in pagina
    assert pagina.index("A Secretaria de Governo pede um esclarecimento") < pagina.index("Rascunho de hoje")
    assert "(2 dias úteis)" in pagina
    assert "guardado por mais 30 dias" in pagina


def test_what_an_assistant_wrote_waits_for_the_deputys_signature(autora: Pessoa, como: Como) -> None:
    cadastros.unidade("SEGOV")
    marina = contas.pessoa(Papel.ASSESSOR, nome="Marina Couto")
    contas_services.representar(marina, autora)
    da_marina = services.comecar(cadastros.tipo().id, "chave", por=marina, agora=agora())
    assert (da_marina.autor_id, da_marina.escrita_por_id) == (autora.id, marina.id)
    cliente = como(autora)
    assert "1 petição para você assinar" in ver(cliente, "/peticoes")
    lista = ver(cliente, "/peticoes/rascunhos?ver=assinar")
    assert "por Marina Couto" in lista
    assert f"/peticoes/{da_marina.id}/conferir" in lista
    da_assessora = ver(como(marina), "/peticoes")
    assert "para você assinar" not in da_assessora
    assert f"/peticoes/{da_marina.id}/redigir" in da_assessora
    dados = services.Rascunho(da_marina.tipo_id, "Ambulância", cadastros.municipio().nome, peticoes.TEXTO)
    services.rascunhar(da_marina.id, dados, por=marina, versao=da_marina.versao, agora=agora())
    revisao = ver(como(marina), f"/peticoes/{da_marina.id}/conferir")
    assert "Confira: está pronta para a assinatura." in revisao
    assert "A petição da dep. Helena Prates está pronta. Só a própria pessoa assina" in revisao
    assert "Sua senha" not in revisao
    assert como(marina).post(f"/peticoes/{da_marina.id}/protocolar").status_code == 403  # signing is the deputy's own


def test_an_assistant_of_two_says_for_whom(autora: Pessoa) -> None:
    tipo, marina, outro = cadastros.tipo(), contas.pessoa(Papel.ASSESSOR), contas.deputada()
    with pytest.raises(Recusa, match="Você não age por nenhum deputado agora"):
        services.comecar(tipo.id, "a", por=marina, agora=agora())
    contas_services.representar(marina, autora)
    assert services.comecar(tipo.id, "b", por=marina, agora=agora()).autor_id == autora.id
    contas_services.representar(marina, outro)
    with pytest.raises(Recusa, match="Escolha para quem é a petição"):
        services.comecar(tipo.id, "c", por=marina, agora=agora())
    assert services.comecar(tipo.id, "c", por=marina, agora=agora(), autor_id=outro.id).autor_id == outro.id
    with pytest.raises(Recusa, match="Escolha para quem é a petição"):
        services.comecar(tipo.id, "d", por=marina, agora=agora(), autor_id=contas.deputada().id)
    with pytest.raises(Recusa, match="Escolha para quem é a petição"):
        services.comecar(tipo.id, "e", por=autora, agora=agora(), autor_id=outro.id)


def test_a_reference_is_the_senders_own_note_also_after_filing(autora: Pessoa, como: Como, ponte: Peticao) -> None:
    cliente = como(autora)
    numero, versao = ponte.numero, ponte.versao
    salva = cliente.post(f"/peticoes/{ponte.id}/referencia", data={"referencia": "  Pasta  B-3 "})
    assert salva.status_code == 303
    db.session().expire_all()
    assert (ponte.referencia, ponte.numero, ponte.versao) == ("Pasta B-3", numero, versao)
    assert "Pasta B-3" in ver(cliente, "/peticoes/busca?q=pasta")
    longa = cliente.post(f"/peticoes/{ponte.id}/referencia", data={"referencia": "x" * 61})
    assert longa.status_code == 422
    assert "Sua referência: 61 caracteres; o máximo é 60." in html.unescape(longa.text)
    assert "x" * 61 in longa.text
    alheia = como(contas.deputada()).post(f"/peticoes/{ponte.id}/referencia", data={"referencia": "minha"})
    assert alheia.status_code == 404


def test_petitioning_again_copies_the_words_and_not_the_files(autora: Pessoa, como: Como) -> None:
    peticao = peticoes.protocolada(autora, assunto="Ambulância", anexo=True)
    mudar(peticao, referencia="Pasta 1", campos={"quantidade": "2"})
    cliente = como(autora)
    idas = [cliente.post(f"/peticoes/{peticao.id}/pedir-de-novo", data={"chave": "uma-so"}) for _ in range(2)]
    assert [ida.status_code for ida in idas] == [303, 303]
    assert idas[0].location == idas[1].location
    db.session().expire_all()
    novo = db.session().execute(select(Peticao).where(Peticao.numero.is_(None))).scalar_one()
    assert (novo.assunto, novo.texto_html, novo.municipio_id, novo.tipo_id) == (
        peticao.assunto, peticao.texto_html, peticao.municipio_id, peticao.tipo_id,
    )  # fmt: skip
    assert (novo.documentos, novo.referencia) == ([], "")
    with pytest.raises(NaoEncontrado):
        services.pedir_de_novo(peticao.id, "x", por=contas.deputada(), agora=agora())


def test_petitioning_again_needs_a_type_that_is_offered(autora: Pessoa, ponte: Peticao) -> None:
    with transaction():
        ponte.tipo.ativo = False
    with pytest.raises(Recusa, match="O tipo “Obra” não é mais oferecido"):
        services.pedir_de_novo(ponte.id, "chave", por=autora, agora=agora())


def test_the_sums_count_each_place_and_each_agency(autora: Pessoa, como: Como, ponte: Peticao, leitos: Peticao) -> None:
    triagem.entregue(["SES", "DER-MG"], peticao=peticoes.protocolada(autora, assunto="A dois"))
    situar(leitos, vence_dia=hoje() - timedelta(days=3))
    gabinete = Gabinete(autora.id)
    assert [(s.nome, s.todas, s.andamento, s.atrasadas) for s in queries.por_municipio(gabinete)] == [
        ("Teófilo Otoni", 2, 2, 1), ("Turmalina", 1, 1, 0),
    ]  # fmt: skip
    assert [(s.chave, s.todas, s.atrasadas) for s in queries.por_orgao(gabinete)] == [("SES", 2, 1), ("DER-MG", 1, 0)]
    cliente = como(autora)
    assert "2 municípios; o mais pedido é Teófilo Otoni, com 2 demandas." in ver(cliente, "/peticoes/municipios")
    assert "2 órgãos; a SES recebeu mais, 2 demandas." in ver(cliente, "/peticoes/orgaos")
    assert queries.por_mes(gabinete)[-1].pedidas == 3
