"""Links to accept or decline a routing without signing in, its reminders; links to processes; messages that came back."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0009"
down_revision = "20261125_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "triagem_encaminhamento", sa.Column("lembretes", sa.SmallInteger(), nullable=False, server_default="0")
    )
    op.add_column("triagem_encaminhamento", sa.Column("lembrado_em", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "atendimento_convite",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("encaminhamento_id", sa.BigInteger(), nullable=False),
        sa.Column("ordem", sa.SmallInteger(), nullable=False),
        sa.Column("resumo", sa.String(length=64), nullable=False),
        sa.Column("para", sa.String(length=254), nullable=False),
        sa.Column("criado_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vence_dia", sa.Date(), nullable=False),
        sa.Column("usado_em", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["encaminhamento_id"], ["triagem_encaminhamento.id"],
            name=op.f("fk_atendimento_convite_encaminhamento_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_atendimento_convite")),
        sa.UniqueConstraint("encaminhamento_id", "ordem", name=op.f("uq_atendimento_convite_encaminhamento_id_ordem")),
        sa.UniqueConstraint("resumo", name=op.f("uq_atendimento_convite_resumo")),
    )
    op.create_index(
        "ix_atendimento_convite_primeiros", "atendimento_convite", ["vence_dia"], postgresql_where="ordem = 0"
    )
    op.create_table(
        "distribuicao_link",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("entrega_id", sa.BigInteger(), nullable=False),
        sa.Column("resumo", sa.String(length=64), nullable=False),
        sa.Column("vence_dia", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrega_id"], ["distribuicao_entrega.id"], name=op.f("fk_distribuicao_link_entrega_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribuicao_link")),
        sa.UniqueConstraint("entrega_id", name=op.f("uq_distribuicao_link_entrega_id")),
        sa.UniqueConstraint("resumo", name=op.f("uq_distribuicao_link_resumo")),
    )
    op.create_table(
        "distribuicao_devolucao",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("resumo", sa.String(length=64), nullable=False),
        sa.Column("entrega_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "tipo",
            sa.Enum(
                "definitiva", "passageira", "outra",
                name="tipodevolucao", native_enum=False, length=40, create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("para", sa.String(length=254), nullable=False),
        sa.Column("codigo", sa.String(length=12), nullable=False),
        sa.Column("texto", sa.Text(), nullable=False),
        sa.Column("recebida_em", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrega_id"], ["distribuicao_entrega.id"], name=op.f("fk_distribuicao_devolucao_entrega_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribuicao_devolucao")),
        sa.UniqueConstraint("resumo", name=op.f("uq_distribuicao_devolucao_resumo")),
    )
    op.create_index(op.f("ix_distribuicao_devolucao_entrega_id_id"), "distribuicao_devolucao", ["entrega_id", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_distribuicao_devolucao_entrega_id_id"), table_name="distribuicao_devolucao")
    op.drop_table("distribuicao_devolucao")
    op.drop_table("distribuicao_link")
    op.drop_index("ix_atendimento_convite_primeiros", table_name="atendimento_convite", postgresql_where="ordem = 0")
    op.drop_table("atendimento_convite")
    op.drop_column("triagem_encaminhamento", "lembrado_em")
    op.drop_column("triagem_encaminhamento", "lembretes")
