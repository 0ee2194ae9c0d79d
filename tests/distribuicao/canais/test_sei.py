"""Deliveries to SEI: one process and one of each document, whatever goes wrong on the way."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.comum import arquivos, saida
from peticionamento.comum.arquivos import Varredura
from peticionamento.comum.db import db, transaction
from peticionamento.comum.historico import de_quem_trabalha
from peticionamento.comum.protocolo import numero_valido
from peticionamento.comum.saida import EstadoSaida
from peticionamento.comum.tempo import agora, no_instante
from peticionamento.distribuicao import services
from peticionamento.distribuicao.canais import sei
from peticionamento.distribuicao.canais.sei import remessa
from peticionamento.distribuicao.models import AjustesDoCanal, Canal, EnderecoDeEntrega, Entrega
from peticionamento.peticoes.models import Documento, PapelDocumento
from peticionamento.peticoes.queries import documentos_de
from peticionamento.servidores.sei import Defeito, Sei
from peticionamento.servidores.sei_acervo import Processo
from tests.factories import cadastros, contas, peticoes, triagem
from tests.fixtures.sei import entrega_pelo_sei, ligar_canal

PASSOS = ["gerarProcedimento", *["incluirDocumento"] * 3, "enviarProcesso"]
"""What a petition with one attachment takes."""
SEM_RESPOSTA = [Defeito.PERDER, Defeito.CORTAR]


def entregar(entrega: Entrega) -> Entrega:
    """Carry it once, as a worker would when its time has come."""
    with no_instante(max(agora(), entrega.proxima_em)):
        services.entregar(entrega.id)
    return entrega


def ate_o_fim(entrega: Entrega) -> Entrega:
    """Carry it until it is delivered or waits for a person."""
    while entregar(entrega).estado is EstadoSaida.FALHOU:
        pass
    return entrega


def com_anexo() -> Entrega:
    return entrega_pelo_sei(peticoes.protocolada(anexo=True))


def unico(servidor: Sei) -> Processo:
    (processo,) = servidor.acervo.processos.values()
    return processo


def inteiro(servidor: Sei, entrega: Entrega) -> Processo:
    """The one process, whole, at the agency's unit, and known here by its number."""
    assert entrega.estado is EstadoSaida.ENTREGUE, (entrega.erro, entrega.erro_tecnico)
    processo = unico(servidor)
    numeros = {d.papel: str(d.numero_sei) for d in documentos_de(entrega.peticao_id)}
    assert [(d.dados["NomeArvore"], d.dados["Numero"]) for d in processo.documentos] == [
        (f"Petição {numeros[PapelDocumento.PRINCIPAL]}", numeros[PapelDocumento.PRINCIPAL]),
        ("oficio", numeros[PapelDocumento.ANEXO]),
        ("Encaminhamento da SEGOV", f"E{entrega.encaminhamento_id}"),
    ]
    assert processo.abertas == ["110000002"]
    assert entrega.externo_numero == processo.numero
    assert entrega.externo_link is not None
    assert entrega.externo_link.endswith(
        f"/sei/controlador.php?acao=procedimento_trabalhar&id_procedimento={processo.id}"
    )
    return processo


def test_the_agency_gets_a_process_with_the_petition_its_attachments_and_what_is_asked(
    app: Flask, sei_local: Sei
) -> None:
    entrega = entregar(com_anexo())
    processo = inteiro(sei_local, entrega)
    peticao = entrega.encaminhamento.demanda.peticao
    assert entrega.tentativas == 1
    assert sei_local.chamadas == PASSOS
    assert processo.dados["Especificacao"] == "Leitos de UTI"
    assert processo.dados["Interessados"] == [
        {"IdContato": None, "Cpf": None, "Cnpj": None, "Sigla": None, "Nome": peticao.autor.nome}
    ]
    assert peticao.numero in processo.dados["Observacao"]
    assert entrega.chave in processo.dados["Observacao"]
    assert processo.dados["NivelAcesso"] == "0"
    assert processo.numero.startswith("1490.02.0000001/")
    assert numero_valido(processo.numero)
    principal, anexo, instrucao = processo.documentos
    assert anexo.conteudo == peticoes.pdf_pequeno()
    assert all(d.conteudo.startswith(b"%PDF") for d in (principal, instrucao))
    assert principal.dados["Remetente"]["Nome"] == peticao.autor.nome
    textos = [linha.texto for linha in de_quem_trabalha(entrega.peticao_id)]
    assert f"Demanda entregue à SES pelo SEI (processo {processo.numero})." in textos


