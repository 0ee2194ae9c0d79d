"""Municipal days and optional points, outages, what a due day was worked out from, alerts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_0010"
down_revision = "20261125_0009"
branch_labels = None
depends_on = None

COM_PRAZO = ("triagem_demanda", "triagem_encaminhamento", "peticoes_diligencia", "peticoes_acompanhamento")
NA_MESA = "estado in ('aguardando', 'em_triagem', 'reaberta')"
COM_O_ORGAO = "estado in ('entregue', 'recebido', 'em_ajuste')"
COM_ALERTAS = (("triagem_demanda", NA_MESA), ("triagem_encaminhamento", COM_O_ORGAO))


def _enum(nome: str, *valores: str) -> sa.Enum:
    return sa.Enum(*valores, name=nome, native_enum=False, length=40, create_constraint=True)


def upgrade() -> None:
    tipo = _enum("tipodedia", "feriado", "ponto_facultativo", "recesso")
    op.add_column("cadastros_feriado", sa.Column("tipo", tipo, nullable=False, server_default="feriado"))
    op.add_column("cadastros_feriado", sa.Column("ato", sa.String(length=200), nullable=False, server_default=""))
    for coluna in ("tipo", "ato"):
        op.alter_column("cadastros_feriado", coluna, server_default=None)
    op.add_column("cadastros_feriado", sa.Column("municipio_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_cadastros_feriado_municipio_id"),
        "cadastros_feriado", "cadastros_municipio", ["municipio_id"], ["id"],
    )
    op.drop_constraint("uq_cadastros_feriado_dia", "cadastros_feriado", type_="unique")
    op.create_index(
        "uq_cadastros_feriado_estado", "cadastros_feriado", ["dia"],
        unique=True, postgresql_where="municipio_id is null",
    )
    op.create_index(
        "uq_cadastros_feriado_municipio", "cadastros_feriado", ["municipio_id", "dia"],
        unique=True, postgresql_where="municipio_id is not null",
    )
    op.create_table(
        "cadastros_mudanca_calendario",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("acao", _enum("acaonocalendario", "incluir", "alterar", "remover"), nullable=False),
        sa.Column("texto", sa.Text(), nullable=False),
        sa.Column("antes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("depois", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("pessoa_id", sa.BigInteger(), nullable=True),
        sa.Column("quem", sa.String(length=200), nullable=False),
        sa.Column("em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recontada_em", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["pessoa_id"], ["contas_pessoa.id"], name=op.f("fk_cadastros_mudanca_calendario_pessoa_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadastros_mudanca_calendario")),
    )
    op.create_index(
        "ix_cadastros_mudanca_calendario_pendentes", "cadastros_mudanca_calendario", ["id"],
        postgresql_where="recontada_em is null",
    )
    op.create_table(
        "comum_indisponibilidade",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("inicio_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fim_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("motivo", sa.String(length=200), nullable=False),
        sa.Column("evidencia", sa.Text(), nullable=False),
        sa.Column("arquivo_id", sa.BigInteger(), nullable=True),
        sa.Column("arquivo_nome", sa.String(length=120), nullable=False),
        sa.Column("pessoa_id", sa.BigInteger(), nullable=True),
        sa.Column("quem", sa.String(length=200), nullable=False),
        sa.Column("criada_em", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fim_em > inicio_em", name=op.f("ck_comum_indisponibilidade_termina_depois_de_comecar")),
        sa.ForeignKeyConstraint(
            ["arquivo_id"], ["comum_arquivo.id"], name=op.f("fk_comum_indisponibilidade_arquivo_id")
        ),
        sa.ForeignKeyConstraint(["pessoa_id"], ["contas_pessoa.id"], name=op.f("fk_comum_indisponibilidade_pessoa_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comum_indisponibilidade")),
    )
    op.create_index(op.f("ix_comum_indisponibilidade_inicio_em"), "comum_indisponibilidade", ["inicio_em"])
    for tabela in COM_PRAZO:
        op.add_column(tabela, sa.Column("prazo", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    for tabela, abertos in COM_ALERTAS:
        op.add_column(tabela, sa.Column("alertas", sa.SmallInteger(), nullable=False, server_default="0"))
        op.add_column(tabela, sa.Column("alerta_dia", sa.Date(), nullable=True, server_default="1970-01-01"))
        op.create_index(
            f"ix_{tabela}_alertas", tabela, ["alerta_dia", "id"],
            postgresql_where=f"alerta_dia is not null and {abertos}",
        )


def downgrade() -> None:
    for tabela, abertos in COM_ALERTAS:
        op.drop_index(
            f"ix_{tabela}_alertas", table_name=tabela, postgresql_where=f"alerta_dia is not null and {abertos}"
        )
        op.drop_column(tabela, "alerta_dia")
        op.drop_column(tabela, "alertas")
    for tabela in COM_PRAZO:
        op.drop_column(tabela, "prazo")
    op.drop_table("comum_indisponibilidade")
    op.drop_table("cadastros_mudanca_calendario")
    op.drop_index("uq_cadastros_feriado_municipio", table_name="cadastros_feriado")
    op.drop_index("uq_cadastros_feriado_estado", table_name="cadastros_feriado")
    op.execute("delete from cadastros_feriado where municipio_id is not null")  # the table knew the state alone
    op.create_unique_constraint("uq_cadastros_feriado_dia", "cadastros_feriado", ["dia"])
    op.drop_column("cadastros_feriado", "municipio_id")
    op.drop_column("cadastros_feriado", "ato")
    op.drop_column("cadastros_feriado", "tipo")
