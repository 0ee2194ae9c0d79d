"""Settings of channels, addresses of agencies, and what came back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_0008"
down_revision = "20261125_0007"
branch_labels = None
depends_on = None

CANAIS_ANTES = ("interno", "correio")
CANAIS = (*CANAIS_ANTES, "sei", "webhook")


def _entre(valores: tuple[str, ...]) -> str:
    return f"canal in ({', '.join(repr(valor) for valor in valores)})"


def _canais_da_entrega(valores: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_distribuicao_entrega_canal"), "distribuicao_entrega", type_="check")
    op.create_check_constraint(op.f("ck_distribuicao_entrega_canal"), "distribuicao_entrega", _entre(valores))


def _canal(**opcoes: bool) -> sa.Column[str]:
    return sa.Column("canal", sa.String(40), nullable=False, **opcoes)


def upgrade() -> None:
    _canais_da_entrega(CANAIS)
    op.add_column("distribuicao_entrega", sa.Column("progresso", postgresql.JSONB()))
    op.add_column("distribuicao_entrega", sa.Column("externo_numero", sa.String(50)))
    op.add_column("distribuicao_entrega", sa.Column("externo_link", sa.String(500)))
    op.add_column("distribuicao_entrega", sa.Column("externo_situacao", sa.String(300)))
    op.add_column("distribuicao_entrega", sa.Column("externo_em", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_distribuicao_entrega_externas",
        "distribuicao_entrega",
        ["externo_em"],
        postgresql_where=sa.text("externo_numero is not null"),
    )
    op.create_table(
        "distribuicao_endereco",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("orgao_id", sa.BigInteger(), nullable=False),
        _canal(),
        sa.Column("endereco", sa.String(500), nullable=False),
        sa.Column("dados", postgresql.JSONB(), nullable=False),
        sa.Column("ativo", sa.Boolean(), nullable=False),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.CheckConstraint(_entre(CANAIS), name=op.f("ck_distribuicao_endereco_canal")),
        sa.ForeignKeyConstraint(["orgao_id"], ["cadastros_orgao.id"], name=op.f("fk_distribuicao_endereco_orgao_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribuicao_endereco")),
        sa.UniqueConstraint("orgao_id", "canal", name=op.f("uq_distribuicao_endereco_orgao_id_canal")),
    )
    op.create_table(
        "distribuicao_canal",
        _canal(),
        sa.Column("ligado", sa.Boolean(), nullable=False),
        sa.Column("dados", postgresql.JSONB(), nullable=False),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.CheckConstraint(_entre(CANAIS), name=op.f("ck_distribuicao_canal_canal")),
        sa.PrimaryKeyConstraint("canal", name=op.f("pk_distribuicao_canal")),
    )


def downgrade() -> None:
    op.drop_table("distribuicao_canal")
    op.drop_table("distribuicao_endereco")
    op.drop_index("ix_distribuicao_entrega_externas", "distribuicao_entrega")
    for coluna in ("externo_em", "externo_situacao", "externo_link", "externo_numero", "progresso"):
        op.drop_column("distribuicao_entrega", coluna)
    op.execute("delete from distribuicao_entrega where canal in ('sei', 'webhook')")
    _canais_da_entrega(CANAIS_ANTES)
