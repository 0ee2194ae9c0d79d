"""SEI's web service, as far as deliveries need it: calls in, plain values out, two kinds of error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import zeep
from lxml import etree
from zeep import xsd
from zeep.exceptions import Fault, TransportError, ValidationError

from peticionamento.distribuicao.canais.sei.soap import (
    LIGACAO,
    Recusado,
    SemResposta,
    campo,
    cliente,
    exigido,
    itens,
    texto,
)


@dataclass(frozen=True)
class Acesso:
    """Where SEI is and who we are there. `chave` is a secret: it goes to SEI and nowhere else."""

    url: str
    sistema: str
    chave: str
    unidade: str
    espera_s: int


@dataclass(frozen=True)
class Gerado:
    """A process or document as SEI names it."""

    numero: str
    link: str


@dataclass(frozen=True)
class Consultado:
    """What SEI tells of a process."""

    numero: str
    link: str
    observacoes: tuple[str, ...]
    abertas: tuple[str, ...]
    """Ids of the units in which it is open."""
    siglas_abertas: tuple[str, ...]
    ultimo: str
    """The last movement, in SEI's words."""


class Servico:
    """SEI's operations. Each raises SemResposta or Recusado."""

    def __init__(self, acesso: Acesso) -> None:
        self._acesso = acesso
        self._zeep = cliente(acesso.espera_s)
        self._portas = self._zeep.create_service(LIGACAO, acesso.url)

    def gerar_procedimento(self, procedimento: Mapping[str, Any]) -> Gerado:
        """Open an empty process."""
        r = self._chamar(
            "gerarProcedimento",
            Procedimento=self._estrutura("Procedimento", procedimento),
            SinManterAbertoUnidade="S",
            SinEnviarEmailNotificacao="N",
        )
        return Gerado(exigido(r, "ProcedimentoFormatado"), r["LinkAcesso"] or "")

    def incluir_documento(self, documento: Mapping[str, Any]) -> str:
        """Put a document into a process; returns SEI's number for it."""
        r = self._chamar("incluirDocumento", Documento=self._estrutura("Documento", documento))
        return exigido(r, "DocumentoFormatado")

    def excluir_documento(self, documento: str) -> None:
        """Take a document away again; SEI lets its maker do so while nobody else has seen it."""
        self._chamar("excluirDocumento", ProtocoloDocumento=documento)

    def adicionar_arquivo(self, nome: str, tamanho_bytes: int, md5: str, parte: str) -> str:
        """Begin a large file with its first part (base64); returns its id."""
        return str(self._chamar("adicionarArquivo", Nome=nome, Tamanho=str(tamanho_bytes), Hash=md5, Conteudo=parte))

    def adicionar_conteudo(self, arquivo: str, parte: str) -> None:
        """The next part of a large file (base64)."""
        self._chamar("adicionarConteudoArquivo", IdArquivo=arquivo, Conteudo=parte)

    def enviar_processo(self, processo: str, unidade: str) -> None:
        """Send a process to a unit; it does not stay open in ours."""
        self._chamar(
            "enviarProcesso",
            ProtocoloProcedimento=processo,
            UnidadesDestino=self._lista("IdUnidade", [unidade]),
            SinManterAbertoUnidade="N",
            SinRemoverAnotacao="N",
            SinEnviarEmailNotificacao="N",
            SinReabrir="N",
        )

    def consultar_procedimento(self, processo: str) -> Consultado:
        """What SEI tells of a process."""
        r = self._chamar(
            "consultarProcedimento",
            ProtocoloProcedimento=processo,
            SinRetornarAssuntos="N",
            SinRetornarInteressados="N",
            SinRetornarObservacoes="S",
            SinRetornarAndamentoGeracao="N",
            SinRetornarAndamentoConclusao="N",
            SinRetornarUltimoAndamento="S",
            SinRetornarUnidadesProcedimentoAberto="S",
            SinRetornarProcedimentosRelacionados="N",
            SinRetornarProcedimentosAnexados="N",
        )
        abertas = [campo(aberta, "Unidade") for aberta in itens(r["UnidadesProcedimentoAberto"])]
        ultimo = r["UltimoAndamento"]
        return Consultado(
            numero=exigido(r, "ProcedimentoFormatado"),
            link=r["LinkAcesso"] or "",
            observacoes=tuple(texto(o, "Descricao") for o in itens(r["Observacoes"])),
            abertas=tuple(exigido(u, "IdUnidade") for u in abertas),
            siglas_abertas=tuple(texto(u, "Sigla") for u in abertas),
            ultimo=f"{texto(ultimo, 'DataHora')}: {texto(ultimo, 'Descricao')}" if ultimo is not None else "",
        )

    def documentos_do(self, processo: str) -> list[str]:
        """SEI's numbers of the documents that were ever put into a process, oldest first."""
        r = self._chamar(
            "listarAndamentos",
            ProtocoloProcedimento=processo,
            SinRetornarAtributos="S",
            Tarefas=self._lista("IdTarefas", TAREFAS_DE_DOCUMENTO),
        )
        numeros = [
            texto(atributo, "Valor")
            for andamento in itens(r)
            for atributo in itens(campo(andamento, "Atributos"))
            if texto(atributo, "Nome") == "DOCUMENTO"
        ]
        return sorted(set(numeros))

    def numero_do_documento(self, documento: str) -> str:
        """The number that its sender gave a document. Raises Recusado when it is no longer there."""
        r = self._chamar(
            "consultarDocumento",
            ProtocoloDocumento=documento,
            SinRetornarAndamentoGeracao="N",
            SinRetornarAssinaturas="N",
            SinRetornarPublicacao="N",
            SinRetornarCampos="N",
            SinRetornarBlocos="N",
        )
        return r["Numero"] or ""

    def listar(self, o_que: str) -> list[tuple[str, str]]:
        """The (id, name) pairs of `unidades`, `tipos` or `series`: for the settings, and to try the connection."""
        operacao, chave, nome = LISTAS[o_que]
        return [(texto(item, chave), texto(item, nome)) for item in itens(self._chamar(operacao))]

    def _estrutura(self, tipo: str, valores: Mapping[str, Any]) -> Any:
        prontos = {
            nome: self._lista(nome.removesuffix("s"), valor) if isinstance(valor, list) else valor
            for nome, valor in valores.items()
        }
        return self._zeep.get_type(f"{{Sei}}{tipo}")(**prontos)

    def _lista(self, tipo: str, valores: Iterable[Any]) -> Any:
        """An array of SEI's: `tipo` is what its name ends in. Items are structures, or texts."""
        itens = []
        for valor in valores:
            de_que = self._zeep.get_type(f"{{Sei}}{tipo}") if isinstance(valor, Mapping) else xsd.String()
            feito = de_que(**valor) if isinstance(valor, Mapping) else valor
            itens.append(xsd.AnyObject(xsd.Element("item", de_que), feito))
        return self._zeep.get_type(f"{{Sei}}ArrayOf{tipo}")(itens)

    def _chamar(self, operacao: str, **partes: Any) -> Any:
        """Call an operation; every part of its message must be there, empty when not used."""
        acesso = self._acesso
        partes |= {"SiglaSistema": acesso.sistema, "IdentificacaoServico": acesso.chave, "IdUnidade": acesso.unidade}
        completas = {
            nome: partes[nome] if nome in partes else "" if isinstance(parte.type, xsd.String) else parte.type([])
            for nome, parte in self._zeep.wsdl.bindings[LIGACAO].get(operacao).input.body.type.elements
        }
        try:
            return self._portas[operacao](**completas)
        except Fault as erro:
            if erro.code is None:  # what zeep makes of XML that is no fault
                raise SemResposta(f"{operacao}: the answer is not SOAP") from None
            raise Recusado(operacao, self._sem_chave(erro.message or "")) from None
        except TransportError as erro:
            # 3xx, 4xx: whoever answered did not let the call through to SEI.
            definitiva = 300 <= (erro.status_code or 0) < 500 and erro.status_code not in (408, 429)
            raise SemResposta(f"{operacao}: HTTP {erro.status_code}", definitiva=definitiva) from None
        except ValidationError:  # of what we send: a mistake of ours, and nothing was sent
            raise
        except (requests.RequestException, zeep.exceptions.Error, etree.LxmlError, IndexError) as erro:
            raise SemResposta(self._sem_chave(f"{operacao}: {type(erro).__name__}: {erro}")) from None

    def _sem_chave(self, texto: str) -> str:
        return texto.replace(self._acesso.chave, "•••") if self._acesso.chave else texto


TAREFAS_DE_DOCUMENTO = ("2", "13")
"""SEI's own numbers for *geração* and *recebimento de documento* in a process's history."""

LISTAS = {
    "unidades": ("listarUnidades", "IdUnidade", "Sigla"),
    "tipos": ("listarTiposProcedimento", "IdTipoProcedimento", "Nome"),
    "series": ("listarSeries", "IdSerie", "Nome"),
}
