"""The make-believe SEI: speaks as its WSDL says, refuses what SEI refuses, fails when told to."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from lxml import etree

from peticionamento.servidores import portas, sei
from peticionamento.servidores.sei import CAMINHO, Sei
from peticionamento.servidores.sei_acervo import PARTE_BYTES, Acervo, Recusa

NUMERO = "1370.01.0041699/2020-85"
QUEM = {"SiglaSistema": "PETICIONAMENTO", "IdentificacaoServico": "chave-da-simulacao-local", "IdUnidade": "110000001"}

ENVELOPE = b"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>%s</e:Body></e:Envelope>"


@pytest.fixture
def servidor() -> Iterator[Sei]:
    with sei.ligado() as servidor:
        yield servidor


def pedir(servidor: Sei, metodo: str, onde: str, corpo: bytes = b"") -> tuple[int, bytes]:
    ligacao = http.client.HTTPConnection(portas.LOCAL, servidor.porta, timeout=5)
    ligacao.request(metodo, onde, corpo)
    resposta = ligacao.getresponse()
    lido = resposta.status, resposta.read()
    ligacao.close()
    return lido


def estrutura(servidor: Sei, tipo: str, **campos: Any) -> dict[str, Any]:
    return {**dict.fromkeys(servidor.contrato.estruturas[tipo]), **campos}


def chamar(servidor: Sei, operacao: str, **partes: Any) -> Any:
    vazias = {
        nome: [] if tipo in servidor.contrato.listas else ""
        for nome, tipo in servidor.contrato.operacoes[operacao].entrada
    }
    return servidor.acervo.chamar(operacao, {**vazias, **QUEM, **partes})


def procedimento(servidor: Sei, **campos: Any) -> dict[str, Any]:
    padrao = {"IdTipoProcedimento": "100000256", "NumeroProtocolo": NUMERO, "NivelAcesso": "0", "Observacao": "O"}
    return estrutura(servidor, "Procedimento", **{**padrao, **campos})


def documento(servidor: Sei, **campos: Any) -> dict[str, Any]:
    padrao = {
        "Tipo": "R", "ProtocoloProcedimento": NUMERO, "IdSerie": "11", "Data": "24/11/2026", "NomeArquivo": "a.pdf",
        "NivelAcesso": "0", "Conteudo": base64.b64encode(b"x").decode(),
    }  # fmt: skip
    return estrutura(servidor, "Documento", **{**padrao, **campos})


def test_it_gives_its_wsdl_with_its_own_address(servidor: Sei) -> None:
    codigo, wsdl = pedir(servidor, "GET", f"{CAMINHO}?wsdl")
    assert codigo == 200
    assert f'<soap:address location="{servidor.url}"/>'.encode() in wsdl
    assert len(servidor.contrato.operacoes) == 67


@pytest.mark.parametrize(
    ("corpo", "texto"),
    [
        (b"<nada", "XML malformado"),
        (b"<a/>", "não traz chamada"),
        (b"<x:voar xmlns:x='Sei'/>", "a operação [voar] não existe"),
        (b"<x:listarUnidades xmlns:x='Sei'/>",
         "faltam partes da mensagem: SiglaSistema, IdentificacaoServico, IdTipoProcedimento, IdSerie"),
    ],
)  # fmt: skip
def test_what_is_no_call_is_a_fault(servidor: Sei, corpo: bytes, texto: str) -> None:
    if b"Sei" in corpo:
        corpo = ENVELOPE % corpo
    codigo, resposta = pedir(servidor, "POST", CAMINHO, corpo)
    assert codigo == 500
    assert texto in str(etree.fromstring(resposta).findtext(".//faultstring"))


@pytest.mark.parametrize(
    ("operacao", "partes", "texto"),
    [
        ("gerarProcedimento", {"SiglaSistema": "X"}, "Sistema [X] não encontrado."),
        ("gerarProcedimento", {"IdentificacaoServico": "X"}, "Serviço do sistema [PETICIONAMENTO] não encontrado."),
        ("gerarProcedimento", {"IdUnidade": "9"}, "Unidade [9] não encontrada."),
        ("gerarProcedimento", {"IdUnidade": "110000002"},
         "Unidade [110000002] não liberada para o serviço do sistema [PETICIONAMENTO]."),
        ("gerarBloco", {}, "Operação [gerarBloco] não liberada para o serviço do sistema [PETICIONAMENTO]."),
        ("consultarProcedimento", {"ProtocoloProcedimento": "x"}, "Processo [x] não encontrado."),
        ("listarAndamentos", {"ProtocoloProcedimento": NUMERO}, "Nenhum andamento ou tarefa informado."),
        ("consultarDocumento", {"ProtocoloDocumento": "1"}, "Documento [1] não encontrado."),
        ("enviarProcesso", {"ProtocoloProcedimento": NUMERO}, "Nenhuma unidade de destino informada."),
        ("enviarProcesso", {"ProtocoloProcedimento": NUMERO, "UnidadesDestino": ["9"]}, "Unidade [9] não encontrada."),
        ("adicionarArquivo", {"Nome": "a.exe"}, "O arquivo [a.exe] possui extensão não permitida."),
        ("adicionarArquivo", {"Nome": "a.pdf", "Tamanho": "x"}, "Tamanho do arquivo inválido."),
        ("adicionarArquivo", {"Nome": "a.pdf", "Tamanho": "1", "Hash": "X"}, "Hash do arquivo inválido."),
        ("adicionarConteudoArquivo", {"IdArquivo": "9"}, "Arquivo [9] não encontrado."),
    ],
)  # fmt: skip
def test_calls_are_refused_in_seis_manner(servidor: Sei, operacao: str, partes: dict[str, Any], texto: str) -> None:
    chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor))
    with pytest.raises(Recusa) as recusa:
        chamar(servidor, operacao, **partes)
    assert str(recusa.value) == texto


@pytest.mark.parametrize(
    ("campos", "texto"),
    [
        ({"IdTipoProcedimento": "9"}, "Tipo do processo [9] não encontrado."),
        ({"NumeroProtocolo": "1370.01.0041699/2020-86"}, "Número de processo [1370.01.0041699/2020-86] inválido."),
        ({"Especificacao": "x" * 101}, "Especificação possui tamanho superior a 100 caracteres."),
        ({"NivelAcesso": "3"}, "Nível de acesso [3] inválido."),
        ({"NivelAcesso": "1"}, "Hipótese Legal [] não encontrada."),
    ],
)
def test_a_process_must_be_whole(servidor: Sei, campos: dict[str, str], texto: str) -> None:
    with pytest.raises(Recusa) as recusa:
        chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor, **campos))
    assert str(recusa.value) == texto
    assert servidor.acervo.processos == {}


@pytest.mark.parametrize(
    ("campos", "texto"),
    [
        ({"Tipo": "X"}, "Tipo do documento [X] inválido."),
        ({"IdSerie": "9"}, "Tipo do documento [9] não encontrado."),
        ({"NomeArvore": "x" * 51}, "NomeArvore possui tamanho superior a 50 caracteres."),
        ({"Data": "2026-11-24"}, "Data do documento [2026-11-24] inválida."),
        ({"NomeArquivo": "a.exe"}, "O arquivo [a.exe] possui extensão não permitida."),
        ({"Conteudo": ""}, "Conteúdo do documento não informado."),
        ({"Conteudo": "ã"}, "Conteúdo não está codificado em base64."),
        ({"Conteudo": "", "IdArquivo": "9"}, "Arquivo [9] não encontrado."),
    ],
)
def test_a_document_must_be_whole(servidor: Sei, campos: dict[str, str], texto: str) -> None:
    chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor))
    with pytest.raises(Recusa) as recusa:
        chamar(servidor, "incluirDocumento", Documento=documento(servidor, **campos))
    assert str(recusa.value) == texto
    assert servidor.acervo.processos[NUMERO].documentos == []


def test_a_number_is_used_once_and_a_sent_process_is_no_longer_ours(servidor: Sei) -> None:
    chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor))
    with pytest.raises(Recusa, match="Já existe um processo com o número"):
        chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor))
    chamar(servidor, "incluirDocumento", Documento=documento(servidor))
    (juntado,) = servidor.acervo.processos[NUMERO].documentos
    chamar(servidor, "enviarProcesso", ProtocoloProcedimento=NUMERO, UnidadesDestino=["110000002"])
    with pytest.raises(Recusa, match="não está aberto na unidade SEGOV/GAB"):
        chamar(servidor, "incluirDocumento", Documento=documento(servidor))
    with pytest.raises(Recusa, match="não pode mais ser excluído"):
        chamar(servidor, "excluirDocumento", ProtocoloDocumento=juntado.numero)


def test_one_call_makes_process_documents_and_sending_or_nothing(servidor: Sei) -> None:
    partes = {"Procedimento": procedimento(servidor), "UnidadesEnvio": ["110000002"]}
    with pytest.raises(Recusa):
        chamar(servidor, "gerarProcedimento", Documentos=[documento(servidor, IdSerie="9")], **partes)
    assert servidor.acervo.processos == {}
    feito = chamar(servidor, "gerarProcedimento", Documentos=[documento(servidor)], **partes)
    assert len(feito["RetornoInclusaoDocumentos"]) == 1
    assert servidor.acervo.processos[NUMERO].abertas == ["110000002"]


def test_parts_must_add_up_to_what_was_announced(servidor: Sei) -> None:
    conteudo = b"abc"
    anuncio = {"Nome": "a.pdf", "Tamanho": "3", "Hash": hashlib.md5(conteudo).hexdigest()}

    def em_base64(parte: bytes) -> str:
        return base64.b64encode(parte).decode()

    with pytest.raises(Recusa, match="Hash do arquivo"):
        chamar(servidor, "adicionarArquivo", **anuncio, Conteudo=em_base64(b"abd"))
    with pytest.raises(Recusa, match="excede o tamanho informado"):
        chamar(servidor, "adicionarArquivo", **anuncio, Conteudo=em_base64(b"abcd"))
    with pytest.raises(Recusa, match="excede 1048576 bytes"):
        chamar(servidor, "adicionarArquivo", **anuncio, Conteudo=em_base64(b"x" * (PARTE_BYTES + 1)))
    arquivo = chamar(servidor, "adicionarArquivo", **anuncio, Conteudo=em_base64(b"ab"))
    chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor))
    juntar = documento(servidor, Conteudo="", IdArquivo=arquivo)
    with pytest.raises(Recusa, match="incompleto"):
        chamar(servidor, "incluirDocumento", Documento=juntar)
    chamar(servidor, "adicionarConteudoArquivo", IdArquivo=arquivo, Conteudo=em_base64(b"c"))
    chamar(servidor, "incluirDocumento", Documento=juntar)
    assert servidor.acervo.processos[NUMERO].documentos[0].conteudo == conteudo


def test_its_own_numbers_are_numbers_of_sei(servidor: Sei) -> None:
    feito = chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor, NumeroProtocolo=""))
    assert int("".join(c for c in feito["ProcedimentoFormatado"] if c.isdigit())) % 97 == 1


def test_orders_to_fail_come_over_http_too_and_the_first_page_shows_what_it_holds(servidor: Sei) -> None:
    assert "Nenhum processo" in pedir(servidor, "GET", "/")[1].decode()
    chamar(servidor, "gerarProcedimento", Procedimento=procedimento(servidor, Especificacao="<b>Leitos</b>"))
    assert f"<h2>{NUMERO}</h2><p>&lt;b&gt;Leitos&lt;/b&gt;" in pedir(servidor, "GET", "/")[1].decode()
    ordem = {"operacao": "listarUnidades", "defeito": "recusar", "texto": "Não hoje.", "vezes": 2}
    assert pedir(servidor, "POST", "/defeitos", json.dumps(ordem).encode()) == (200, b"ok\n")
    assert servidor.defeitos == {"listarUnidades": [("recusar", "Não hoje.")] * 2}
    assert pedir(servidor, "POST", "/defeitos", b'{"operacao": "x", "defeito": "voar"}')[0] == 400
    assert pedir(servidor, "POST", "/defeitos", b"nada")[0] == 400


def test_the_command_says_what_to_set(terminal: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sei, "servir", lambda self: None)
    porta = str(portas.livre())
    dito = terminal.invoke(args=["sei-local", "--porta", porta, "--defeito", "incluirDocumento=perder"])
    assert dito.exit_code == 0, dito.output
    assert f"SEI de mentira (simulação local) em http://127.0.0.1:{porta}/" in dito.output
    assert f"SEI_URL=http://127.0.0.1:{porta}{CAMINHO}" in dito.output
    assert "SEI_SERVICO=chave-da-simulacao-local" in dito.output
    assert "Unidades: 110000001 SEGOV/GAB" in dito.output


def test_the_command_explains_what_it_does_not_understand(terminal: FlaskCliRunner) -> None:
    dito = terminal.invoke(args=["sei-local", "--defeito", "incluirDocumento=voar"])
    assert dito.exit_code == 2
    assert "escreva OPERACAO=DEFEITO" in dito.output
    with sei.ligado(Acervo()) as servidor:
        dito = terminal.invoke(args=["sei-local", "--porta", str(servidor.porta)])
    assert dito.exit_code == 1
    assert "já está em uso" in dito.output
