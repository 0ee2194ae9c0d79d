"""The triage desk: what a demand is about, its priority, markers, saved views, and the decisions besides routing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_0003"
down_revision = "20261125_0002"
branch_labels = None
depends_on = None

ESTADOS_ANTES = ("aguardando", "em_triagem", "em_diligencia", "distribuida", "respondida", "reaberta", "concluida")
ESTADOS = (*ESTADOS_ANTES, "apensada", "nao_acolhida", "remetida")
ENCAMINHAMENTOS_ANTES = (
    "a_entregar",
    "entregue",
    "recebido",
    "recusado",
    "respondido",
    "em_ajuste",
    "homologado",
)
ENCAMINHAMENTOS = (*ENCAMINHAMENTOS_ANTES, "desfeito")
PAPEIS_ANTES = ("anexo", "principal", "recibo", "resposta", "anexo_resposta")
PAPEIS = (*PAPEIS_ANTES, "oficio")

DO_QUE_TRATAM = """
update triagem_demanda d
   set autor_id = p.autor_id, tipo_id = p.tipo_id, municipio_id = p.municipio_id, tema_id = p.tema_id
  from peticoes_peticao p where p.id = d.peticao_id
"""

PESOS = (
    *(("dias_uteis", limiar, pontos) for limiar, pontos in ((-1, 5), (0, 4), (1, 3), (3, 2), (5, 1))),
    *(("urgencia", limiar, pontos) for limiar, pontos in ((1, 2), (2, 4))),
    *(("reiteracoes", limiar, pontos) for limiar, pontos in ((1, 2), (2, 3), (4, 4))),
    *(("semelhantes", limiar, pontos) for limiar, pontos in ((2, 1), (5, 2))),
    *(("idade", limiar, pontos) for limiar, pontos in ((15, 1), (30, 2))),
)
"""What gives points until the coordinator says otherwise."""

FUNDAMENTOS = (
    (
        "Competência de outro ente",
        "O assunto é da competência de outro ente da Federação e o Estado não pode atendê-lo.",
    ),
    ("Já atendida", "O que se pede já foi atendido, conforme se explica a seguir."),
    ("Repete demanda em andamento", "O mesmo pedido já está em andamento em outra demanda do mesmo autor."),
    ("Faltam elementos", "O pedido não traz os elementos necessários para ser examinado."),
    ("Vedação legal", "A lei não permite atender ao que se pede."),
    ("Não é demanda ao Executivo", "O documento não pede providência nem informação ao Poder Executivo do Estado."),
)

SEM_PADRAO = (
    ("cadastros_municipio", "regiao"),
    ("triagem_demanda", "urgencia"),
    ("triagem_demanda", "prioridade"),
    ("triagem_demanda", "razoes"),
    ("triagem_demanda", "impressao"),
    ("triagem_encaminhamento", "acesso"),
)
"""New columns that must not be null: filled in for the rows of today, and from then on by the program."""


def _entre(coluna: str, valores: tuple[str, ...]) -> str:
    return f"{coluna} in ({', '.join(repr(valor) for valor in valores)})"


def _trocar_lista(tabela: str, nome: str, valores: tuple[str, ...], coluna: str = "estado") -> None:
    op.drop_constraint(op.f(f"ck_{tabela}_{nome}"), tabela, type_="check")
    op.create_check_constraint(op.f(f"ck_{tabela}_{nome}"), tabela, _entre(coluna, valores))


def _indice_dos_vivos(mortos: str) -> None:
    op.drop_index("uq_triagem_encaminhamento_vivo", "triagem_encaminhamento")
    op.create_index(
        "uq_triagem_encaminhamento_vivo",
        "triagem_encaminhamento",
        ["demanda_id", "orgao_id", "rodada"],
        unique=True,
        postgresql_where=sa.text(mortos),
    )


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    op.create_table('triagem_fundamento',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('nome', sa.String(length=100), nullable=False),
    sa.Column('texto', sa.Text(), nullable=False),
    sa.Column('ordem', sa.Integer(), nullable=False),
    sa.Column('ativo', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triagem_fundamento')),
    sa.UniqueConstraint('nome', name=op.f('uq_triagem_fundamento_nome'))
    )
    op.create_table('triagem_marcador',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('nome', sa.String(length=40), nullable=False),
    sa.Column('cor', sa.Enum('azul', 'verde', 'amarelo', 'vermelho', 'roxo', 'cinza', name='cor', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('ativo', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triagem_marcador')),
    sa.UniqueConstraint('nome', name=op.f('uq_triagem_marcador_nome'))
    )
    op.create_table('triagem_peso',
    sa.Column('criterio', sa.Enum('dias_uteis', 'urgencia', 'reiteracoes', 'semelhantes', 'idade', name='criterio', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('limiar', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('pontos', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('criterio', 'limiar', name=op.f('pk_triagem_peso'))
    )
    op.create_table('triagem_preferencia',
    sa.Column('pessoa_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('colunas', postgresql.ARRAY(sa.String(length=30)), nullable=False),
    sa.ForeignKeyConstraint(['pessoa_id'], ['contas_pessoa.id'], name=op.f('fk_triagem_preferencia_pessoa_id')),
    sa.PrimaryKeyConstraint('pessoa_id', name=op.f('pk_triagem_preferencia'))
    )
    op.create_table('triagem_vista',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('pessoa_id', sa.BigInteger(), nullable=False),
    sa.Column('nome', sa.String(length=60), nullable=False),
    sa.Column('consulta', sa.Text(), nullable=False),
    sa.Column('compartilhada', sa.Boolean(), nullable=False),
    sa.Column('criada_em', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['pessoa_id'], ['contas_pessoa.id'], name=op.f('fk_triagem_vista_pessoa_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triagem_vista')),
    sa.UniqueConstraint('pessoa_id', 'nome', name=op.f('uq_triagem_vista_pessoa_id_nome'))
    )
    op.create_table('triagem_combinacao',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('nome', sa.String(length=80), nullable=False),
    sa.Column('destinos', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('tipo_id', sa.BigInteger(), nullable=True),
    sa.Column('tema_id', sa.BigInteger(), nullable=True),
    sa.Column('palavras', postgresql.ARRAY(sa.String(length=60)), nullable=False),
    sa.Column('ativa', sa.Boolean(), nullable=False),
    sa.Column('versao', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tema_id'], ['cadastros_tema.id'], name=op.f('fk_triagem_combinacao_tema_id')),
    sa.ForeignKeyConstraint(['tipo_id'], ['cadastros_tipo_processo.id'], name=op.f('fk_triagem_combinacao_tipo_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triagem_combinacao')),
    sa.UniqueConstraint('nome', name=op.f('uq_triagem_combinacao_nome'))
    )
    op.create_table('triagem_demanda_marcador',
    sa.Column('demanda_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('marcador_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('pessoa_id', sa.BigInteger(), nullable=False),
    sa.Column('posto_em', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['demanda_id'], ['triagem_demanda.id'], name=op.f('fk_triagem_demanda_marcador_demanda_id')),
    sa.ForeignKeyConstraint(['marcador_id'], ['triagem_marcador.id'], name=op.f('fk_triagem_demanda_marcador_marcador_id')),
    sa.ForeignKeyConstraint(['pessoa_id'], ['contas_pessoa.id'], name=op.f('fk_triagem_demanda_marcador_pessoa_id')),
    sa.PrimaryKeyConstraint('demanda_id', 'marcador_id', name=op.f('pk_triagem_demanda_marcador'))
    )
    op.create_index(op.f('ix_triagem_demanda_marcador_marcador_id_demanda_id'), 'triagem_demanda_marcador', ['marcador_id', 'demanda_id'], unique=False)
    op.create_table('triagem_nao_acolhimento',
    sa.Column('demanda_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('fundamento_id', sa.BigInteger(), nullable=False),
    sa.Column('explicacao', sa.Text(), nullable=False),
    sa.Column('pessoa_id', sa.BigInteger(), nullable=False),
    sa.Column('em', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['demanda_id'], ['triagem_demanda.id'], name=op.f('fk_triagem_nao_acolhimento_demanda_id')),
    sa.ForeignKeyConstraint(['fundamento_id'], ['triagem_fundamento.id'], name=op.f('fk_triagem_nao_acolhimento_fundamento_id')),
    sa.ForeignKeyConstraint(['pessoa_id'], ['contas_pessoa.id'], name=op.f('fk_triagem_nao_acolhimento_pessoa_id')),
    sa.PrimaryKeyConstraint('demanda_id', name=op.f('pk_triagem_nao_acolhimento'))
    )
    op.create_table('triagem_oficio',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('demanda_id', sa.BigInteger(), nullable=False),
    sa.Column('documento_id', sa.BigInteger(), nullable=False),
    sa.Column('destinatario', sa.String(length=200), nullable=False),
    sa.Column('cargo', sa.String(length=200), nullable=False),
    sa.Column('entidade', sa.String(length=200), nullable=False),
    sa.Column('pessoa_id', sa.BigInteger(), nullable=False),
    sa.Column('em', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['demanda_id'], ['triagem_demanda.id'], name=op.f('fk_triagem_oficio_demanda_id')),
    sa.ForeignKeyConstraint(['documento_id'], ['peticoes_documento.id'], name=op.f('fk_triagem_oficio_documento_id')),
    sa.ForeignKeyConstraint(['pessoa_id'], ['contas_pessoa.id'], name=op.f('fk_triagem_oficio_pessoa_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triagem_oficio'))
    )
    op.create_index(op.f('ix_triagem_oficio_demanda_id'), 'triagem_oficio', ['demanda_id'], unique=False)
    op.create_table(
        "triagem_resumo",
        sa.Column("dia", sa.Date(), nullable=False),
        sa.Column("enviado_em", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dia", name=op.f("pk_triagem_resumo")),
    )
    op.create_index(op.f("ix_triagem_encaminhamento_demanda_id"), "triagem_encaminhamento", ["demanda_id"])
    op.create_index("ix_comum_andamento_em", "comum_andamento", ["em"], postgresql_using="brin")
    op.create_index("ix_triagem_demanda_criada_em", "triagem_demanda", ["criada_em"], postgresql_using="brin")
    op.add_column("cadastros_municipio", sa.Column("regiao", sa.String(60), nullable=False, server_default=""))
    op.add_column("contas_pessoa", sa.Column("partido", sa.String(20)))
    op.add_column("triagem_demanda", sa.Column("autor_id", sa.BigInteger()))
    op.add_column("triagem_demanda", sa.Column("tipo_id", sa.BigInteger()))
    op.add_column("triagem_demanda", sa.Column("municipio_id", sa.BigInteger()))
    op.add_column("triagem_demanda", sa.Column("tema_id", sa.BigInteger()))
    op.add_column("triagem_demanda", sa.Column("ods", sa.SmallInteger()))
    op.add_column("triagem_demanda", sa.Column("urgencia", sa.String(40), nullable=False, server_default="normal"))
    op.add_column("triagem_demanda", sa.Column("prioridade", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("triagem_demanda", sa.Column("razoes", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.add_column("triagem_demanda", sa.Column("classificacoes_antes", postgresql.JSONB()))
    op.add_column("triagem_demanda", sa.Column("impressao", sa.String(32), nullable=False, server_default=""))
    op.add_column("triagem_demanda", sa.Column("apensada_a_id", sa.BigInteger()))
    op.add_column("triagem_demanda", sa.Column("apensada_em", sa.DateTime(timezone=True)))
    op.add_column("triagem_encaminhamento", sa.Column("acesso", sa.String(40), nullable=False, server_default="publico"))
    for tabela, coluna in SEM_PADRAO:
        op.alter_column(tabela, coluna, server_default=None)
    op.execute(DO_QUE_TRATAM)
    op.alter_column("triagem_demanda", "autor_id", nullable=False)
    op.alter_column("triagem_demanda", "tipo_id", nullable=False)
    _trocar_lista("triagem_demanda", "estadodemanda", ESTADOS)
    _trocar_lista("triagem_encaminhamento", "estadoencaminhamento", ENCAMINHAMENTOS)
    op.create_check_constraint(
        op.f("ck_triagem_demanda_urgencia"), "triagem_demanda", _entre("urgencia", ("normal", "alta", "urgente"))
    )
    op.create_check_constraint(
        op.f("ck_triagem_encaminhamento_nivelacesso"), "triagem_encaminhamento", _entre("acesso", ("publico", "restrito"))
    )
    op.create_check_constraint(op.f("ck_triagem_demanda_ods_de_1_a_17"), "triagem_demanda", "ods between 1 and 17")
    op.create_check_constraint(
        op.f("ck_triagem_demanda_apensada_tem_a_que"),
        "triagem_demanda",
        "(estado = 'apensada') <= (apensada_a_id is not null)",
    )
    _trocar_lista("peticoes_documento", "papeldocumento", PAPEIS, "papel")
    _indice_dos_vivos("estado not in ('recusado', 'desfeito')")
    op.drop_index("ix_triagem_demanda_respondidas", "triagem_demanda")
    op.create_index("ix_triagem_demanda_decididas", "triagem_demanda", ["peticao_id"], unique=False, postgresql_where=sa.text("estado in ('respondida', 'nao_acolhida', 'remetida')"))
    op.create_index('ix_peticoes_acompanhamento_apensadas', 'peticoes_acompanhamento', ['apensada_a_id'], unique=False, postgresql_where='apensada_a_id is not null')
    op.create_index('ix_triagem_demanda_apensadas', 'triagem_demanda', ['apensada_a_id'], unique=False, postgresql_where='apensada_a_id is not null')
    op.create_index(op.f('ix_triagem_demanda_autor_id_id'), 'triagem_demanda', ['autor_id', 'id'], unique=False)
    op.create_index('ix_triagem_demanda_impressao', 'triagem_demanda', ['impressao'], unique=False, postgresql_where="impressao <> ''")
    op.create_index(op.f('ix_triagem_demanda_municipio_id_id'), 'triagem_demanda', ['municipio_id', 'id'], unique=False)
    op.create_index('ix_triagem_demanda_prioridade', 'triagem_demanda', ['prioridade', 'vence_dia', 'id'], unique=False, postgresql_where="estado in ('aguardando', 'em_triagem', 'reaberta')")
    op.create_index('ix_triagem_demanda_devolvidas', 'triagem_demanda', ['prioridade', 'vence_dia', 'id'], unique=False, postgresql_where="devolvida_em is not null and estado in ('aguardando', 'em_triagem', 'reaberta')")
    op.create_index(op.f('ix_triagem_demanda_tema_id_id'), 'triagem_demanda', ['tema_id', 'id'], unique=False)
    op.create_foreign_key(op.f('fk_triagem_demanda_apensada_a_id'), 'triagem_demanda', 'triagem_demanda', ['apensada_a_id'], ['id'])
    op.create_foreign_key(op.f('fk_triagem_demanda_tema_id'), 'triagem_demanda', 'cadastros_tema', ['tema_id'], ['id'])
    op.create_foreign_key(op.f('fk_triagem_demanda_autor_id'), 'triagem_demanda', 'contas_pessoa', ['autor_id'], ['id'])
    op.create_foreign_key(op.f('fk_triagem_demanda_municipio_id'), 'triagem_demanda', 'cadastros_municipio', ['municipio_id'], ['id'])
    op.create_foreign_key(op.f('fk_triagem_demanda_tipo_id'), 'triagem_demanda', 'cadastros_tipo_processo', ['tipo_id'], ['id'])
    peso = sa.table("triagem_peso", sa.column("criterio", sa.String), sa.column("limiar", sa.Integer), sa.column("pontos", sa.Integer))
    op.bulk_insert(peso, [dict(zip(("criterio", "limiar", "pontos"), linha, strict=True)) for linha in PESOS])
    fundamento = sa.table(
        "triagem_fundamento", sa.column("nome", sa.String), sa.column("texto", sa.Text), sa.column("ordem", sa.Integer), sa.column("ativo", sa.Boolean)
    )
    op.bulk_insert(
        fundamento,
        [{"nome": nome, "texto": texto, "ordem": n, "ativo": True} for n, (nome, texto) in enumerate(FUNDAMENTOS)],
    )


def downgrade() -> None:
    op.execute("delete from triagem_encaminhamento where estado = 'desfeito'")
    op.execute("update triagem_demanda set estado = 'distribuida' where estado in ('apensada', 'nao_acolhida', 'remetida')")
    op.execute("drop extension pg_trgm")
    op.drop_index("ix_peticoes_acompanhamento_apensadas", "peticoes_acompanhamento")
    for nome in (
        "ix_triagem_demanda_apensadas",
        "ix_triagem_demanda_autor_id_id",
        "ix_triagem_demanda_criada_em",
        "ix_triagem_demanda_devolvidas",
        "ix_triagem_demanda_impressao",
        "ix_triagem_demanda_municipio_id_id",
        "ix_triagem_demanda_prioridade",
        "ix_triagem_demanda_tema_id_id",
    ):
        op.drop_index(nome, "triagem_demanda")
    for nome in ("apensada_tem_a_que", "ods_de_1_a_17", "urgencia"):
        op.drop_constraint(op.f(f"ck_triagem_demanda_{nome}"), "triagem_demanda", type_="check")
    op.drop_constraint(op.f("ck_triagem_encaminhamento_nivelacesso"), "triagem_encaminhamento", type_="check")
    _indice_dos_vivos("estado <> 'recusado'")
    op.drop_index("ix_triagem_demanda_decididas", "triagem_demanda")
    op.create_index("ix_triagem_demanda_respondidas", "triagem_demanda", ["peticao_id"], unique=False, postgresql_where=sa.text("estado = 'respondida'"))
    _trocar_lista("triagem_demanda", "estadodemanda", ESTADOS_ANTES)
    _trocar_lista("triagem_encaminhamento", "estadoencaminhamento", ENCAMINHAMENTOS_ANTES)
    op.execute("update peticoes_documento set papel = 'anexo_resposta' where papel = 'oficio'")
    _trocar_lista("peticoes_documento", "papeldocumento", PAPEIS_ANTES, "papel")
    op.drop_column("triagem_encaminhamento", "acesso")
    op.drop_column("contas_pessoa", "partido")
    op.drop_column("cadastros_municipio", "regiao")
    for coluna in (
        "autor_id",
        "tipo_id",
        "municipio_id",
        "tema_id",
        "ods",
        "urgencia",
        "prioridade",
        "razoes",
        "classificacoes_antes",
        "impressao",
        "apensada_a_id",
        "apensada_em",
    ):
        op.drop_column("triagem_demanda", coluna)
    op.drop_index("ix_comum_andamento_em", "comum_andamento")
    op.drop_index(op.f("ix_triagem_encaminhamento_demanda_id"), "triagem_encaminhamento")
    for tabela in (
        "triagem_resumo",
        "triagem_oficio",
        "triagem_nao_acolhimento",
        "triagem_demanda_marcador",
        "triagem_combinacao",
        "triagem_vista",
        "triagem_preferencia",
        "triagem_peso",
        "triagem_marcador",
        "triagem_fundamento",
    ):
        op.drop_table(tabela)
