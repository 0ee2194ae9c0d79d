"""What each agency does; versions of what suggests agencies; what was suggested and decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_0004"
down_revision = "20261125_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cadastros_orgao", sa.Column("competencias", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "cadastros_orgao",
        sa.Column("palavras_chave", postgresql.ARRAY(sa.String(length=60)), nullable=False, server_default="{}"),
    )
    for coluna in ("competencias", "palavras_chave"):
        op.alter_column("cadastros_orgao", coluna, server_default=None)
    op.create_table(
        "triagem_modelo",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "estado",
            sa.Enum(
                "na_fila", "treinando", "pronto", "falhou",
                name="estadomodelo", native_enum=False, length=40, create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "fonte",
            sa.Enum(
                "competencias", "historico", "csv",
                name="fontemodelo", native_enum=False, length=40, create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("em_uso", sa.Boolean(), nullable=False),
        sa.Column("amostras", sa.Integer(), nullable=False),
        sa.Column("demonstracao", sa.Boolean(), nullable=False),
        sa.Column("medidas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parametros", sa.LargeBinary(), nullable=True),
        sa.Column("erro", sa.String(length=300), nullable=False),
        sa.Column("pessoa_id", sa.BigInteger(), nullable=True),
        sa.Column("pedido_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reservado_ate", sa.DateTime(timezone=True), nullable=True),
        sa.Column("treinado_em", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pessoa_id"], ["contas_pessoa.id"], name=op.f("fk_triagem_modelo_pessoa_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triagem_modelo")),
    )
    op.create_index("uq_triagem_modelo_em_uso", "triagem_modelo", ["em_uso"], unique=True, postgresql_where="em_uso")
    op.create_index(
        "ix_triagem_modelo_pendentes",
        "triagem_modelo",
        ["pedido_em"],
        unique=False,
        postgresql_where="estado in ('na_fila', 'treinando')",
    )
    op.create_table(
        "triagem_sugestao",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("demanda_id", sa.BigInteger(), nullable=False),
        sa.Column("rodada", sa.Integer(), nullable=False),
        sa.Column("modelo_id", sa.BigInteger(), nullable=False),
        sa.Column("sugeridas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("feita_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escolhidos", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column(
            "desfecho",
            sa.Enum(
                "aceita", "mudada", "ignorada", "sem_sugestao",
                name="desfecho", native_enum=False, length=40, create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("pessoa_id", sa.BigInteger(), nullable=True),
        sa.Column("decidida_em", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["demanda_id"], ["triagem_demanda.id"], name=op.f("fk_triagem_sugestao_demanda_id")),
        sa.ForeignKeyConstraint(["modelo_id"], ["triagem_modelo.id"], name=op.f("fk_triagem_sugestao_modelo_id")),
        sa.ForeignKeyConstraint(["pessoa_id"], ["contas_pessoa.id"], name=op.f("fk_triagem_sugestao_pessoa_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triagem_sugestao")),
        sa.UniqueConstraint("demanda_id", "rodada", name=op.f("uq_triagem_sugestao_demanda_id_rodada")),
    )
    op.create_index(
        "ix_triagem_sugestao_decididas",
        "triagem_sugestao",
        ["decidida_em"],
        unique=False,
        postgresql_where="decidida_em is not null",
    )


def downgrade() -> None:
    op.drop_index(
        "ix_triagem_sugestao_decididas", table_name="triagem_sugestao", postgresql_where="decidida_em is not null"
    )
    op.drop_table("triagem_sugestao")
    op.drop_index(
        "ix_triagem_modelo_pendentes",
        table_name="triagem_modelo",
        postgresql_where="estado in ('na_fila', 'treinando')",
    )
    op.drop_index("uq_triagem_modelo_em_uso", table_name="triagem_modelo", postgresql_where="em_uso")
    op.drop_table("triagem_modelo")
    op.drop_column("cadastros_orgao", "palavras_chave")
    op.drop_column("cadastros_orgao", "competencias")
