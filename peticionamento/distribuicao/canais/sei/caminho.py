"""The steps of a delivery to SEI, each done once although SEI keeps no key of ours and answers may be lost.

The process is opened, the documents go in one by one, it is sent. Each result is written down before the next step. A
later try begins by looking for what the last one may have left: the process by the number we gave it, its documents by
the numbers they carry, the sending by where the process is open. What cannot be told is a person's to tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from peticionamento.comum.db import transaction
from peticionamento.comum.protocolo import proximo_numero
from peticionamento.comum.tempo import agora as instante
from peticionamento.comum.tempo import data_hora_oficial, hoje
from peticionamento.distribuicao.canais.sei.falhas import JA_EXISTE, NAO_EXISTE, Impedimento
from peticionamento.distribuicao.canais.sei.remessa import PARTE_BYTES, Peca, Remessa
from peticionamento.distribuicao.canais.sei.servico import Gerado, Servico
from peticionamento.distribuicao.canais.sei.soap import Recusado
from peticionamento.distribuicao.progresso import Caderno

NAO_SE_SABE = (
    "a resposta do SEI se perdeu e não se sabe se o processo foi aberto: procure-o lá e diga, em “Processos no SEI”, o "
    "número dele, ou que ele não foi aberto"
)


@dataclass
class Caminho:
    """One try. `retomado`: somebody was here before, so that anything not written down may be done all the same."""

    remessa: Remessa
    servico: Servico
    caderno: Caderno
    retomado: bool = False

    def percorrer(self) -> None:
        """Go on from where the last try stopped. Raises SemResposta, Recusado, Impedimento, ReservaPerdida."""
        self.retomado = not self.caderno.em_branco
        processo = self._abrir()
        if self.caderno["enviado"]:
            return
        feitos: dict[str, str] = dict(self.caderno["documentos"] or {})
        faltam = [peca for peca in self.remessa.pecas if peca.chave not in feitos]
        if faltam or not self._ja_enviado(processo):
            self._incluir(processo, feitos, faltam)
            self._enviar(processo)
        self.caderno.anotar(enviado=True)

    def _abrir(self) -> str:
        if numero := self.caderno["processo"]:
            return str(numero)
        pedido = self.caderno["pedido"]
        if pedido is None:
            pedido = {"numero": self._numero_novo(), "nosso": self.remessa.numeracao is not None}
            self.caderno.anotar(pedido=pedido)
        elif achado := self._procurar(pedido["numero"], pode_faltar=pedido["nosso"]):
            return self._aberto(achado)
        try:
            return self._aberto(self._gerar(pedido["numero"]))
        except Recusado as recusado:
            numero = pedido["numero"]
            ja_existe = bool(numero) and JA_EXISTE.search(recusado.texto) is not None
            if ja_existe and (achado := self._procurar(numero, pode_faltar=False)):
                self.retomado = True
                return self._aberto(achado)
            if not pedido["nosso"]:
                self.caderno.anotar(pedido=None)  # a fault is an answer: nothing was opened
            raise

    def _numero_novo(self) -> str:
        """A number of the range agreed with SEI's administrator; empty: SEI gives it."""
        if self.remessa.numeracao is None:
            return ""
        with transaction():
            return proximo_numero(self.remessa.numeracao, hoje().year)

    def _gerar(self, numero: str) -> Gerado:
        do_dia = {"NumeroProtocolo": numero, "DataAutuacao": data_hora_oficial(instante())[:10]} if numero else {}
        return self.servico.gerar_procedimento({**self.remessa.procedimento, **do_dia})

    def _procurar(self, numero: str, *, pode_faltar: bool) -> Gerado | None:
        """The process a lost answer may have left. None: it surely is not there."""
        if not numero:
            raise Impedimento(NAO_SE_SABE)
        try:
            achado = self.servico.consultar_procedimento(numero)
        except Recusado as recusado:
            if not NAO_EXISTE.search(recusado.texto):
                raise
            if pode_faltar:
                return None
            raise Impedimento(f"o SEI não encontra o processo {numero}", str(recusado)) from recusado
        if not any(self.remessa.chave in observacao for observacao in achado.observacoes):
            raise Impedimento(f"o número {numero} é de outro processo no SEI: confira a numeração nos ajustes do canal")
        return Gerado(achado.numero, achado.link)

    def _aberto(self, gerado: Gerado) -> str:
        self.caderno.anotar(processo=gerado.numero, numero=gerado.numero, link=gerado.link)
        return gerado.numero

    def _incluir(self, processo: str, feitos: dict[str, str], faltam: list[Peca]) -> None:
        if self.retomado and faltam:
            deixados = self._deixados(processo, set(feitos.values()))
            feitos = feitos | {peca.chave: deixados[peca.numero][0] for peca in faltam if peca.numero in deixados}
            self.caderno.anotar(documentos=feitos)
        for peca in faltam:
            if peca.chave not in feitos:
                feitos = {**feitos, peca.chave: self._incluir_uma(processo, peca)}
                self.caderno.anotar(documentos=feitos)
        if self.retomado:
            self._tirar_repetidos(processo, set(feitos.values()))

    def _deixados(self, processo: str, conhecidos: set[str]) -> dict[str, list[str]]:
        """SEI's documents of the process that are not written down, by the number that we gave them."""
        todos = self.servico.documentos_do(processo)
        if not conhecidos <= set(todos):
            raise Impedimento(
                f"não se sabe que documentos o processo {processo} já tem no SEI: confira lá", f"{conhecidos=} {todos=}"
            )
        deixados: dict[str, list[str]] = {}
        for documento in todos:
            if documento not in conhecidos and (numero := self._numero_de(documento)):
                deixados.setdefault(numero, []).append(documento)
        return deixados

    def _numero_de(self, documento: str) -> str:
        try:
            return self.servico.numero_do_documento(documento)
        except Recusado as recusado:
            if NAO_EXISTE.search(recusado.texto):  # taken away again
                return ""
            raise

    def _incluir_uma(self, processo: str, peca: Peca) -> str:
        em_partes = peca.tamanho_bytes > PARTE_BYTES
        conteudo = {"IdArquivo": self._subir(peca)} if em_partes else {"Conteudo": "".join(peca.partes())}
        return self.servico.incluir_documento(
            {
                "Tipo": "R",
                "ProtocoloProcedimento": processo,
                "Numero": peca.numero,
                "NomeArquivo": peca.nome_arquivo,
                **peca.campos,
                **conteudo,
            }
        )

    def _subir(self, peca: Peca) -> str:
        """A large file, in parts. What is left of a broken one is no document: it is sent again from the start."""
        partes = peca.partes()
        arquivo = self.servico.adicionar_arquivo(peca.nome_arquivo, peca.tamanho_bytes, peca.md5(), next(partes))
        for parte in partes:
            self.caderno.renovar()
            self.servico.adicionar_conteudo(arquivo, parte)
        return arquivo

    def _tirar_repetidos(self, processo: str, nossos: set[str]) -> None:
        """Before the agency sees it: what a call given up for lost did after all, once we had done it again, goes."""
        pecas = {peca.numero for peca in self.remessa.pecas}
        for numero, documentos in self._deixados(processo, nossos).items():
            for documento in documentos if numero in pecas else ():
                self.servico.excluir_documento(documento)

    def _enviar(self, processo: str) -> None:
        if self.remessa.unidade != self.remessa.acesso.unidade and not self._ja_enviado(processo):
            self.servico.enviar_processo(processo, self.remessa.unidade)

    def _ja_enviado(self, processo: str) -> bool:
        """It does not stay open with us: so where it is open says whether a lost call sent it."""
        if not self.retomado:
            return False
        abertas = self.servico.consultar_procedimento(processo).abertas
        return self.remessa.unidade in abertas or self.remessa.acesso.unidade not in abertas
