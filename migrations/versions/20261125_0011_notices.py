"""Preferences about notices, the digest that carries some, and what the log of them is searched by."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0011"
down_revision = "20261125_0010"
branch_labels = None
depends_on = None

ESTADOS_ANTES = ("na_fila", "falhou", "aguarda_pessoa", "entregue", "desistida")
ESTADOS = (*ESTADOS_ANTES, "guardado", "resumido", "dispensado")
SAIDAS = ("comum_aviso", "distribuicao_entrega")


def _estados(valores: tuple[str, ...]) -> None:
    for tabela in SAIDAS:
        nome = op.f(f"ck_{tabela}_estadosaida")
        op.drop_constraint(nome, tabela, type_="check")
        op.create_check_constraint(nome, tabela, f"estado in ({', '.join(repr(valor) for valor in valores)})")


def upgrade() -> None:
    _estados(ESTADOS)
    op.add_column("comum_aviso", sa.Column("vence_dia", sa.Date()))
    op.add_column("comum_aviso", sa.Column("resumo_id", sa.BigInteger()))
    op.create_foreign_key(op.f("fk_comum_aviso_resumo_id"), "comum_aviso", "comum_aviso", ["resumo_id"], ["id"])
    op.create_index(
        "ix_comum_aviso_guardados", "comum_aviso", ["para"], postgresql_where=sa.text("estado = 'guardado'")
    )
    op.create_index(op.f("ix_comum_aviso_criada_em_id"), "comum_aviso", ["criada_em", "id"])
    op.create_index(
        "ix_comum_aviso_para",
        "comum_aviso",
        ["para", "criada_em", "id"],
        postgresql_ops={"para": "text_pattern_ops"},
    )
    op.create_index(op.f("ix_comum_aviso_peticao_id"), "comum_aviso", ["peticao_id"])
    op.create_table(
        "contas_preferencia",
        sa.Column("pessoa_id", sa.BigInteger(), nullable=False),
        sa.Column("grupo", sa.String(40), nullable=False),
        sa.Column("quando", sa.String(40), nullable=False),
        sa.CheckConstraint(
            "quando in ('na_hora', 'resumo_diario', 'nenhum')", name=op.f("ck_contas_preferencia_quando")
        ),
        sa.ForeignKeyConstraint(["pessoa_id"], ["contas_pessoa.id"], name=op.f("fk_contas_preferencia_pessoa_id")),
        sa.PrimaryKeyConstraint("pessoa_id", "grupo", name=op.f("pk_contas_preferencia")),
    )


def downgrade() -> None:
    op.drop_table("contas_preferencia")
    for indice in (
        "ix_comum_aviso_peticao_id",
        "ix_comum_aviso_para",
        "ix_comum_aviso_criada_em_id",
        "ix_comum_aviso_guardados",
    ):
        op.drop_index(indice, "comum_aviso")
    op.drop_column("comum_aviso", "resumo_id")
    op.drop_column("comum_aviso", "vence_dia")
    # What was held or not wanted was never sent, and is not to be sent now.
    op.execute(
        "update comum_aviso set estado = 'entregue' where estado in ('guardado', 'resumido', 'dispensado')"
    )
    _estados(ESTADOS_ANTES)
