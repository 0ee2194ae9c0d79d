"""Find petitions: the filters of the address, the page they give, and the same list as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, render_template, request, send_file, url_for
from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from peticionamento.cadastros.queries import calendario_local
from peticionamento.comum.formularios import Formulario, Tamanho, chave, sem_nulos, uma_linha
from peticionamento.comum.permissoes import perm
from peticionamento.comum.planilhas import CSV, XLSX, Celula, Coluna, csv_em_disco, xlsx_em_disco
from peticionamento.comum.prazos import em_palavras
from peticionamento.comum.tempo import dia_curto, hoje
from peticionamento.comum.texto import sem_acentos
from peticionamento.contas.queries import Gabinete
from peticionamento.contas.sessao import gabinete_atual
from peticionamento.peticoes import bp, queries
from peticionamento.peticoes.models import Etapa
from peticionamento.peticoes.queries import Aba, Filtro

FILTROS = ("q", "situacao", "de", "ate", "orgao", "municipio", "tema", "tipo", "deputado")
"""The names of the filters in an address."""

NOVA = ("nova", "Resposta não lida")
"""A situation besides the stages: what the home page leads to."""

_OPCIONAL = Optional()
_OPCIONAL.field_flags = {}  # every filter is; saying so of two would be odd

SECULO = (date(1990, 1, 1), date(2100, 1, 1))

COLUNAS = (
    Coluna("Número", 26), Coluna("Assunto", 60), Coluna("Município", 24), Coluna("Tipo", 28), Coluna("Tema", 28),
    Coluna("Deputado", 32), Coluna("Sua referência", 20), Coluna("Proposição", 16), Coluna("Acesso", 12),
    Coluna("Protocolada em", 18), Coluna("Situação", 16), Coluna("Onde está", 40), Coluna("Órgãos", 24),
    Coluna("Prazo", 12), Coluna("Respondida em", 18), Coluna("Resposta lida em", 18), Coluna("Reiterações", 12),
    Coluna("Endereço", 50),
)  # fmt: skip


def chave_ou_nada(valor: Any) -> int | None:
    """WTForms coercion: an id, or None for the empty choice. Raises ValueError when no key can be that."""
    return chave(valor) if valor not in (None, "", "None") else None


def _opcoes(todos: str, opcoes: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    return [SelectChoice("", todos), *(SelectChoice(valor, rotulo) for valor, rotulo in opcoes)]


class FiltroForm(Formulario):
    """What a list can be narrowed by. It changes nothing, so it needs no token and travels in the address."""

    q = StringField("Procurar", [Tamanho(200)], filters=[uma_linha, sem_nulos])
    situacao = SelectField(
        "Situação", choices=_opcoes("Todas", [*((e.value, e.rotulo) for e in Etapa), NOVA]), validate_choice=False
    )
    de = DateField("Protocolada desde", [_OPCIONAL])
    ate = DateField("Protocolada até", [_OPCIONAL])
    orgao = SelectField("Órgão", filters=[sem_nulos], validate_choice=False)
    municipio = SelectField("Município", coerce=chave_ou_nada, validate_choice=False)
    tema = SelectField("Tema", coerce=chave_ou_nada, validate_choice=False)
    tipo = SelectField("Tipo da demanda", coerce=chave_ou_nada, validate_choice=False)
    deputado = SelectField("Deputado", coerce=chave_ou_nada, validate_choice=False)

    def validate_de(self, campo: DateField) -> None:
        """A year nobody filed in is a slip of the hand. Raises ValidationError."""
        if campo.data and not SECULO[0] <= campo.data < SECULO[1]:
            raise ValidationError("Confira o ano.")

    def validate_ate(self, campo: DateField) -> None:
        """The same, and the last day does not come before the first. Raises ValidationError."""
        self.validate_de(campo)
        if campo.data and self.de.data and campo.data < self.de.data:
            raise ValidationError("O último dia vem antes do primeiro.")

    def filtro(self) -> Filtro:
        """The filters that can be understood; the others are left out, said beside their field."""
        self.validate()
        dados: dict[str, Any] = {nome: None if self[nome].errors else self[nome].data for nome in FILTROS}
        situacao = dados["situacao"]
        return Filtro(
            texto=dados["q"] or "",
            etapa=Etapa(situacao) if situacao in list(Etapa) else None,
            nova=situacao == NOVA[0],
            de=dados["de"],
            ate=dados["ate"],
            orgao=dados["orgao"] or "",
            municipio=dados["municipio"],
            tema=dados["tema"],
            tipo=dados["tipo"],
            autor=dados["deputado"],
        )

    def oferecer(self, gabinete: Gabinete) -> None:
        """Fill the lists with what the office's own petitions have."""
        municipios = [(s.chave, s.nome) for s in queries.por_municipio(gabinete)]
        orgaos = [(s.chave, s.nome) for s in queries.por_orgao(gabinete)]
        for campo, opcoes in (
            (self.municipio, sorted(municipios, key=lambda m: sem_acentos(m[1]))),
            (self.orgao, sorted(orgaos)),
            (self.tema, queries.temas_usados(gabinete)),
            (self.tipo, queries.tipos_usados(gabinete)),
            (self.deputado, [(r.id, r.nome) for r in gabinete.representados]),
        ):
            campo.choices = _opcoes("Todos", opcoes)


