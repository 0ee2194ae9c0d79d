"""What goes wrong with SEI, as people here read it. SEI's faults are sentences without a code."""

from __future__ import annotations

import re

from peticionamento.comum.saida import Falha
from peticionamento.distribuicao.canais.sei.soap import Recusado, SemResposta


class Impedimento(Exception):
    """The delivery cannot go on: how, and whether trying again may help."""

    def __init__(self, causa: str, tecnico: str = "", *, adianta_tentar: bool = False) -> None:
        super().__init__(causa)
        self.falha = Falha(causa, tecnico, adianta_tentar)


CONHECIDAS = (
    (r"banco de dados|indispon[ií]vel|manuten[cç][aã]o|tente novamente|deadlock|lock wait|timeout",
     "o SEI está com um problema passageiro", True),
    (r"^sistema \[.*não encontrad|^serviço.*não encontrad|chave de acesso",
     "o SEI não reconhece este sistema: confira a sigla do sistema e a chave do serviço", False),
    (r"^opera[cç][aã]o.*não (liberada|permitida|autorizada)",
     "o SEI não liberou esta operação para o nosso serviço", False),
    (r"^unidade \[.*não encontrad", "o SEI não conhece a unidade indicada no endereço do órgão", False),
    (r"^unidade.*não (liberada|autorizada|possui)", "o SEI não liberou a nossa unidade para este serviço", False),
    (r"^tipo d[eo] (processo|procedimento).*",
     "o SEI não conhece o tipo de processo escolhido nos ajustes do canal", False),
    (r"^(tipo d[eo] documento|s[eé]rie).*",
     "o SEI não conhece o tipo de documento escolhido nos ajustes do canal", False),
    (r"hip[oó]tese legal", "o SEI não conhece a hipótese legal escolhida nos ajustes do canal", False),
    (r"n[ií]vel de acesso", "o SEI não aceitou o nível de acesso", False),
    (r"assunto", "o SEI não conhece o assunto escolhido nos ajustes do canal", False),
    (r"extens[aã]o", "o SEI não aceita arquivos deste formato", False),
    (r"tamanho|excede", "o SEI não aceitou o tamanho de um arquivo ou de um texto", False),
    (r"hash|incompleto|base64", "um arquivo chegou ao SEI com defeito", True),
    (r"não está aberto", "o processo não está mais aberto na nossa unidade do SEI", False),
    (r"bloquead|sobrestad", "o processo está bloqueado ou sobrestado no SEI", False),
    (r"^n[uú]mero de processo.*inv[aá]lido",
     "o SEI não aceitou o número que demos ao processo: confira a numeração nos ajustes do canal", False),
    (r"^(processo|documento) .*não encontrad", "o SEI não encontra mais o processo ou um documento dele", False),
)  # fmt: skip
"""(what SEI says, what that means here, whether another try may help), the first that fits. Another: a person looks."""

JA_EXISTE = re.compile(r"já existe", re.IGNORECASE)
NAO_EXISTE = re.compile(r"^(processo|documento|procedimento) .*não encontrad|^não encontrad", re.IGNORECASE)


def da_recusa(recusado: Recusado) -> Falha:
    """A fault, explained."""
    for padrao, causa, adianta in CONHECIDAS:
        if re.search(padrao, recusado.texto, re.IGNORECASE):
            return Falha(causa, str(recusado), adianta)
    return Falha("o SEI recusou o pedido", str(recusado), adianta_tentar=False)


def da_falta(sem_resposta: SemResposta) -> Falha:
    """No answer: what was asked may be done, and the next try looks first."""
    if sem_resposta.definitiva:
        causa = "o endereço do SEI não aceita o pedido: confira o endereço do serviço"
        return Falha(causa, sem_resposta.tecnico, adianta_tentar=False)
    return Falha("o SEI não respondeu", sem_resposta.tecnico)
