"""Pages of SEGOV's desk: queue, paper and decision side by side."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import ValidationError

from peticionamento.cadastros.queries import calendario_local, orgaos_que_recebem
from peticionamento.comum import historico
from peticionamento.comum.erros import Recusa
from peticionamento.comum.estados import acoes
from peticionamento.comum.formularios import VersaoForm, chave
from peticionamento.comum.permissoes import obter, perm, pode
from peticionamento.comum.prazos import Calendario, em_palavras, explicar
from peticionamento.comum.tempo import agora, hoje
from peticionamento.comum.texto import ao_orgao, enumerar
from peticionamento.contas.sessao import pessoa_atual
from peticionamento.peticoes.espera import espera_de
from peticionamento.peticoes.prazos import passos_do_autor
from peticionamento.peticoes.queries import avaliacoes_de, documentos_de, motivo_da_reabertura, trechos
from peticionamento.peticoes.services import diligencia_aberta
from peticionamento.triagem import bp, desfazer, diligencias, marcadores, posse, queries, services
from peticionamento.triagem.apensamento_forms import ApensarForm
from peticionamento.triagem.apensamento_forms import na_mesa as reuniao_na_mesa
from peticionamento.triagem.campanhas import campanhas, dobrar
from peticionamento.triagem.classificacao_forms import ClassificarForm, na_mesa
from peticionamento.triagem.decisoes_forms import na_mesa as decisao_na_mesa
from peticionamento.triagem.forms import DistribuirForm, PedirForm, ler_prazo, vencimento
from peticionamento.triagem.lugar import lugar
from peticionamento.triagem.models import DA_MESA, Demanda
from peticionamento.triagem.prazos import passos_da_triagem, passos_do_orgao
from peticionamento.triagem.sugestoes import services as sugestoes


def _fila(calendario: Calendario) -> dict[str, object]:
    """What the left side shows, on every page of the desk."""
    pessoa, dia, aqui = pessoa_atual(), hoje(), lugar()
    pagina = queries.fila(pessoa, aqui.aba, aqui.depois, aqui.filtros)
    return {
        "aba": aqui.aba,
        "filtros": aqui.filtros,
        "onde": aqui.argumentos,
        "depois": aqui.depois,
        "fichas": aqui.fichas(),
        "totais": queries.totais(pessoa, aqui.filtros),
        "pagina": pagina,
        "marcas": marcadores.das([linha.id for linha in pagina.itens]),
        "trechos": trechos([linha.peticao_id for linha in pagina.itens], aqui.filtros.q) if aqui.filtros.q else {},
        "dobras": dobrar(pagina.itens, campanhas(linha.impressao for linha in pagina.itens)),
        "feita": desfazer.feita(request.args.get("feita", type=chave), por=pessoa, agora=agora()),
        "hoje": dia,
        "em_palavras": lambda vence: em_palavras(calendario, vence, dia),
    }


@bp.get("")
@perm("triagem.fila")
def fila() -> str:
    """The queue: a view of it, narrowed by its address."""
    return render_template("triagem/fila.html", **_fila(calendario_local()))


def _mesa(
    demanda_id: int,
    form: DistribuirForm | None = None,
    recusado: VersaoForm | None = None,
    pedir: PedirForm | None = None,
    classificar: ClassificarForm | None = None,
    apensar: ApensarForm | None = None,
    decidir: VersaoForm | None = None,
) -> str:
    """The desk with one demand on it. `form` and `pedir` as they came back; `recusado`, a button that was refused."""
    pessoa, calendario = pessoa_atual(), calendario_local()
    demanda = obter(Demanda, demanda_id, pessoa, "triagem.ler")
    minha = demanda.triador_id == pessoa.id
    vale = demanda.reservada_ate is not None and demanda.reservada_ate > agora()
    documentos = queries.para_ler(documentos_de(demanda.peticao_id))
    form, recusado = form or DistribuirForm(formdata=None), recusado or pedir or form
    pedir = pedir or PedirForm(formdata=None)
    # What the page shows is what its buttons act on, also when it comes back because somebody decided before.
    form.versao.data = pedir.versao.data = str(demanda.versao)
    return render_template(
        "triagem/mesa.html",
        demanda=demanda,
        form=form,
        form_pedir=pedir,
        recusado=recusado or form,
        diligencia=diligencia_aberta(demanda.peticao_id),
        espera=espera_de(demanda.peticao_id),
        origem=queries.origem_de(demanda.peticao),
        avaliacoes=avaliacoes_de(demanda.peticao_id),
        reabertura=motivo_da_reabertura(demanda.peticao_id) if demanda.rodada > 1 else None,
        anteriores=[e for e in demanda.encaminhamentos if e.rodada < demanda.rodada],
        acoes=acoes(demanda, current_user),
        em_aberto=demanda.estado in DA_MESA,
        reuniao=reuniao_na_mesa(demanda, pessoa, apensar),
        classificacao=na_mesa(demanda, pessoa, classificar),
        decisao=decisao_na_mesa(demanda, pessoa, decidir, agora=agora()),
        minha=minha,
        tempo_de_sobra=minha and vale,
        reservada=vale and not minha,
        pode_tomar=pode(pessoa, "triagem.tomar"),
        orgaos=orgaos_que_recebem(),
        sugeridas=sugestoes.para_a_mesa(demanda) if minha else None,
        documentos=documentos,
        documento=services.documento_aberto(documentos, request.args.get("documento", type=int)),
        por_que_da_triagem=passos_da_triagem(demanda),
        passos_do_orgao=passos_do_orgao,
        passos_do_autor=passos_do_autor,
        recusas=queries.recusas_de(demanda),
        historico=historico.de_quem_trabalha(demanda.peticao_id),
        marcadores=marcadores.em_uso(),
        marcas_da_demanda=marcadores.das([demanda.id]).get(demanda.id, []),
        **_vencimento(form.prazo.data or "", calendario),
        **_fila(calendario),
    )


@bp.get("/<int:demanda_id>")
@perm("triagem.ler")
def mesa(demanda_id: int) -> str:
    """One demand on the desk."""
    return _mesa(demanda_id)


def _volta(demanda_id: int) -> Response:
    aqui = lugar()
    return redirect(url_for("triagem.mesa", demanda_id=demanda_id, depois=aqui.depois, **aqui.argumentos), 303)


@bp.post("/<int:demanda_id>/assumir")
@perm("triagem.assumir")
def assumir(demanda_id: int) -> tuple[str, int] | Response:
    """Claim it for a while."""
    form = VersaoForm()
    with form.aceitando_recusa():
        services.assumir(demanda_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status


@bp.post("/<int:demanda_id>/soltar")
@perm("triagem.assumir")
def soltar(demanda_id: int) -> tuple[str, int] | Response:
    """Give it back to the queue."""
    form = VersaoForm()
    with form.aceitando_recusa():
        services.soltar(demanda_id, por=pessoa_atual(), versao=form.numero())
        flash("A demanda voltou à fila.", "sucesso")
        return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status


@bp.post("/<int:demanda_id>/distribuir")
@perm("triagem.distribuir")
def distribuir(demanda_id: int) -> tuple[str, int] | Response:
    """Send it to one or more agencies, and go on to the next one."""
    form = DistribuirForm()
    if form.validate():
        with form.aceitando_recusa():
            destinos = form.destinos(hoje(), calendario_local())
            demanda = services.distribuir(demanda_id, destinos, por=pessoa_atual(), versao=form.numero(), agora=agora())
            novos = {d.orgao_id for d in destinos}
            siglas = enumerar([ao_orgao(e.orgao.sigla) for e in demanda.vivos if e.orgao_id in novos])
            if not desfazer.restam_s(demanda, agora=agora()):  # else the page says it, with the button that undoes it
                flash(f"“{demanda.peticao.assunto}” encaminhada {siglas}.", "sucesso")
                return _proxima(demanda_id)
            return _proxima(demanda_id, feita=demanda_id)
    return _mesa(demanda_id, form), form.status


@bp.post("/<int:demanda_id>/pedir")
@perm("triagem.pedir")
def pedir(demanda_id: int) -> tuple[str, int] | Response:
    """Ask the author for more, and go on to the next demand."""
    form = PedirForm()
    if form.validate():
        with form.aceitando_recusa():
            vence, prazo = form.vencimento(hoje(), calendario_local()), form.prazo_dado(hoje())
            demanda = diligencias.pedir(
                demanda_id, form.pergunta.data or "", vence, por=pessoa_atual(), versao=form.numero(), agora=agora(),
                prazo=prazo,
            )  # fmt: skip
            flash(f"Pergunta enviada ao autor de “{demanda.peticao.assunto}”. A demanda espera a resposta.", "sucesso")
            return _proxima(demanda_id)
    return _mesa(demanda_id, pedir=form), form.status


@bp.post("/<int:demanda_id>/retomar")
@perm("triagem.pedir")
def retomar(demanda_id: int) -> tuple[str, int] | Response:
    """Go on without the author's answer."""
    form = VersaoForm()
    with form.aceitando_recusa():
        diligencias.retomar(demanda_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        flash("Demanda retomada: está com você.", "sucesso")
        return _volta(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status


@bp.post("/<int:demanda_id>/prosseguir")
@perm("triagem.distribuir")
def prosseguir(demanda_id: int) -> tuple[str, int] | Response:
    """Go on without the agency that declined."""
    form = VersaoForm()
    with form.aceitando_recusa():
        services.prosseguir(demanda_id, por=pessoa_atual(), versao=form.numero(), agora=agora())
        flash("A demanda prossegue com os outros órgãos.", "sucesso")
        return _proxima(demanda_id)
    return _mesa(demanda_id, recusado=form), form.status


def _proxima(demanda_id: int, feita: int | None = None) -> Response:
    pessoa, aqui = pessoa_atual(), lugar()
    proxima = posse.abrir_seguinte(
        lambda: queries.proxima(pessoa, demanda_id, aqui.aba, aqui.filtros), por=pessoa, agora=agora()
    )
    if proxima is None:
        return redirect(url_for("triagem.fila", feita=feita, **aqui.argumentos), 303)
    return redirect(url_for("triagem.mesa", demanda_id=proxima, feita=feita, **aqui.argumentos), 303)


@bp.get("/vencimento")
@perm("triagem.distribuir")
def ver_vencimento() -> str:
    """When a term as typed would end, and how that was worked out: a fragment."""
    return render_template("triagem/_vencimento.html", **_vencimento(request.args.get("prazo", ""), calendario_local()))


def _vencimento(prazo: str, calendario: Calendario) -> dict[str, object]:
    dia = hoje()
    try:
        dado = ler_prazo(prazo, dia)
        vence = vencimento(dado, calendario)
        services.conferir_vencimento(vence, dia, calendario)
    except ValidationError as erro:
        return {"erro_do_prazo": str(erro)}
    except Recusa as recusa:
        return {"erro_do_prazo": recusa.mensagem}
    return {"vence": vence, "contagem": explicar(dado, calendario)}
