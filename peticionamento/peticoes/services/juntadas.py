"""What comes after a filing, signed: its documents go into the process, or a related one says why they could not.

Both are steps of the signing's transaction, with the draft locked and its way decided (`continuacao.caminho_travado`).
"""

from __future__ import annotations

from datetime import datetime

from peticionamento.comum import historico
from peticionamento.comum.avisos import avisar_depois
from peticionamento.comum.db import db
from peticionamento.comum.estados import mover
from peticionamento.comum.tempo import data_hora_oficial, data_por_extenso, dias_desde, hoje
from peticionamento.comum.texto import plural
from peticionamento.contas.models import Pessoa
from peticionamento.peticoes.models import AcaoPeticao, AtoDoAutor, Especie, Peticao
from peticionamento.peticoes.services.assinatura import PROCESSO_NOVO, assinar_em
from peticionamento.peticoes.services.continuacao import Caminho, situacao_de
from peticionamento.peticoes.services.diligencias import encerrar_diligencia
from peticionamento.peticoes.signals import juntada, reiterada, respondida_diligencia


def juntar(peticao: Peticao, caminho: Caminho, *, por: Pessoa, agora: datetime) -> Peticao:
    """Put a signed draft's documents, its words among them, into the process it was written for, with its receipt."""
    origem, anexos = caminho.origem, len(peticao.documentos)
    _o_que_e(peticao, caminho)
    peticao.protocolada_em = agora
    mover(peticao, AcaoPeticao.JUNTAR, por=por, detalhe=origem.numero or "")
    assinatura = assinar_em(peticao, origem, por=por, agora=agora, peticionamento=peticionamento(peticao, caminho))
    detalhe = f"{peticao.especie.rotulo.lower()} {assinatura.numero_sei}"
    if anexos:
        detalhe += f", com {plural(anexos, 'documento', 'documentos')}"
    db.session().expire(peticao, ["documentos"])
    _contar_no_processo(peticao, caminho, detalhe, por=por, agora=agora)
    juntada.send(peticao, agora=agora)
    avisar_depois(
        por.email,
        "peticoes/juntada",
        peticao_id=origem.id,
        pessoa=por.nome,
        id=peticao.id,
        assunto=origem.assunto,
        numero=origem.numero,
        em=data_hora_oficial(agora),
    )
    return peticao


def _contar_no_processo(peticao: Peticao, caminho: Caminho, detalhe: str, *, por: Pessoa, agora: datetime) -> None:
    """The line in the process's own history: triage's, when it was waiting for this; else ours."""
    if caminho.diligencia is not None:
        diligencia = encerrar_diligencia(caminho.origem.id, agora=agora, resposta=peticao)
        respondida_diligencia.send(diligencia, detalhe=detalhe, por=por, agora=agora)
    else:
        frase = f"Documentos juntados: {detalhe}."
        anotar(caminho.origem, AtoDoAutor.JUNTAR, frase, por=por)


def relacionar(peticao: Peticao, caminho: Caminho | None, *, por: Pessoa, agora: datetime) -> None:
    """Tie a petition just filed to the one it is about, in both histories. Its number is already given."""
    if peticao.especie is Especie.REITERACAO and peticao.origem is not None:
        _reiterar(peticao, peticao.origem, por=por, agora=agora)
    if caminho is None:
        return
    origem = caminho.origem
    _o_que_e(peticao, caminho)
    anotar(
        peticao,
        AtoDoAutor.RELACIONAR,
        f"Relacionada ao processo {origem.numero}, que {caminho.porque}: por isso os documentos vieram em um novo.",
        por=por,
    )
    frase = f"Documentos recebidos no processo relacionado {peticao.numero}, porque este {caminho.porque}."
    anotar(origem, AtoDoAutor.RELACIONAR, frase, por=por)


def _reiterar(peticao: Peticao, origem: Peticao, *, por: Pessoa, agora: datetime) -> None:
    situacao = situacao_de(origem.id, travada=True)
    situacao.reiteracoes += 1
    vez = situacao.reiteracoes
    espera = plural(dias_desde(situacao.protocolada_em, agora), "dia", "dias")
    dia = data_por_extenso(hoje(situacao.protocolada_em))
    anotar(peticao, AtoDoAutor.RELACIONAR, f"É a {vez}ª reiteração da demanda {origem.numero}, de {dia}.", por=por)
    frase = f"Reiterada pela {vez}ª vez, no processo {peticao.numero}, depois de {espera} de espera."
    anotar(origem, AtoDoAutor.REITERAR, frase, por=por)
    reiterada.send(origem, vezes=vez, agora=agora)


def anotar(peticao: Peticao, ato: AtoDoAutor, frase: str, *, por: Pessoa) -> None:
    """Write what the author did in a filed petition's history, the same for every reader."""
    historico.registrar(peticao.id, peticao.ENTIDADE, peticao.id, ato, frase, por=por, texto_autor=frase)


def _o_que_e(peticao: Peticao, caminho: Caminho) -> None:
    """An answer to what nobody asks any more is one more document of the process."""
    if peticao.especie is Especie.DILIGENCIA and caminho.diligencia is None:
        peticao.especie = Especie.INTERCORRENTE


def peticionamento(peticao: Peticao, caminho: Caminho | None) -> str:
    """How a receipt names the filing, in SEI's words."""
    if peticao.especie is Especie.REITERACAO and peticao.origem is not None:
        return f"Processo novo: reiteração da demanda {peticao.origem.numero}"
    if caminho is None:
        return PROCESSO_NOVO
    if caminho.diligencia is not None:
        return "Resposta a diligência, direto no processo"
    if caminho.direto:
        return "Intercorrente, direto no processo indicado"
    return f"Intercorrente, em processo novo relacionado ao {caminho.origem.numero}, que {caminho.porque}"
