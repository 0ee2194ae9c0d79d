"""What the desk of the demonstration decides besides routing: join, split, not accept, forward, undo; combinations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from peticionamento.cadastros.models import NivelAcesso
from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum import tempo
from peticionamento.comum.db import db
from peticionamento.contas.models import Pessoa
from peticionamento.demonstracao.enredo import Palco
from peticionamento.peticoes.models import Peticao
from peticionamento.triagem import apensamento, combinacoes, decisoes, desfazer, desmembramento, fundamentos
from peticionamento.triagem import services as triagem
from peticionamento.triagem.combinacoes import DestinoGuardado, Regra
from peticionamento.triagem.decisoes import Remessa
from peticionamento.triagem.desmembramento import Parte
from peticionamento.triagem.models import Demanda, EstadoDemanda
from peticionamento.triagem.services import Destino

EXPLICACAO = (
    "O serviço pedido é municipal: a prefeitura o presta e o custeia. A Secretaria fica à disposição para orientar o "
    "município sobre os programas de apoio do Estado."
)
CARTA = (
    "Encaminho a demanda anexa, apresentada por parlamentar da Assembleia Legislativa, por tratar de matéria da "
    "competência desse órgão federal. Peço que a resposta seja dada diretamente ao autor, com cópia a esta Secretaria."
)
PARTES = (
    Parte(
        "Transporte escolar das comunidades rurais",
        "Na mesma visita, as famílias das comunidades rurais pediram mais uma linha de transporte escolar: o ônibus "
        "passa uma vez por dia, e parte dos alunos do ensino médio perde a primeira aula.",
    ),
    Parte(
        "Iluminação do trevo de acesso à cidade",
        "Peço ainda a iluminação do trevo de acesso à cidade, onde houve acidentes à noite neste ano.",
    ),
)
COMBINACOES = (
    ("Obras em hospital", ("SES", "SEINFRA"), ("hospital", "santa casa")),
    ("Estrada e ponte", ("DER-MG", "SEINFRA"), ("rodovia", "ponte", "estrada")),
)


def decidir(palco: Palco) -> None:
    """Each of these once, an hour ago, of demands that nobody held."""
    with tempo.no_instante(palco.fim - timedelta(hours=1)):
        livres, por = _livres(), palco.elenco.triadores[0]
        if palco.elenco.coordenadora is not None:
            _combinar(palco, palco.elenco.coordenadora)
        for demanda, fazer in zip(livres[1:], (_desfazer, _nao_acolher, _remeter, _apensar, _desmembrar), strict=False):
            assumida = triagem.assumir(demanda.id, por=por, versao=demanda.versao, agora=tempo.agora())
            fazer(palco, assumida, por)


def _livres() -> list[Demanda]:
    """Waiting demands that no agency has had, the oldest first."""
    consulta = (
        select(Demanda)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(Demanda.estado == EstadoDemanda.AGUARDANDO, Peticao.acesso == NivelAcesso.PUBLICO)
        .order_by(Demanda.id)
    )
    achadas = db.session().execute(consulta).unique().scalars()
    return [demanda for demanda in achadas if not demanda.encaminhamentos]


def _combinar(palco: Palco, por: Pessoa) -> None:
    for nome, siglas, palavras in COMBINACOES:
        destinos = [
            DestinoGuardado(palco.orgaos[sigla].id, "Informar a situação e o cronograma.", 10) for sigla in siglas
        ]
        combinacoes.salvar(None, Regra(nome, destinos, palavras=palavras), por=por)


def _desfazer(palco: Palco, demanda: Demanda, por: Pessoa) -> None:
    """Routed to the wrong agency, taken back in time, and left to somebody else."""
    agora = tempo.agora()
    vence = calendario_local().somar(tempo.hoje(agora), 10)
    destinos = [Destino(palco.orgaos["SEPLAG"].id, "Informar a situação.", vence)]
    demanda = triagem.distribuir(demanda.id, destinos, por=por, versao=demanda.versao, agora=agora)
    demanda = desfazer.desfazer(demanda.id, por=por, versao=demanda.versao, agora=agora)
    triagem.soltar(demanda.id, por=por, versao=demanda.versao)


def _desmembrar(_palco: Palco, demanda: Demanda, por: Pessoa) -> None:
    """What was asked besides waits in the queue as demands of its own, and the first is left to somebody else."""
    partes = [replace(parte, tema_id=demanda.tema_id) for parte in PARTES]
    desmembramento.desmembrar(demanda.id, partes, por=por, versao=demanda.versao, agora=tempo.agora())
    triagem.soltar(demanda.id, por=por, versao=demanda.versao)


def _nao_acolher(_palco: Palco, demanda: Demanda, por: Pessoa) -> None:
    fundamento_id, _ = fundamentos.em_uso()[0]
    decisoes.nao_acolher(
        demanda.id, fundamento_id, EXPLICACAO, por=por, versao=demanda.versao, agora=tempo.agora()
    )  # fmt: skip


def _remeter(_palco: Palco, demanda: Demanda, por: Pessoa) -> None:
    remessa = Remessa("Superintendente regional em Minas Gerais", "", "Departamento Nacional de Infraestrutura", CARTA)
    decisoes.remeter(demanda.id, remessa, por=por, versao=demanda.versao, agora=tempo.agora())


def _apensar(_palco: Palco, demanda: Demanda, por: Pessoa) -> None:
    """To a demand that agencies have already, of another author, about the same theme if there is one."""
    consulta = (
        select(Demanda.id)
        .join(Peticao, Peticao.id == Demanda.peticao_id)
        .where(
            Demanda.estado == EstadoDemanda.DISTRIBUIDA,
            Peticao.acesso == NivelAcesso.PUBLICO,
            Demanda.autor_id != demanda.autor_id,
        )
        .order_by(Demanda.tema_id != demanda.tema_id, Demanda.id.desc())
        .limit(1)
    )
    principal = db.session().execute(consulta).scalar_one_or_none()
    if principal is not None:
        apensamento.apensar(demanda.id, principal, por=por, versao=demanda.versao, agora=tempo.agora())