@dataclass(frozen=True)
class Ficha:
    """A filter in force, and the address of the same list without it."""

    rotulo: str
    url: str


def pediu_filtro() -> bool:
    """Whether the address narrows the list."""
    return any(request.args.get(nome) for nome in FILTROS)


def argumentos() -> dict[str, Any]:
    """What the address asks for, without the page it is at: the same list from its beginning, or as a spreadsheet."""
    return {nome: request.args[nome] for nome in (*FILTROS, "aba") if request.args.get(nome)}


def _aba() -> Aba:
    return Aba(request.args["aba"]) if request.args.get("aba") in list(Aba) else Aba.TODAS


def _fichas(form: FiltroForm, filtro: Filtro) -> list[Ficha]:
    """One for each filter in force, in the words of its list."""
    rotulos = {
        "q": filtro.texto and f"“{filtro.texto}”",
        "situacao": NOVA[1] if filtro.nova else filtro.etapa and filtro.etapa.rotulo,
        "de": filtro.de and f"desde {dia_curto(filtro.de)}",
        "ate": filtro.ate and f"até {dia_curto(filtro.ate)}",
        "orgao": filtro.orgao,
        **{nome: _nome(form[nome]) for nome in ("municipio", "tema", "tipo", "deputado")},
    }
    pedidos = argumentos()
    return [
        Ficha(rotulo, url_for("peticoes.busca", **{k: v for k, v in pedidos.items() if k != nome}))
        for nome, rotulo in rotulos.items()
        if rotulo
    ]


def _nome(campo: SelectField) -> str:
    """The chosen option's label; an id that is not of the office's lists is said as such, and finds nothing."""
    if campo.data is None or campo.errors:
        return ""
    opcoes: Any = campo.choices or ()
    rotulos = {opcao.value: str(opcao.label) for opcao in opcoes}
    return rotulos.get(campo.data, f"{campo.label.text} fora da lista")


@bp.get("/busca")
@perm("peticoes.listar")
def busca() -> tuple[str, int]:
    """The office's petitions, narrowed by the address."""
    gabinete, calendario, dia = gabinete_atual(), calendario_local(), hoje()
    form = FiltroForm(request.args)
    form.oferecer(gabinete)
    filtro, aba = form.filtro(), _aba()
    pagina = queries.lista(gabinete, aba, request.args.get("depois"), filtro)
    pedidos = argumentos()
    return render_template(
        "peticoes/busca.html",
        form=form,
        filtro=filtro,
        fichas=_fichas(form, filtro),
        aba=aba,
        argumentos=pedidos,
        filtros={k: v for k, v in pedidos.items() if k != "aba"},
        resumo=queries.resumo(gabinete, filtro),
        pagina=pagina,
        trechos=queries.trechos([p.id for p in pagina.itens], filtro.texto) if filtro.texto else {},
        hoje=dia,
        em_palavras=lambda vence: em_palavras(calendario, vence, dia),
    ), form.status


def _linhas() -> Iterator[list[Celula]]:
    """The rows of the list that the address asks for, all of them."""
    endereco = current_app.config["PETICIONAMENTO"].endereco_publico.rstrip("/")
    for p in queries.em_lotes(gabinete_atual(), _aba(), FiltroForm(request.args).filtro()):
        yield [
            p.numero, p.assunto, p.municipio, p.tipo, p.tema, p.autor, p.referencia, p.proposicao, p.acesso.rotulo,
            p.protocolada_em, p.etapa.rotulo, p.onde, ", ".join(p.orgaos), p.vence_dia, p.respondida_em, p.lida_em,
            p.reiteracoes, endereco + url_for("peticoes.acompanhar", peticao_id=p.peticao_id),
        ]  # fmt: skip


@bp.get("/exportar.xlsx")
@perm("peticoes.listar")
def exportar_xlsx() -> FlaskResponse:
    """The list as a spreadsheet."""
    arquivo = xlsx_em_disco("Petições", COLUNAS, _linhas())
    return send_file(arquivo, XLSX, as_attachment=True, download_name=f"peticoes-{hoje()}.xlsx")


@bp.get("/exportar.csv")
@perm("peticoes.listar")
def exportar_csv() -> FlaskResponse:
    """The list as plain text, for any program."""
    arquivo = csv_em_disco(COLUNAS, _linhas())
    return send_file(arquivo, CSV, as_attachment=True, download_name=f"peticoes-{hoje()}.csv")
