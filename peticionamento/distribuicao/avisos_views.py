"""The administrator's log of notices: each mail the program wrote to somebody, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import select
from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from peticionamento.comum.avisos import Aviso
from peticionamento.comum.formularios import Formulario, Tamanho, sem_nulos, uma_linha
from peticionamento.comum.paginacao import Pagina
from peticionamento.comum.permissoes import perm
from peticionamento.comum.registro_de_avisos import Registrado, consultar, do_periodo, pagina
from peticionamento.comum.saida import EstadoSaida
from peticionamento.distribuicao import bp
from peticionamento.peticoes.models import Peticao

ESTADOS = {
    EstadoSaida.NA_FILA: "Na fila",
    EstadoSaida.FALHOU: "Falhou, será tentado de novo",
    EstadoSaida.AGUARDA_PESSOA: "Falhou, espera uma pessoa",
    EstadoSaida.ENTREGUE: "Enviado",
    EstadoSaida.GUARDADO: "Guardado para o resumo",
    EstadoSaida.RESUMIDO: "No resumo do dia",
    EstadoSaida.DESISTIDA: "Não enviado, alguém desistiu",
    EstadoSaida.DISPENSADO: "Não enviado por preferência",
}
FILTROS = ("para", "processo", "estado", "de", "ate")

_OPCIONAL = Optional()
_OPCIONAL.field_flags = {}  # every filter is


class FiltroForm(Formulario):
    """What the log can be narrowed by. It changes nothing and travels in the address."""

    para = StringField("Endereço de e-mail", [Tamanho(254)], filters=[uma_linha, sem_nulos])
    processo = StringField("Número do processo", [Tamanho(50)], filters=[uma_linha, sem_nulos])
    estado = SelectField(
        "Situação",
        choices=[SelectChoice("", "Todas"), *(SelectChoice(e.value, rotulo) for e, rotulo in ESTADOS.items())],
        validate_choice=False,
    )
    de = DateField("Desde", [_OPCIONAL])
    ate = DateField("Até", [_OPCIONAL])

    def validate_de(self, campo: DateField) -> None:
        """A year in which nothing was sent is a slip of the hand. Raises ValidationError."""
        if campo.data and not 1990 <= campo.data.year < 2100:
            raise ValidationError("Confira o ano.")

    def validate_ate(self, campo: DateField) -> None:
        """The same, and the last day does not come before the first. Raises ValidationError."""
        self.validate_de(campo)
        if campo.data and self.de.data and campo.data < self.de.data:
            raise ValidationError("O último dia vem antes do primeiro.")

    def filtro(self) -> dict[str, Any]:
        """What can be understood of it; the rest is left out, said beside its field."""
        self.validate()
        return {nome: self[nome].data for nome in FILTROS if self[nome].data and not self[nome].errors}


def procurar(filtro: dict[str, Any], cursor: str | None) -> Pagina[Registrado]:
    """One page of the log, newest first."""
    consulta = consultar(Peticao.numero).outerjoin(Peticao, Peticao.id == Aviso.peticao_id)
    if para := filtro.get("para"):
        consulta = consulta.where(Aviso.para.startswith(para.casefold(), autoescape=True))
    if processo := filtro.get("processo"):
        consulta = consulta.where(Aviso.peticao_id.in_(select(Peticao.id).where(Peticao.numero == processo)))
    if filtro.get("estado") in list(ESTADOS):
        consulta = consulta.where(Aviso.estado == EstadoSaida(filtro["estado"]))
    consulta = do_periodo(consulta, filtro.get("de"), filtro.get("ate"))
    return pagina(consulta, cursor, com_numero=True)


@bp.get("/avisos")
@perm("distribuicao.avisos")
def avisos() -> tuple[str, int]:
    """The log, narrowed by the address."""
    form = FiltroForm(request.args)
    filtro = form.filtro()
    return render_template(
        "distribuicao/avisos.html", form=form, filtro=filtro, pagina=procurar(filtro, request.args.get("depois"))
    ), form.status
