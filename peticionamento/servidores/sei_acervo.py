"""What the local SEI keeps and enforces: units, types, processes, documents, files sent in parts.

It refuses what SEI refuses, in SEI's manner (a Portuguese sentence that names the value in brackets). Where the words
of the real one are not known, these are ours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

PARTE_BYTES = 1024 * 1024
LIMITE_ESPECIFICACAO = 100
LIMITES = (("Numero", 50), ("NomeArvore", 50), ("Descricao", 250))
EXTENSOES = ("pdf", "png", "jpg", "jpeg", "docx", "xlsx", "odt", "ods", "txt", "csv", "zip", "mp3", "mp4")
GERACAO, DOC_GERADO, DOC_RECEBIDO, REMETIDO, RECEBIDO, EXCLUIDO, CONCLUIDO = "1", "2", "13", "32", "48", "33", "28"
_NUMERO = re.compile(r"\d{4}\.\d{2}\.\d{7}/\d{4}-\d{2}")


class Recusa(Exception):
    """A fault, with SEI's sentence."""


@dataclass
class Documento:
    """A document in a process; `dados` as the call gave them."""

    id: str
    numero: str
    unidade: str
    dados: dict[str, Any]
    conteudo: bytes


@dataclass
class Processo:
    """A process: where it is open, what it holds, what happened to it."""

    id: str
    numero: str
    dados: dict[str, Any]
    unidade: str
    abertas: list[str]
    documentos: list[Documento] = field(default_factory=list)
    andamentos: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Arquivo:
    """A file that arrives in parts."""

    nome: str
    tamanho_bytes: int
    md5: str
    conteudo: bytes

    @property
    def completo(self) -> bool:
        """Whether size and hash are those announced."""
        return len(self.conteudo) == self.tamanho_bytes and _md5(self.conteudo) == self.md5