def test_the_instruction_says_what_is_asked_by_when_and_for_whom(
    app: Flask, sei_local: Sei, monkeypatch: pytest.MonkeyPatch
) -> None:
    desenhados = []
    original = remessa.pdf.gerar
    monkeypatch.setattr(remessa.pdf, "gerar", lambda *a, **k: desenhados.append(a) or original(*a, **k))
    entrega = entregar(com_anexo())
    ((_, dados),) = [a for a in desenhados if a[0] == "instrucao"]
    assert "Informar a situação." in str(dados["blocos"])
    assert dados["numero"] == entrega.encaminhamento.demanda.peticao.numero
    assert dados["prazo"] in unico(sei_local).documentos[-1].dados["Descricao"]


def test_an_agency_without_an_address_there_or_a_channel_that_is_off_makes_no_delivery(app: Flask) -> None:
    ligar_canal()
    triagem.distribuida(["SEE"])
    com_sei = select(Entrega).where(Entrega.canal == Canal.SEI)
    assert db.session().execute(com_sei).scalars().all() == []
    with transaction() as session:
        session.get_one(AjustesDoCanal, Canal.SEI).ligado = False
    triagem.distribuida(["SES"])
    assert db.session().execute(com_sei).scalars().all() == []
    with transaction() as session:
        session.get_one(AjustesDoCanal, Canal.SEI).ligado = True
        session.execute(select(EnderecoDeEntrega)).scalar_one().ativo = False
    triagem.distribuida(["SES"])
    assert db.session().execute(com_sei).scalars().all() == []


def test_two_agencies_get_a_process_each(app: Flask, sei_local: Sei) -> None:
    ligar_canal()
    see = cadastros.orgao("SEE")
    with transaction() as session:
        session.add(EnderecoDeEntrega(orgao_id=see.id, canal=Canal.SEI, endereco="SEE", dados={"unidade": "110000003"}))
    triagem.distribuida(["SES", "SEE"])
    for entrega in db.session().execute(select(Entrega).where(Entrega.canal == Canal.SEI)).scalars().all():
        assert entregar(entrega).estado is EstadoSaida.ENTREGUE
    assert [p.abertas for p in sei_local.acervo.processos.values()] == [["110000002"], ["110000003"]]


