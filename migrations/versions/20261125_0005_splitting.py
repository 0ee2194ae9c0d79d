"""Splitting a demand: the kind of the processes it forms, and the term that says so in each."""

from alembic import op

revision = "20261125_0005"
down_revision = "20261125_0004"
branch_labels = None
depends_on = None

ESPECIES_ANTES = ("inicial", "intercorrente", "reiteracao", "diligencia")
PAPEIS_ANTES = ("anexo", "principal", "recibo", "resposta", "anexo_resposta", "oficio")


def _trocar_lista(tabela: str, nome: str, coluna: str, valores: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{tabela}_{nome}"), tabela, type_="check")
    lista = ", ".join(repr(valor) for valor in valores)
    op.create_check_constraint(op.f(f"ck_{tabela}_{nome}"), tabela, f"{coluna} in ({lista})")


def upgrade() -> None:
    _trocar_lista("peticoes_peticao", "especie", "especie", (*ESPECIES_ANTES, "desmembramento"))
    _trocar_lista("peticoes_documento", "papeldocumento", "papel", (*PAPEIS_ANTES, "termo"))


def downgrade() -> None:
    # What was formed stays filed: a related process with its documents.
    op.execute("update peticoes_peticao set especie = 'intercorrente' where especie = 'desmembramento'")
    op.execute("update peticoes_documento set papel = 'anexo' where papel = 'termo'")
    _trocar_lista("peticoes_documento", "papeldocumento", "papel", PAPEIS_ANTES)
    _trocar_lista("peticoes_peticao", "especie", "especie", ESPECIES_ANTES)