@dataclass
class Acervo:
    """The whole installation."""

    sistema: str = "PETICIONAMENTO"
    chave: str = "chave-da-simulacao-local"
    unidades: dict[str, str] = field(
        default_factory=lambda: {"110000001": "SEGOV/GAB", "110000002": "SES/PROTOCOLO", "110000003": "SEE/PROTOCOLO"}
    )
    liberadas: tuple[str, ...] = ("110000001",)
    """Units in whose name the system may act."""
    tipos: dict[str, str] = field(default_factory=lambda: {"100000256": "Demanda Externa: Deputado Estadual"})
    series: dict[str, str] = field(default_factory=lambda: {"11": "Ofício", "34": "Anexo", "5": "Despacho"})
    hipoteses: dict[str, str] = field(default_factory=lambda: {"7": "Informação Pessoal"})
    endereco: str = "http://127.0.0.1"
    processos: dict[str, Processo] = field(default_factory=dict)
    """By number."""
    arquivos: dict[str, Arquivo] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: count(1))
    _ditas: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Units as answers carry them, one object each."""

    def chamar(self, operacao: str, partes: dict[str, Any]) -> Any:
        """Do what a call asks, and give what it answers. Raises Recusa."""
        if partes["SiglaSistema"] != self.sistema:
            raise Recusa(f"Sistema [{partes['SiglaSistema']}] não encontrado.")
        if partes["IdentificacaoServico"] != self.chave:
            raise Recusa(f"Serviço do sistema [{self.sistema}] não encontrado.")
        unidade = partes.get("IdUnidade", "")
        listas = ("listarUnidades", "listarTiposProcedimento", "listarSeries")
        if unidade and unidade not in self.unidades:
            raise Recusa(f"Unidade [{unidade}] não encontrada.")
        if operacao not in listas and unidade not in self.liberadas:
            raise Recusa(f"Unidade [{unidade}] não liberada para o serviço do sistema [{self.sistema}].")
        feita = getattr(self, f"_{operacao}", None)
        if feita is None:
            raise Recusa(f"Operação [{operacao}] não liberada para o serviço do sistema [{self.sistema}].")
        return feita(partes)

    def receber(self, numero: str) -> None:
        """The agency's unit opens what it was sent."""
        processo = self.processos[numero]
        unidade = processo.abertas[0]
        self._anotar(processo, RECEBIDO, f"Processo recebido na unidade {self.unidades[unidade]}", unidade)

    def concluir(self, numero: str) -> None:
        """The agency's unit closes the process."""
        processo = self.processos[numero]
        unidade = processo.abertas.pop(0)
        self._anotar(processo, CONCLUIDO, "Conclusão do processo na unidade", unidade)

    def _gerarProcedimento(self, p: dict[str, Any]) -> dict[str, Any]:
        dados, unidade = p["Procedimento"], p["IdUnidade"]
        self._conhecido(self.tipos, dados["IdTipoProcedimento"], "Tipo do processo")
        if len(dados["Especificacao"] or "") > LIMITE_ESPECIFICACAO:
            raise Recusa(f"Especificação possui tamanho superior a {LIMITE_ESPECIFICACAO} caracteres.")
        self._acesso(dados)
        numero = dados["NumeroProtocolo"] or self._proximo()
        if not _NUMERO.fullmatch(numero) or int(re.sub(r"\D", "", numero)) % 97 != 1:
            raise Recusa(f"Número de processo [{numero}] inválido.")
        if numero in self.processos:
            raise Recusa(f"Já existe um processo com o número [{numero}].")
        destinos = [d for d in p["UnidadesEnvio"] or [] if self._conhecido(self.unidades, d, "Unidade")]
        processo = Processo(self._id(), numero, dados, unidade, [unidade])
        feitos = [self._documento(processo, d, unidade) for d in p["Documentos"] or []]  # refused: nothing is kept
        self.processos[numero] = processo
        self._anotar(processo, GERACAO, "Processo público gerado", unidade)
        for documento in feitos:
            self._juntar(processo, documento)
        if destinos:
            self._remeter(processo, unidade, destinos, p["SinManterAbertoUnidade"])
        return {
            "IdProcedimento": processo.id,
            "ProcedimentoFormatado": numero,
            "LinkAcesso": self._link(processo),
            "RetornoInclusaoDocumentos": [self._retorno(processo, d) for d in feitos],
        }

    def _incluirDocumento(self, p: dict[str, Any]) -> dict[str, Any]:
        dados, unidade = p["Documento"], p["IdUnidade"]
        processo = self._processo(dados["ProtocoloProcedimento"] or dados["IdProcedimento"])
        self._aberto(processo, unidade)
        documento = self._documento(processo, dados, unidade)
        self._juntar(processo, documento)
        return self._retorno(processo, documento)

    def _excluirDocumento(self, p: dict[str, Any]) -> str:
        processo, documento = self._achar_documento(p["ProtocoloDocumento"])
        if processo.abertas != [documento.unidade]:
            raise Recusa(f"Documento {documento.numero} não pode mais ser excluído: o processo já tramitou.")
        processo.documentos.remove(documento)
        self._anotar(processo, EXCLUIDO, f"Excluído documento {documento.numero}", documento.unidade)
        return "1"

    def _adicionarArquivo(self, p: dict[str, Any]) -> str:
        self._extensao(p["Nome"])
        if not p["Tamanho"].isdecimal():
            raise Recusa("Tamanho do arquivo inválido.")
        if not re.fullmatch(r"[0-9a-f]{32}", p["Hash"]):
            raise Recusa("Hash do arquivo inválido.")
        arquivo = Arquivo(p["Nome"], int(p["Tamanho"]), p["Hash"], b"")
        self._crescer(arquivo, p["Conteudo"])
        identificador = self._id()
        self.arquivos[identificador] = arquivo
        return identificador

    def _adicionarConteudoArquivo(self, p: dict[str, Any]) -> str:
        arquivo = self.arquivos.get(p["IdArquivo"])
        if arquivo is None:
            raise Recusa(f"Arquivo [{p['IdArquivo']}] não encontrado.")
        self._crescer(arquivo, p["Conteudo"])
        return str(p["IdArquivo"])

    def _crescer(self, arquivo: Arquivo, parte: str) -> None:
        conteudo = _decodificar(parte)
        if len(conteudo) > PARTE_BYTES:
            raise Recusa(f"Conteúdo do arquivo excede {PARTE_BYTES} bytes.")
        if len(arquivo.conteudo) + len(conteudo) > arquivo.tamanho_bytes:
            raise Recusa(f"Conteúdo do arquivo [{arquivo.nome}] excede o tamanho informado.")
        arquivo.conteudo += conteudo
        if len(arquivo.conteudo) == arquivo.tamanho_bytes and not arquivo.completo:
            raise Recusa(f"Hash do arquivo [{arquivo.nome}] não confere.")

    def _enviarProcesso(self, p: dict[str, Any]) -> str:
        processo, unidade = self._processo(p["ProtocoloProcedimento"]), p["IdUnidade"]
        destinos = [d for d in p["UnidadesDestino"] or [] if self._conhecido(self.unidades, d, "Unidade")]
        if not destinos:
            raise Recusa("Nenhuma unidade de destino informada.")
        self._aberto(processo, unidade)
        self._remeter(processo, unidade, destinos, p["SinManterAbertoUnidade"])
        return "1"

    def _consultarProcedimento(self, p: dict[str, Any]) -> dict[str, Any]:
        processo = self._processo(p["ProtocoloProcedimento"])

        def se(sinal: str, valor: Any) -> Any:
            return valor if p[sinal] == "S" else None

        abertas = [
            {"Unidade": self._unidade(u), "UsuarioAtribuicao": {"IdUsuario": None, "Sigla": None, "Nome": None}}
            for u in processo.abertas
        ]
        observacao = [{"Descricao": processo.dados["Observacao"], "Unidade": self._unidade(processo.unidade)}]
        return {
            "IdProcedimento": processo.id,
            "ProcedimentoFormatado": processo.numero,
            "Especificacao": processo.dados["Especificacao"] or "",
            "DataAutuacao": processo.dados["DataAutuacao"] or _agora()[:10],
            "LinkAcesso": self._link(processo),
            "NivelAcessoLocal": processo.dados["NivelAcesso"],
            "NivelAcessoGlobal": processo.dados["NivelAcesso"],
            "TipoProcedimento": {
                "IdTipoProcedimento": processo.dados["IdTipoProcedimento"],
                "Nome": self.tipos[processo.dados["IdTipoProcedimento"]],
            },
            "AndamentoGeracao": se("SinRetornarAndamentoGeracao", processo.andamentos[0]),
            "UltimoAndamento": se("SinRetornarUltimoAndamento", processo.andamentos[-1]),
            "UnidadesProcedimentoAberto": se("SinRetornarUnidadesProcedimentoAberto", abertas),
            "Interessados": se("SinRetornarInteressados", processo.dados["Interessados"] or []),
            "Observacoes": se("SinRetornarObservacoes", observacao if processo.dados["Observacao"] else []),
        }

    def _listarAndamentos(self, p: dict[str, Any]) -> list[dict[str, Any]]:
        processo = self._processo(p["ProtocoloProcedimento"])
        if not (p["Andamentos"] or p["Tarefas"] or p["TarefasModulos"]):
            raise Recusa("Nenhum andamento ou tarefa informado.")
        quais = [a for a in processo.andamentos if a["IdAndamento"] in p["Andamentos"] or a["IdTarefa"] in p["Tarefas"]]
        return [a if p["SinRetornarAtributos"] == "S" else {**a, "Atributos": None} for a in quais]

    def _consultarDocumento(self, p: dict[str, Any]) -> dict[str, Any]:
        processo, documento = self._achar_documento(p["ProtocoloDocumento"])
        return {
            **self._retorno(processo, documento),
            "IdProcedimento": processo.id,
            "ProcedimentoFormatado": processo.numero,
            "NivelAcessoLocal": documento.dados["NivelAcesso"],
            "Serie": {"IdSerie": documento.dados["IdSerie"], "Nome": self.series[documento.dados["IdSerie"]]},
            "Numero": documento.dados["Numero"],
            "NomeArvore": documento.dados["NomeArvore"],
            "Descricao": documento.dados["Descricao"],
            "Data": documento.dados["Data"],
            "UnidadeElaboradora": self._unidade(documento.unidade),
        }

    def _listarUnidades(self, _p: dict[str, Any]) -> list[dict[str, Any]]:
        return [self._unidade(u) for u in self.unidades]

    def _listarTiposProcedimento(self, _p: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"IdTipoProcedimento": i, "Nome": nome} for i, nome in self.tipos.items()]

    def _listarSeries(self, _p: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"IdSerie": i, "Nome": nome, "Aplicabilidade": "T"} for i, nome in self.series.items()]

    def _documento(self, processo: Processo, dados: dict[str, Any], unidade: str) -> Documento:
        if dados["Tipo"] not in ("G", "R"):
            raise Recusa(f"Tipo do documento [{dados['Tipo']}] inválido.")
        self._conhecido(self.series, dados["IdSerie"], "Tipo do documento")
        for campo, limite in LIMITES:
            if len(dados[campo] or "") > limite:
                raise Recusa(f"{campo} possui tamanho superior a {limite} caracteres.")
        self._acesso(dados)
        if dados["Tipo"] == "R":
            if not re.fullmatch(r"\d{2}/\d{2}/\d{4}", dados["Data"] or ""):
                raise Recusa(f"Data do documento [{dados['Data'] or ''}] inválida.")
            self._extensao(dados["NomeArquivo"] or "")
        return Documento(self._id(), f"{next(self._ids) + 8_000_000}", unidade, dados, self._conteudo(dados))

    def _conteudo(self, dados: dict[str, Any]) -> bytes:
        if dados["IdArquivo"]:
            arquivo = self.arquivos.get(dados["IdArquivo"])
            if arquivo is None:
                raise Recusa(f"Arquivo [{dados['IdArquivo']}] não encontrado.")
            if not arquivo.completo:
                raise Recusa(f"Arquivo [{dados['IdArquivo']}] incompleto.")
            del self.arquivos[dados["IdArquivo"]]
            return arquivo.conteudo
        if not dados["Conteudo"]:
            raise Recusa("Conteúdo do documento não informado.")
        return _decodificar(dados["Conteudo"])

    def _juntar(self, processo: Processo, documento: Documento) -> None:
        processo.documentos.append(documento)
        gerado = documento.dados["Tipo"] == "G"
        atributo = {"Nome": "DOCUMENTO", "Valor": documento.numero, "IdOrigem": documento.id}
        self._anotar(
            processo,
            DOC_GERADO if gerado else DOC_RECEBIDO,
            f"{'Gerado documento público' if gerado else 'Registro de documento externo'} {documento.numero}",
            documento.unidade,
            [atributo],
        )

    def _remeter(self, processo: Processo, de: str, para: list[str], manter: str) -> None:
        if manter != "S":
            processo.abertas.remove(de)
        processo.abertas += [u for u in para if u not in processo.abertas]
        for unidade in para:
            self._anotar(processo, REMETIDO, f"Processo remetido pela unidade {self.unidades[de]}", unidade)

    def _anotar(
        self, processo: Processo, tarefa: str, descricao: str, unidade: str, atributos: Sequence[dict[str, str]] = ()
    ) -> None:
        processo.andamentos.append(
            {
                "IdAndamento": self._id(),
                "IdTarefa": tarefa,
                "Descricao": descricao,
                "DataHora": _agora(),
                "Unidade": self._unidade(unidade),
                "Usuario": {"IdUsuario": "100000001", "Sigla": self.sistema, "Nome": self.sistema},
                "Atributos": list(atributos),
            }
        )

    def _processo(self, protocolo: str | None) -> Processo:
        for processo in self.processos.values():
            if protocolo and protocolo in (processo.numero, processo.id):
                return processo
        raise Recusa(f"Processo [{protocolo or ''}] não encontrado.")

    def _achar_documento(self, protocolo: str) -> tuple[Processo, Documento]:
        for processo in self.processos.values():
            for documento in processo.documentos:
                if protocolo in (documento.numero, documento.id):
                    return processo, documento
        raise Recusa(f"Documento [{protocolo}] não encontrado.")

    def _aberto(self, processo: Processo, unidade: str) -> None:
        if unidade not in processo.abertas:
            raise Recusa(f"Processo {processo.numero} não está aberto na unidade {self.unidades[unidade]}.")

    def _acesso(self, dados: dict[str, Any]) -> None:
        if dados["NivelAcesso"] not in ("0", "1", "2"):
            raise Recusa(f"Nível de acesso [{dados['NivelAcesso'] or ''}] inválido.")
        if dados["NivelAcesso"] == "1" and dados["IdHipoteseLegal"] not in self.hipoteses:
            raise Recusa(f"Hipótese Legal [{dados['IdHipoteseLegal'] or ''}] não encontrada.")

    def _conhecido(self, quais: dict[str, str], identificador: str | None, o_que: str) -> bool:
        if identificador not in quais:
            raise Recusa(f"{o_que} [{identificador or ''}] não {'encontrada' if o_que == 'Unidade' else 'encontrado'}.")
        return True

    def _extensao(self, nome: str) -> None:
        extensao = nome.rpartition(".")[2].lower() if "." in nome else ""
        if extensao not in EXTENSOES:
            raise Recusa(f"O arquivo [{nome}] possui extensão não permitida.")

    def _unidade(self, identificador: str) -> dict[str, Any]:
        sigla = self.unidades[identificador]
        nova = {"IdUnidade": identificador, "Sigla": sigla, "Descricao": sigla}
        return self._ditas.setdefault(identificador, nova)

    def _retorno(self, processo: Processo, documento: Documento) -> dict[str, Any]:
        link = f"{self._link(processo)}&id_documento={documento.id}"
        return {"IdDocumento": documento.id, "DocumentoFormatado": documento.numero, "LinkAcesso": link}

    def _link(self, processo: Processo) -> str:
        return f"{self.endereco}/sei/controlador.php?acao=procedimento_trabalhar&id_procedimento={processo.id}"

    def _id(self) -> str:
        return str(next(self._ids))

    def _proximo(self) -> str:
        corpo = f"149001{next(self._ids):07d}{_agora()[6:10]}"
        return f"{corpo[:4]}.{corpo[4:6]}.{corpo[6:13]}/{corpo[13:]}-{98 - int(corpo + '00') % 97:02d}"


def _decodificar(texto: str) -> bytes:
    try:
        return base64.b64decode(texto, validate=True)
    except (binascii.Error, ValueError):
        raise Recusa("Conteúdo não está codificado em base64.") from None


def _md5(conteudo: bytes) -> str:
    return hashlib.md5(conteudo, usedforsecurity=False).hexdigest()


def _agora() -> str:
    return datetime.now(ZoneInfo("America/Sao_Paulo")).strftime("%d/%m/%Y %H:%M:%S")
