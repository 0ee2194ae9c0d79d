"""Many petitions from one spreadsheet: what is read, what is wrong in which line, and the signing of all at once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peticionamento.cadastros.models import FormaPrincipal
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import NaoEncontrado, Recusa, SemPermissao
from peticionamento.comum.planilhas_lidas import PlanilhaRecusada, ler
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.models import EstadoPeticao, Lote, Peticao
from peticionamento.peticoes.services import lotes
from tests.factories import cadastros, contas, peticoes

Como = Callable[[Pessoa], FlaskClient]
COLUNAS = ("Tipo", "Assunto", "Município", "Texto", "Referência")
TEXTO = "Peço a construção de uma ponte de concreto sobre o rio, hoje atravessado em balsa."


def linha(assunto: str = "Ponte sobre o rio", **outras: str) -> list[str]:
    valores = {"Tipo": "Obra", "Assunto": assunto, "Município": "teofilo otoni", "Texto": TEXTO, "Referência": "Of. 12"}
    return list({**valores, **outras}.values())


def xlsx(*linhas: Sequence[Any], colunas: Sequence[str] = COLUNAS) -> io.BytesIO:
    livro, saida = openpyxl.Workbook(), io.BytesIO()
    for cada in (colunas, *linhas):
        livro.worksheets[0].append(cada)
    livro.save(saida)
    return saida


def na_pagina(lote: Lote) -> list[lotes.Conferida]:
    """What the page of a spreadsheet offers to sign."""
    return lotes.prontas(lotes.peticoes_do_lote(lote).values())


@pytest.fixture
def autora(app: Flask) -> Pessoa:
    cadastros.unidade("SEGOV")
    cadastros.municipio("Teófilo Otoni")
    cadastros.tipo()
    return contas.deputada()


def receber(autora: Pessoa, *linhas: Sequence[Any], **opcoes: Any) -> Lote:
    return lotes.receber(xlsx(*linhas, **opcoes), "demandas.xlsx", por=autora, agora=agora())


def test_reads_excel_and_csv_alike(app: Flask) -> None:
    dia = date(2026, 3, 9)
    do_excel = ler(xlsx(["Obra", 3.0, None, dia, "  com espaços "]), "a.xlsx", limite=10)
    assert do_excel[0].numero == 2
    assert do_excel[0].valores == {
        "tipo": "Obra", "assunto": "3", "municipio": "", "texto": "09/03/2026", "referencia": "com espaços",
    }  # fmt: skip
    for crus in (
        "\ufeffTipo;Município\r\n\r\nObra;São João\r\n".encode(),
        "Tipo;Município\nObra;São João\n".encode("cp1252"),
        "tipo,MUNICÍPIO \n,\nObra,São João\n".encode(),
        "Tipo\tmunicipio\n\t\nObra\tSão João".encode(),
    ):
        lida = ler(io.BytesIO(crus), "a.CSV", limite=10)[-1]
        assert lida.valores == {"tipo": "Obra", "municipio": "São João"}


def bomba() -> io.BytesIO:
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w", zipfile.ZIP_DEFLATED) as pacote:
        pacote.writestr("xl/worksheets/sheet1.xml", b"0" * (9 * 1024 * 1024))
    return saida


def de_linha_longe() -> io.BytesIO:
    """A small sheet whose one row says that it is the hundred thousand millionth."""
    saida = io.BytesIO()
    with zipfile.ZipFile(xlsx(["Obra"])) as inteira, zipfile.ZipFile(saida, "w", zipfile.ZIP_DEFLATED) as pacote:
        for nome in inteira.namelist():
            conteudo = inteira.read(nome)
            if nome == "xl/worksheets/sheet1.xml":
                conteudo = conteudo.replace(b'r="2"', b'r="99999999999"').replace(b'r="A2"', b'r="A99999999999"')
            pacote.writestr(nome, conteudo)
    return saida


@pytest.mark.parametrize(
    ("conteudo", "nome", "frase"),
    [
        (lambda: io.BytesIO(b"nada"), "a.xlsx", "não abre como planilha do Excel"),
        (lambda: io.BytesIO(b"%PDF-1.4"), "a.pdf", "Envie uma planilha .xlsx ou .csv"),
        (lambda: io.BytesIO(b"a\x00b"), "a.csv", "não é um CSV"),
        (lambda: io.BytesIO(b""), "a.csv", "não tem nenhuma linha preenchida"),
        (lambda: io.BytesIO(b"tipo;assunto\n;\n"), "a.csv", "não tem nenhuma linha preenchida"),
        (lambda: io.BytesIO(b"x" * (5 * 1024 * 1024 + 1)), "a.csv", "o limite é 5,0 MB"),
        (lambda: io.BytesIO(b"tipo\n" + b"Obra\n" * 201), "a.csv", "mais de 200 linhas"),
        (bomba, "a.xlsx", "grande demais por dentro"),
        (de_linha_longe, "a.xlsx", "linhas demais, quase todas vazias"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_words(
    app: Flask, conteudo: Callable[[], io.BytesIO], nome: str, frase: str
) -> None:
    with pytest.raises(PlanilhaRecusada, match=frase):
        ler(conteudo(), nome, limite=200)


def test_a_missing_column_is_named(autora: Pessoa) -> None:
    with pytest.raises(PlanilhaRecusada, match="Falta a coluna “municipio”"):
        receber(autora, ["Obra", "Ponte"], colunas=["Tipo", "Assunto"])


def test_nothing_is_made_before_its_person_says_so(autora: Pessoa) -> None:
    lote = receber(autora, linha())
    assert lote.linhas[0]["erros"] == {}
    assert lote.linhas[0]["municipio"] == "Teófilo Otoni"
    assert cadastros.quantos(Peticao) == 0


@pytest.mark.parametrize(
    ("mudanca", "coluna", "frase"),
    [
        ({"Tipo": ""}, "tipo", "Falta o tipo."),
        ({"Tipo": "Obras"}, "tipo", "“Obras” não é um tipo conhecido. Seria “Obra”?"),
        ({"Município": "Teófilo Otonni"}, "municipio", "“Teófilo Otonni” não é um município conhecido. Seria “Teófilo"),
        ({"Município": "Lisboa"}, "municipio", "“Lisboa” não é um município conhecido."),
        ({"Assunto": "x" * 101}, "assunto", "O assunto tem 101 caracteres; o máximo é 100."),
        ({"Assunto": " "}, "assunto", "Falta o assunto."),
        ({"Texto": "curto"}, "texto", "com pelo menos 20 caracteres"),
        ({"Texto": "x" * 20_001}, "texto", "O texto tem 20.001 caracteres"),
        ({"Referência": "x" * 61}, "referencia", "A referência tem 61 caracteres"),
    ],
)
def test_each_error_is_beside_its_line_and_the_others_go_on(
    autora: Pessoa, mudanca: dict[str, str], coluna: str, frase: str
) -> None:
    lote = receber(autora, linha("Boa"), linha(**{"assunto": mudanca.pop("Assunto", "Ruim"), **mudanca}))
    boa, ruim = lote.linhas
    assert boa["erros"] == {}
    assert ruim["numero"] == 3
    assert list(ruim["erros"]) == [coluna]
    assert frase in ruim["erros"][coluna]
    lotes.criar_rascunhos(lote.id, por=autora, agora=agora())
    assert [p.assunto for p in db.session().execute(select(Peticao)).scalars()] == ["Boa"]


def test_the_same_line_twice_is_pointed_out_not_refused(autora: Pessoa) -> None:
    lote = receber(autora, linha(), linha("ponte  sobre o RIO"))
    assert lote.linhas[0]["avisos"] == []
    assert lote.linhas[1]["avisos"] == ["Mesmo assunto e município da linha 2."]


def test_a_type_with_a_form_takes_a_column_for_each_field(autora: Pessoa) -> None:
    with transaction():
        tipo = cadastros.tipo("emenda")
        tipo.nome, tipo.forma_principal = "Emenda", FormaPrincipal.CAMPOS
        tipo.campos = [
            {"nome": "valor", "rotulo": "Valor da emenda", "tipo": "valor", "obrigatorio": True, "dica": ""},
            {"nome": "etapa", "rotulo": "Etapa", "tipo": "linha", "obrigatorio": False, "dica": ""},
        ]
    colunas = [*COLUNAS, "valor da EMENDA"]
    lote = receber(
        autora, [*linha(Tipo="Emenda", Texto=""), 50000], [*linha("Outra", Tipo="emenda"), ""], colunas=colunas
    )
    assert lote.linhas[0]["campos"] == {"valor": "50000"}
    assert lote.linhas[1]["erros"] == {"Valor da emenda": "Falta “Valor da emenda”, que este tipo pede."}


def test_the_beginning_of_a_types_name_is_enough_when_it_is_the_only_one(autora: Pessoa) -> None:
    with transaction():
        cadastros.tipo("a").nome = "Segurança pública: efetivo"
        cadastros.tipo("b").nome = "Saúde: leito"
        cadastros.tipo("c").nome = "Saúde: remédio"
    lote = receber(autora, linha(Tipo="segurança"), linha(Tipo="Saúde"), linha(Tipo="Seg"))
    assert [cada["tipo_id"] for cada in lote.linhas] == [cadastros.tipo("a").id, None, None]


def test_a_type_that_is_nearly_known_is_suggested_by_its_first_word(autora: Pessoa) -> None:
    with transaction():
        cadastros.tipo("x").nome = "Outra demanda"
    lote = receber(autora, linha(Tipo="Outros"), linha(Tipo="Zebra"))
    assert lote.linhas[0]["erros"]["tipo"] == "“Outros” não é um tipo conhecido. Seria “Outra demanda”?"
    assert lote.linhas[1]["erros"]["tipo"] == "“Zebra” não é um tipo conhecido."


def test_pressing_twice_makes_the_drafts_once(autora: Pessoa) -> None:
    lote = receber(autora, linha("Uma"), linha("Duas"))
    for _ in range(2):
        lotes.criar_rascunhos(lote.id, por=autora, agora=agora())
    assert cadastros.quantos(Peticao) == 2
    db.session().expire_all()
    feito = db.session().get_one(Lote, lote.id)
    assert [lotes.peticoes_do_lote(feito)[cada["peticao_id"]].assunto for cada in feito.linhas] == ["Uma", "Duas"]
    assert {p.referencia for p in lotes.peticoes_do_lote(feito).values()} == {"Of. 12"}


def test_no_good_line_makes_nothing(autora: Pessoa) -> None:
    lote = receber(autora, linha(Tipo="?"))
    with pytest.raises(Recusa, match="Nenhuma linha está pronta"):
        lotes.criar_rascunhos(lote.id, por=autora, agora=agora())
    assert cadastros.quantos(Peticao) == 0


def test_thirty_are_signed_with_one_password_and_one_that_cannot_go_stops_no_other(
    autora: Pessoa, monkeypatch: pytest.MonkeyPatch
) -> None:
    lote = receber(autora, *(linha(f"Demanda {n}") for n in range(30)))
    lotes.criar_rascunhos(lote.id, por=autora, agora=agora())
    ids = sorted(lotes.peticoes_do_lote(lote))
    protocolar = services.protocolar

    def uma_falha(peticao_id: int, *resto: Any, **nomeados: Any) -> Peticao:
        if peticao_id == ids[4]:
            raise Recusa("Falta o documento essencial.", "documentos")
        return protocolar(peticao_id, *resto, **nomeados)

    monkeypatch.setattr(lotes, "protocolar", uma_falha)
    feitos = lotes.protocolar_prontas(lote.id, contas.SENHA, na_pagina(lote), por=autora, agora=agora())
    assert [r.peticao_id for r in feitos if r.numero is None] == [ids[4]]
    assert feitos[4].motivo == "Falta o documento essencial."
    numeros = [r.numero for r in feitos if r.numero]
    assert len(set(numeros)) == 29
    monkeypatch.undo()
    (restante,) = lotes.protocolar_prontas(lote.id, contas.SENHA, na_pagina(lote), por=autora, agora=agora())
    assert restante.peticao_id == ids[4]
    with pytest.raises(Recusa, match="Nenhum rascunho está pronto"):
        lotes.protocolar_prontas(lote.id, contas.SENHA, na_pagina(lote), por=autora, agora=agora())


def test_what_changed_after_the_page_was_drawn_is_not_signed(autora: Pessoa) -> None:
    lote = receber(autora, linha("Uma"), linha("Duas"))
    lotes.criar_rascunhos(lote.id, por=autora, agora=agora())
    vistas = na_pagina(lote)
    mudada = next(p for p in lotes.peticoes_do_lote(lote).values() if p.assunto == "Uma")
    dados = services.Rascunho(mudada.tipo_id, "Trocada depois", mudada.municipio_digitado, mudada.texto_html)
    services.rascunhar(mudada.id, dados, por=autora, versao=mudada.versao, agora=agora())
    uma, duas = lotes.protocolar_prontas(lote.id, contas.SENHA, vistas, por=autora, agora=agora())
    assert uma.numero is None
    assert "O rascunho mudou depois que você o conferiu." in uma.motivo
    assert duas.numero is not None
    com_anexo = na_pagina(lote)
    services.anexar(mudada.id, "a.pdf", io.BytesIO(peticoes.pdf_pequeno()), por=autora, agora=agora())
    (de_novo,) = lotes.protocolar_prontas(lote.id, contas.SENHA, com_anexo, por=autora, agora=agora())
    assert de_novo.numero is None


def test_what_was_not_on_the_page_is_not_signed(autora: Pessoa) -> None:
    lote, outro = receber(autora, linha("Uma")), receber(autora, linha("De outra planilha"))
    for cada in (lote, outro):
        lotes.criar_rascunhos(cada.id, por=autora, agora=agora())
    with pytest.raises(Recusa, match="Nenhum rascunho está pronto"):
        lotes.protocolar_prontas(lote.id, contas.SENHA, na_pagina(outro), por=autora, agora=agora())


def test_a_wrong_password_files_nothing(autora: Pessoa) -> None:
    lote = receber(autora, linha())
    lotes.criar_rascunhos(lote.id, por=autora, agora=agora())
    with pytest.raises(Recusa, match=r"A senha não confere\. Nada foi protocolado"):
        lotes.protocolar_prontas(lote.id, "outra-senha", na_pagina(lote), por=autora, agora=agora())
    assert {p.estado for p in lotes.peticoes_do_lote(lote).values()} == {EstadoPeticao.RASCUNHO}


def test_another_offices_spreadsheet_does_not_exist(autora: Pessoa) -> None:
    lote = receber(autora, linha())
    outra = contas.deputada()
    for tentar in (
        lambda: lotes.do_gabinete(lote.id, por=outra),
        lambda: lotes.criar_rascunhos(lote.id, por=outra, agora=agora()),
        lambda: lotes.protocolar_prontas(lote.id, contas.SENHA, na_pagina(lote), por=outra, agora=agora()),
    ):
        with pytest.raises(NaoEncontrado):
            tentar()
    with pytest.raises(SemPermissao):
        lotes.receber(xlsx(linha()), "a.xlsx", por=contas.triador(), agora=agora())


def test_from_the_sheet_to_the_receipts_on_the_pages(autora: Pessoa, como: Como) -> None:
    cliente = como(autora)
    modelo = openpyxl.load_workbook(io.BytesIO(cliente.get("/peticoes/lotes/modelo.xlsx").data))
    assert [celula.value for celula in modelo["Petições"][1]] == list(COLUNAS)
    assert modelo["Tipos"]["A2"].value == "Obra"
    assert "Escolha a planilha." in cliente.post("/peticoes/lotes").text

    planilha = xlsx(linha("Uma"), linha("Duas"), linha("Três", Tipo="Nenhum"))
    planilha.seek(0)
    ida = cliente.post("/peticoes/lotes", data={"planilha": (planilha, "meus pedidos.xlsx")})
    pagina = cliente.get(ida.location).text
    assert "2 linhas prontas, 1 com erro." in pagina
    assert "“Nenhum” não é um tipo conhecido." in pagina
    assert "Criar 2 rascunhos" in pagina

    assert cliente.post(f"{ida.location}/rascunhos").status_code == 303
    assert "2 petições prontas para assinar." in cliente.get(ida.location).text
    conferidas = re.findall(r'name="conferida" value="([^"]+)"', cliente.get(ida.location).text)
    assert len(conferidas) == 2
    recusada = cliente.post(f"{ida.location}/protocolar", data={"senha": "errada-errada", "conferida": conferidas})
    assert (recusada.status_code, "A senha não confere." in recusada.text) == (422, True)
    feita = cliente.post(f"{ida.location}/protocolar", data={"senha": contas.SENHA, "conferida": conferidas})
    assert "2 petições protocoladas agora." in feita.text
    assert feita.text.count("Protocolada") == 2
    assert "meus pedidos.xlsx" in cliente.get("/peticoes/lotes").text