def test_a_large_file_goes_in_parts_and_arrives_whole(
    app: Flask, sei_local: Sei, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peticionamento.distribuicao.canais.sei.caminho.PARTE_BYTES", 3_000)
    monkeypatch.setattr(remessa, "PARTE_BYTES", 3_000)
    inteiro(sei_local, entregar(com_anexo()))
    partes = -(-len(peticoes.pdf_pequeno()) // 3_000)
    assert partes > 2
    assert sei_local.chamadas.count("adicionarArquivo") == 3
    assert sei_local.chamadas.count("adicionarConteudoArquivo") >= partes - 1
    assert unico(sei_local).documentos[1].conteudo == peticoes.pdf_pequeno()
    assert sei_local.acervo.arquivos == {}


@pytest.mark.parametrize("defeito", [*SEM_RESPOSTA, Defeito.TRAVAR, Defeito.ERRO])
@pytest.mark.parametrize("operacao", ["adicionarArquivo", "adicionarConteudoArquivo"])
def test_a_large_file_cut_on_the_way_is_sent_again(
    app: Flask, sei_local: Sei, monkeypatch: pytest.MonkeyPatch, operacao: str, defeito: Defeito
) -> None:
    monkeypatch.setattr("peticionamento.distribuicao.canais.sei.caminho.PARTE_BYTES", 10_000)
    monkeypatch.setattr(remessa, "PARTE_BYTES", 10_000)
    entrega = com_anexo()
    sei_local.estragar(operacao, defeito)
    assert entregar(entrega).erro == "o SEI não respondeu"
    inteiro(sei_local, ate_o_fim(entrega))
    assert entrega.tentativas == 2


@pytest.mark.parametrize("defeito", SEM_RESPOSTA)
@pytest.mark.parametrize("passo", range(len(PASSOS)))
def test_an_answer_lost_at_any_step_leaves_one_process_and_one_of_each_document(
    app: Flask, sei_local: Sei, passo: int, defeito: Defeito
) -> None:
    entrega = com_anexo()
    operacao = PASSOS[passo]
    antes = PASSOS[:passo].count(operacao)
    sei_local.defeitos[operacao] = [(None, "")] * antes + [(defeito, "")]
    assert entregar(entrega).estado is EstadoSaida.FALHOU
    assert (entrega.erro, entrega.erro_tecnico is not None) == ("o SEI não respondeu", True)
    inteiro(sei_local, ate_o_fim(entrega))
    assert entrega.tentativas == 2


@pytest.mark.parametrize("operacao", dict.fromkeys(PASSOS))
def test_a_call_done_twice_on_the_way_leaves_one_of_each(app: Flask, sei_local: Sei, operacao: str) -> None:
    """As behind a proxy that repeats what took long: both answers are lost, and the agency still sees one of each."""
    entrega = com_anexo()
    sei_local.estragar(operacao, Defeito.REPETIR)
    entregar(entrega)
    inteiro(sei_local, ate_o_fim(entrega))


@pytest.mark.parametrize("operacao", dict.fromkeys(PASSOS))
def test_an_answer_sent_twice_is_not_taken_for_the_next_one(app: Flask, sei_local: Sei, operacao: str) -> None:
    entrega = com_anexo()
    sei_local.estragar(operacao, Defeito.DOBRAR, vezes=3)
    processo = inteiro(sei_local, entregar(entrega))
    assert entrega.progresso is not None
    assert sorted(entrega.progresso["documentos"].values()) == [d.numero for d in processo.documentos]


@pytest.mark.parametrize("defeito", [Defeito.TRAVAR, Defeito.ERRO])
@pytest.mark.parametrize("operacao", dict.fromkeys(PASSOS))
def test_what_hangs_or_is_away_is_tried_again_from_where_it_stopped(
    app: Flask, sei_local: Sei, operacao: str, defeito: Defeito
) -> None:
    entrega = com_anexo()
    sei_local.estragar(operacao, defeito)
    assert entregar(entrega).estado is EstadoSaida.FALHOU
    inteiro(sei_local, ate_o_fim(entrega))


def test_a_worker_killed_between_the_answer_and_the_note_makes_nothing_twice(
    app: Flask, sei_local: Sei, monkeypatch: pytest.MonkeyPatch
) -> None:
    entrega = com_anexo()
    original = sei.Caderno.anotar

    def morrer(self: sei.Caderno, **notas: object) -> None:
        if len(notas.get("documentos", {})) == 2:  # type: ignore[arg-type]
            raise KeyboardInterrupt
        original(self, **notas)  # type: ignore[arg-type]

    monkeypatch.setattr(sei.Caderno, "anotar", morrer)
    with pytest.raises(KeyboardInterrupt):
        entregar(entrega)
    monkeypatch.setattr(sei.Caderno, "anotar", original)
    assert entrega.em_entrega
    with no_instante(agora() + timedelta(minutes=5)):
        services.entregar(entrega.id)
    inteiro(sei_local, entrega)


def test_who_lost_the_lease_stops_at_once(app: Flask, sei_local: Sei) -> None:
    entrega = com_anexo()
    reservada = saida.reservar(Entrega, entrega.id)
    assert reservada is not None
    with transaction():
        entrega.reserva = "de outro"
    db.session().refresh(entrega)
    caderno = sei.Caderno(entrega)
    with transaction():
        entrega.reserva = "de mais outro"
    with pytest.raises(sei.ReservaPerdida):
        caderno.anotar(enviado=True)
    assert entrega.progresso is None


DESCONHECIDOS = "o SEI não reconhece este sistema: confira a sigla do sistema e a chave do serviço"
RECUSAS = {
    "Sistema [X] não encontrado.": DESCONHECIDOS,
    "Serviço do sistema [X] não encontrado.": DESCONHECIDOS,
    "Operação [gerarProcedimento] não liberada para o serviço do sistema [X].":
        "o SEI não liberou esta operação para o nosso serviço",
    "Unidade [1] não encontrada.": "o SEI não conhece a unidade indicada no endereço do órgão",
    "Unidade [1] não liberada para o serviço do sistema [X].": "o SEI não liberou a nossa unidade para este serviço",
    "Tipo do processo [1] não encontrado.": "o SEI não conhece o tipo de processo escolhido nos ajustes do canal",
    "Tipo do documento [1] não encontrado.": "o SEI não conhece o tipo de documento escolhido nos ajustes do canal",
    "Hipótese Legal [9] não encontrada.": "o SEI não conhece a hipótese legal escolhida nos ajustes do canal",
    "O arquivo [a.xyz] possui extensão não permitida.": "o SEI não aceita arquivos deste formato",
    "Número de processo [1] inválido.":
        "o SEI não aceitou o número que demos ao processo: confira a numeração nos ajustes do canal",
    "Algo que ninguém previu.": "o SEI recusou o pedido",
}  # fmt: skip
PASSAGEIRAS = {"Erro conectando ao banco de dados.": "o SEI está com um problema passageiro"}


@pytest.mark.parametrize("texto", [*RECUSAS, *PASSAGEIRAS])
def test_a_fault_has_its_cause_in_portuguese_and_the_words_of_sei_beside_it(
    app: Flask, sei_local: Sei, texto: str
) -> None:
    causa = {**RECUSAS, **PASSAGEIRAS}[texto]
    estado = EstadoSaida.FALHOU if texto in PASSAGEIRAS else EstadoSaida.AGUARDA_PESSOA
    entrega = com_anexo()
    sei_local.estragar("gerarProcedimento", Defeito.RECUSAR, texto=texto)
    entregar(entrega)
    assert (entrega.erro, entrega.estado) == (causa, estado)
    assert entrega.erro_tecnico == f"gerarProcedimento: {texto}"
    assert sei_local.acervo.processos == {}
    services.reentregar(entrega.id, por=contas.coordenadora(), versao=entrega.versao, agora=agora())
    inteiro(sei_local, ate_o_fim(entrega))


def test_a_fault_in_the_middle_is_gone_on_from_when_it_is_mended(app: Flask, sei_local: Sei) -> None:
    sei_local.acervo.unidades.pop("110000002")
    entrega = entregar(com_anexo())
    assert entrega.erro == "o SEI não conhece a unidade indicada no endereço do órgão"
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA
    assert entrega.externo_numero == unico(sei_local).numero
    sei_local.acervo.unidades["110000002"] = "SES/PROTOCOLO"
    services.reentregar(entrega.id, por=contas.coordenadora(), versao=entrega.versao, agora=agora())
    inteiro(sei_local, entregar(entrega))


def test_a_number_that_belongs_to_another_process_is_a_persons_to_sort_out(app: Flask, sei_local: Sei) -> None:
    primeira = entregar(com_anexo())
    alheio = unico(sei_local)
    alheio.dados["Observacao"] = "De outra pessoa."
    with transaction():
        primeira.estado, primeira.progresso = EstadoSaida.FALHOU, {"pedido": {"numero": alheio.numero, "nosso": True}}
    entregar(primeira)
    assert primeira.estado is EstadoSaida.AGUARDA_PESSOA
    assert primeira.erro is not None
    assert primeira.erro.startswith(f"o número {alheio.numero} é de outro processo no SEI")
    assert len(unico(sei_local).documentos) == 3


def test_where_sei_numbers_by_itself_a_lost_opening_waits_for_a_person(app: Flask, sei_local: Sei) -> None:
    entrega = entrega_pelo_sei(peticoes.protocolada(anexo=True), numeracao="")
    sei_local.estragar("gerarProcedimento", Defeito.PERDER)
    ate_o_fim(entrega)
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA
    assert entrega.erro is not None
    assert entrega.erro.startswith("a resposta do SEI se perdeu e não se sabe se o processo foi aberto")
    services.reentregar(entrega.id, por=contas.coordenadora(), versao=entrega.versao, agora=agora())
    assert ate_o_fim(entrega).estado is EstadoSaida.AGUARDA_PESSOA  # asking again does not make a second one
    assert len(sei_local.acervo.processos) == 1


def test_where_sei_numbers_by_itself_a_fault_is_simply_tried_again(app: Flask, sei_local: Sei) -> None:
    entrega = entrega_pelo_sei(peticoes.protocolada(anexo=True), numeracao="")
    sei_local.estragar("gerarProcedimento", Defeito.RECUSAR, texto="Banco de dados: já existe uma trava.")
    inteiro(sei_local, ate_o_fim(entrega))


def test_what_is_restricted_goes_restricted_with_its_legal_ground(app: Flask, sei_local: Sei) -> None:
    entrega = com_anexo()
    with transaction():
        entrega.encaminhamento.acesso = NivelAcesso.RESTRITO
    processo = inteiro(sei_local, entregar(entrega))
    assert (processo.dados["NivelAcesso"], processo.dados["IdHipoteseLegal"]) == ("1", "7")
    assert processo.documentos[-1].dados["NivelAcesso"] == "1"


@pytest.mark.parametrize(
    ("ajustes", "causa"),
    [
        ({"tipo_procedimento": ""}, "nos ajustes do canal SEI falta: o tipo de processo"),
        ({"unidade": "", "serie_anexo": None},
         "nos ajustes do canal SEI falta: a unidade do SEI que envia, o tipo de documento dos anexos"),
    ],
)  # fmt: skip
def test_settings_that_are_missing_are_named(app: Flask, sei_local: Sei, ajustes: dict[str, str], causa: str) -> None:
    entrega = entregar(entrega_pelo_sei(**ajustes))
    assert (entrega.estado, entrega.erro) == (EstadoSaida.AGUARDA_PESSOA, causa)
    assert sei_local.chamadas == []


def test_without_an_address_in_the_settings_it_says_so(app: Flask) -> None:
    entrega = entregar(entrega_pelo_sei())
    assert entrega.erro == "o SEI não está ligado a este programa: faltam SEI_URL, SEI_SISTEMA ou SEI_SERVICO"
    assert entrega.estado is EstadoSaida.AGUARDA_PESSOA


def test_a_document_in_quarantine_waits_for_the_antivirus(app: Flask, sei_local: Sei) -> None:
    entrega = com_anexo()
    anexo = db.session().execute(
        select(Documento).where(Documento.peticao_id == entrega.peticao_id, Documento.papel == PapelDocumento.ANEXO)
    ).scalar_one()  # fmt: skip
    assert isinstance(anexo.arquivo, arquivos.Arquivo)
    with transaction():
        anexo.arquivo.varredura = Varredura.EM_QUARENTENA
    entregar(entrega)
    assert (entrega.estado, entrega.erro) == (EstadoSaida.FALHOU, "“oficio.pdf” está em quarentena")
    with transaction():
        anexo.arquivo.varredura = Varredura.LIMPO
    inteiro(sei_local, ate_o_fim(entrega))


def test_the_key_of_the_service_is_in_no_log_and_in_no_error(
    app: Flask, sei_local: Sei, caplog: pytest.LogCaptureFixture
) -> None:
    chave = sei_local.acervo.chave
    caplog.set_level(logging.DEBUG)
    entrega = com_anexo()
    sei_local.estragar("gerarProcedimento", Defeito.RECUSAR, texto=f"O banco de dados recusou [{chave}].")
    entregar(entrega)
    assert entrega.erro_tecnico == "gerarProcedimento: O banco de dados recusou [•••]."
    inteiro(sei_local, ate_o_fim(entrega))
    assert chave not in caplog.text
    assert chave not in repr(app.config["PETICIONAMENTO"])


def test_the_connection_can_be_tried_without_leaving_anything(app: Flask, sei_local: Sei) -> None:
    ligar_canal()
    assert sei.experimentar() is None
    sei_local.acervo.chave = "outra"
    falha = sei.experimentar()
    assert falha is not None
    assert falha.causa == "o SEI não reconhece este sistema: confira a sigla do sistema e a chave do serviço"
    assert sei_local.acervo.processos == {}
