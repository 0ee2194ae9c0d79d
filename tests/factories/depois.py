"""What comes after a filing, for tests, by the rooms' own use cases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from peticionamento.cadastros.models import HipoteseLegal, NivelAcesso
from peticionamento.comum.db import db, transaction
from peticionamento.comum.erros import Recusa
from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.models import Acompanhamento, Especie, Peticao
from peticionamento.peticoes.services import Rascunho
from peticionamento.triagem import diligencias
from peticionamento.triagem.models import Demanda
from tests.factories import contas, peticoes, triagem

PERGUNTA = "Qual é o CNES do hospital, e quantos leitos tem hoje?"
FALA = "<p>O CNES é 2208857 e o hospital tem trinta leitos.</p>"


def continuacao(
    origem: Peticao, especie: Especie = Especie.INTERCORRENTE, *, texto: str | None = FALA, anexo: bool = False
) -> Peticao:
    """A draft about a filed petition, ready to be signed. `texto` None keeps the text it begins with."""
    novo = services.continuar(origem.id, especie, por=origem.autor, agora=agora())
    if texto is not None:
        dados = Rascunho(novo.tipo_id, novo.assunto, novo.municipio_digitado, texto)
        novo = services.rascunhar(novo.id, dados, por=origem.autor, versao=novo.versao, agora=agora())
    return peticoes.com_anexo(novo) if anexo else novo


def assinar(rascunho: Peticao, *, em: datetime | None = None) -> Peticao:
    """Sign it."""
    return services.protocolar(
        rascunho.id, contas.SENHA, por=rascunho.autor, versao=rascunho.versao, agora=em or agora()
    )


def em_diligencia(peticao: Peticao | None = None, *, por: Pessoa | None = None, dias_uteis: int = 5) -> Demanda:
    """A demand that waits for its author."""
    triador = por or contas.triador()
    demanda = triagem.em_triagem(triador, peticao)
    return diligencias.pedir(
        demanda.id, PERGUNTA, triagem.daqui_a(dias_uteis), por=triador, versao=demanda.versao, agora=agora()
    )


def reabrir(demanda: Demanda, motivo: str = "A resposta não diz quando.") -> Demanda:
    """The author reopens an answered demand."""
    autor = demanda.peticao.autor
    services.reabrir(demanda.peticao_id, motivo, por=autor, agora=agora())
    return demanda


def respondida() -> Peticao:
    """A petition with its answer."""
    return triagem.respondida().peticao


def restrita() -> Peticao:
    """A filed petition of restricted access."""
    origem = peticoes.protocolada()
    with transaction() as session:
        hipotese = HipoteseLegal(nome="Informação pessoal", base_legal="art. 31 da Lei 12.527/2011", ativa=True)
        session.add(hipotese)
        session.flush()
        origem.acesso, origem.hipotese_id = NivelAcesso.RESTRITO, hipotese.id
    return origem


def apensada() -> Peticao:
    """A petition joined to another."""
    origem, outra = peticoes.protocolada(), peticoes.protocolada()
    with transaction():
        db.session().get_one(Acompanhamento, origem.id).apensada_a_id = outra.id
    return origem


def concluida() -> Peticao:
    """A petition that ended for good."""
    origem = respondida()
    with transaction():
        db.session().get_one(Acompanhamento, origem.id).concluida_em = agora()
    return origem


def ao_mesmo_tempo(app: Flask, *atos: Callable[[], object]) -> list[object]:
    """Each act in a thread with a session of its own; what each gave, or the refusal it met."""
    largada, resultados = threading.Barrier(len(atos)), dict[int, object]()

    def fazer(ordem: int) -> None:
        with app.app_context():
            largada.wait()
            try:
                resultados[ordem] = atos[ordem]()
            except Recusa as recusa:
                resultados[ordem] = recusa

    linhas = [threading.Thread(target=fazer, args=(ordem,)) for ordem in range(len(atos))]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    return [resultados[ordem] for ordem in range(len(atos))]
