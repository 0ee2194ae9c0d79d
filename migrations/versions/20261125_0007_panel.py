"""Urgency, agency and giving up on a delivery; pauses, breakers, and the hours that the plots are drawn from."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0007"
down_revision = "20261125_0006"
branch_labels = None
depends_on = None

CANAIS = "canal in ('interno', 'correio', 'sei', 'webhook')"
ESTADOS_ANTES = ("na_fila", "falhou", "aguarda_pessoa", "entregue")
ESTADOS = (*ESTADOS_ANTES, "desistida")
VIVAS = sa.text("estado in ('na_fila', 'falhou')")
PENDENTES = sa.text("estado in ('na_fila', 'falhou', 'aguarda_pessoa')")


def _estados(valores: tuple[str, ...]) -> None:
    for tabela in ("comum_aviso", "distribuicao_entrega"):
        nome = op.f(f"ck_{tabela}_estadosaida")
        op.drop_constraint(nome, tabela, type_="check")
        op.create_check_constraint(nome, tabela, f"estado in ({', '.join(repr(valor) for valor in valores)})")


def _momento(nome: str, *, nulo: bool = True) -> sa.Column:
    return sa.Column(nome, sa.DateTime(timezone=True), nullable=nulo)


def upgrade() -> None:
    _estados(ESTADOS)
    op.add_column("distribuicao_entrega", sa.Column("orgao_id", sa.BigInteger()))
    op.add_column("distribuicao_entrega", sa.Column("urgente", sa.Boolean()))
    op.add_column("distribuicao_entrega", _momento("avisada_em"))
    op.execute(
        "update distribuicao_entrega e set orgao_id = r.orgao_id, urgente = false "
        "from triagem_encaminhamento r where r.id = e.encaminhamento_id"
    )
    op.alter_column("distribuicao_entrega", "orgao_id", nullable=False)
    op.alter_column("distribuicao_entrega", "urgente", nullable=False)
    op.create_foreign_key(
        op.f("fk_distribuicao_entrega_orgao_id"), "distribuicao_entrega", "cadastros_orgao", ["orgao_id"], ["id"]
    )
    op.create_index(
        "ix_distribuicao_entrega_vez",
        "distribuicao_entrega",
        ["orgao_id", "canal", sa.text("urgente desc"), "proxima_em"],
        postgresql_where=VIVAS,
    )
    op.create_index(
        "ix_distribuicao_entrega_lista",
        "distribuicao_entrega",
        ["estado", "criada_em", "id"],
        postgresql_where=PENDENTES,
    )
    op.create_index(
        "ix_distribuicao_entrega_lista_orgao",
        "distribuicao_entrega",
        ["orgao_id", "estado", "criada_em", "id"],
        postgresql_where=PENDENTES,
    )
    _pausa()
    _disjuntor()
    _hora()


def _pausa() -> None:
    op.create_table(
        "distribuicao_pausa",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("canal", sa.String(40)),
        sa.Column("orgao_id", sa.BigInteger()),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.Column("por_id", sa.BigInteger(), nullable=False),
        _momento("desde_em", nulo=False),
        _momento("fim_em"),
        _momento("encerrada_em"),
        sa.CheckConstraint(CANAIS, name=op.f("ck_distribuicao_pausa_canal")),
        sa.CheckConstraint("canal is not null or orgao_id is not null", name=op.f("ck_distribuicao_pausa_pausa_de_algo")),
        sa.ForeignKeyConstraint(["orgao_id"], ["cadastros_orgao.id"], name=op.f("fk_distribuicao_pausa_orgao_id")),
        sa.ForeignKeyConstraint(["por_id"], ["contas_pessoa.id"], name=op.f("fk_distribuicao_pausa_por_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribuicao_pausa")),
    )
    op.create_index(
        "uq_distribuicao_pausa_viva",
        "distribuicao_pausa",
        ["canal", "orgao_id"],
        unique=True,
        postgresql_where=sa.text("encerrada_em is null"),
        postgresql_nulls_not_distinct=True,
    )


def _disjuntor() -> None:
    op.create_table(
        "distribuicao_disjuntor",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("orgao_id", sa.BigInteger(), nullable=False),
        sa.Column("canal", sa.String(40), nullable=False),
        sa.Column("falhas", sa.Integer(), nullable=False),
        sa.Column("aberturas", sa.Integer(), nullable=False),
        _momento("aberto_em"),
        _momento("aberto_ate"),
        sa.Column("erro", sa.Text()),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.CheckConstraint(CANAIS, name=op.f("ck_distribuicao_disjuntor_canal")),
        sa.ForeignKeyConstraint(["orgao_id"], ["cadastros_orgao.id"], name=op.f("fk_distribuicao_disjuntor_orgao_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribuicao_disjuntor")),
        sa.UniqueConstraint("orgao_id", "canal", name=op.f("uq_distribuicao_disjuntor_orgao_id_canal")),
    )


def _hora() -> None:
    op.create_table(
        "distribuicao_hora",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _momento("inicio_em", nulo=False),
        sa.Column("orgao_id", sa.BigInteger()),
        sa.Column("canal", sa.String(40)),
        sa.Column("entregues", sa.Integer(), nullable=False),
        sa.Column("falhas", sa.Integer(), nullable=False),
        sa.Column("mediana_s", sa.Float()),
        sa.Column("p95_s", sa.Float()),
        sa.CheckConstraint(CANAIS, name=op.f("ck_distribuicao_hora_canal")),
        sa.CheckConstraint(
            "(orgao_id is null) = (canal is null)", name=op.f("ck_distribuicao_hora_de_um_ou_de_todos")
        ),
        sa.ForeignKeyConstraint(["orgao_id"], ["cadastros_orgao.id"], name=op.f("fk_distribuicao_hora_orgao_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribuicao_hora")),
        sa.UniqueConstraint(
            "orgao_id", "canal", "inicio_em",
            name=op.f("uq_distribuicao_hora_orgao_id_canal_inicio_em"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def downgrade() -> None:
    for tabela in ("distribuicao_hora", "distribuicao_disjuntor", "distribuicao_pausa"):
        op.drop_table(tabela)
    for indice in ("lista_orgao", "lista", "vez"):
        op.drop_index(f"ix_distribuicao_entrega_{indice}", "distribuicao_entrega")
    for coluna in ("avisada_em", "urgente", "orgao_id"):
        op.drop_column("distribuicao_entrega", coluna)
    # What was given up waited for a person before, and does again.
    for tabela in ("comum_aviso", "distribuicao_entrega"):
        op.execute(f"update {tabela} set estado = 'aguarda_pessoa' where estado = 'desistida'")
    _estados(ESTADOS_ANTES)
