"""What notices are about: the one table of their groups, by which people choose when each comes, and whether."""

from __future__ import annotations

from dataclasses import dataclass

from peticionamento.comum.estados import Rotulado
from peticionamento.comum.permissoes import EXTERNOS, Papel


class Quando(Rotulado):
    """When a notice of a group reaches a person."""

    NA_HORA = "na_hora", "Na hora"
    RESUMO = "resumo_diario", "No resumo do dia"
    NENHUM = "nenhum", "Não enviar"


SEMPRE = (Quando.NA_HORA,)
SEM_DISPENSA = (Quando.NA_HORA, Quando.RESUMO)
TODOS = tuple(Quando)


@dataclass(frozen=True)
class Grupo:
    """A group of notices.

    `opcoes` is what the law and the account's safety leave to the person; one alone is no choice, and `razao` says why.
    `papeis` are those who get such notices. Whatever was chosen, a notice with a deadline that ends today, or before
    the digest would come, goes at once.
    """

    chave: str
    titulo: str
    explicacao: str
    modelos: tuple[str, ...]
    opcoes: tuple[Quando, ...] = TODOS
    papeis: frozenset[Papel] = frozenset()
    razao: str = ""
    padrao: Quando = Quando.NA_HORA

    @property
    def obrigatorio(self) -> bool:
        """Whether there is nothing to choose."""
        return len(self.opcoes) == 1

    def aceita(self, quando: Quando | None) -> Quando:
        """What a person chose, as far as the group allows it; by default else."""
        return quando if quando in self.opcoes else self.padrao


GRUPOS = (
    Grupo(
        "conta",
        "Segurança da conta",
        "A senha foi trocada.",
        ("contas/senha_trocada",),
        SEMPRE,
        frozenset(Papel),
        "Vêm sempre: é por eles que você percebe se outra pessoa mexeu na sua conta.",
    ),
    Grupo(
        "esclarecimentos",
        "Pedidos de esclarecimento",
        "A SEGOV precisa de algo que só você sabe, até um dia marcado.",
        ("peticoes/diligencia",),
        SEMPRE,
        frozenset(EXTERNOS),
        "Vêm sempre: o aviso é a comunicação oficial do prazo.",
    ),
    Grupo(
        "respostas",
        "Respostas às suas petições",
        "A resposta consolidada está disponível.",
        ("peticoes/respondida",),
        SEM_DISPENSA,
        frozenset(EXTERNOS),
        "Não se podem desligar: a decisão tem de chegar a quem pediu.",
    ),
    Grupo(
        "andamento",
        "Andamento das petições",
        "Protocolo, documentos juntados, pedido separado em várias demandas.",
        ("peticoes/protocolada", "peticoes/juntada", "peticoes/desmembrada"),
        papeis=frozenset(EXTERNOS),
    ),
    Grupo(
        "rascunhos",
        "Rascunhos que vão ser apagados",
        "Três dias antes de um rascunho parado ser apagado.",
        ("peticoes/rascunho_acaba",),
        papeis=frozenset(EXTERNOS),
    ),
    Grupo(
        "entregas",
        "Entregas que esperam uma pessoa",
        "As tentativas acabaram e a demanda não chegou ao órgão.",
        ("distribuicao/espera_pessoa",),
        SEM_DISPENSA,
        frozenset({Papel.COORDENADOR}),
        "Não se podem desligar: sem alguém que decida, a demanda fica parada.",
    ),
    Grupo(
        "coordenacao",
        "A mesa da triagem a cada manhã",
        "Quanto há na mesa, o que atrasa e quem tem o quê.",
        ("triagem/resumo",),
        (Quando.NA_HORA, Quando.NENHUM),
        frozenset({Papel.COORDENADOR}),
    ),
    Grupo(
        "orgaos",
        "À caixa do órgão",
        "O que se manda à caixa de e-mail de um órgão, e não a uma pessoa.",
        ("atendimento/ajuste", "atendimento/lembrete", "triagem/alerta", "triagem/juntada", "triagem/reaberta"),
        SEMPRE,
    ),
    Grupo("resumo", "Resumo do dia", "Os avisos guardados desde o resumo anterior.", ("comum/resumo",), SEMPRE),
)

DESCONHECIDO = Grupo("outros", "Outros avisos", "", (), SEMPRE)
"""Of a notice whose templates are in no group (a test sees to it that there are none): it goes at once."""

_POR_MODELO = {modelo: grupo for grupo in GRUPOS for modelo in grupo.modelos}


def grupo_do_modelo(modelo: str | None) -> Grupo:
    """The group of a notice, by the name of its templates."""
    return _POR_MODELO.get(modelo or "", DESCONHECIDO)


def grupos_de(papeis: frozenset[Papel]) -> list[Grupo]:
    """The groups whose notices come to somebody with these roles, those without a choice last."""
    return sorted((grupo for grupo in GRUPOS if grupo.papeis & papeis), key=lambda grupo: grupo.obrigatorio)
