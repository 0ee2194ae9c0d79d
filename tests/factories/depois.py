"""What comes after a filing, for tests, by the rooms' own use cases."""

from __future__ import annotations

from datetime import datetime

from peticionamento.comum.tempo import agora
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes import services
from peticionamento.peticoes.models import Especie, Peticao
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
