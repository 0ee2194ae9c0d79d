"""The tables of the first version: registers, people, petitions, triage, distribution, answers, history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_0001"
down_revision = None
branch_labels = None
depends_on = None

HISTORICO_SO_CRESCE = """
create function comum_andamento_so_cresce() returns trigger language plpgsql as $$
begin
    raise exception 'the history only grows: % refused', tg_op;
end $$;
create trigger comum_andamento_so_cresce before update or delete on comum_andamento
    for each row execute function comum_andamento_so_cresce();
"""


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("comum_numero_sei", start=1_000_001)))
    op.create_table(
        "cadastros_feriado",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("dia", sa.Date(), nullable=False),
        sa.Column("nome", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadastros_feriado")),
        sa.UniqueConstraint("dia", name=op.f("uq_cadastros_feriado_dia")),
    )
    op.create_table(
        "cadastros_municipio",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("nome", sa.String(length=80), nullable=False),
        sa.Column("nome_busca", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("capital", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadastros_municipio")),
    )
    op.create_index(op.f("ix_cadastros_municipio_nome"), "cadastros_municipio", ["nome"], unique=False)
    op.create_index(op.f("ix_cadastros_municipio_nome_busca"), "cadastros_municipio", ["nome_busca"], unique=False)
    op.create_table(
        "cadastros_orgao",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sigla", sa.String(length=40), nullable=False),
        sa.Column("nome", sa.String(length=200), nullable=False),
        sa.Column("tipo", sa.String(length=40), nullable=False),
        sa.Column("codigo_uo", sa.String(length=4), nullable=True),
        sa.Column("vinculado_a_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("ativo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vinculado_a_id"], ["cadastros_orgao.id"], name=op.f("fk_cadastros_orgao_vinculado_a_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadastros_orgao")),
        sa.UniqueConstraint("sigla", name=op.f("uq_cadastros_orgao_sigla")),
    )
    op.create_table(
        "cadastros_tipo_processo",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("nome", sa.String(length=120), nullable=False),
        sa.Column("orientacao", sa.Text(), nullable=False),
        sa.Column("prazo_dias_uteis", sa.Integer(), nullable=False),
        sa.Column("ordem", sa.Integer(), nullable=False),
        sa.Column("ativo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadastros_tipo_processo")),
        sa.UniqueConstraint("slug", name=op.f("uq_cadastros_tipo_processo_slug")),
    )
    op.create_table(
        "comum_arquivo",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tamanho_bytes", sa.BigInteger(), nullable=False),
        sa.Column("tipo", sa.String(length=100), nullable=False),
        sa.Column("paginas", sa.BigInteger(), nullable=True),
        sa.Column("guardado_em", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comum_arquivo")),
        sa.UniqueConstraint("sha256", name=op.f("uq_comum_arquivo_sha256")),
    )
    op.create_table(
        "comum_sequencia_de_processo",
        sa.Column("orgao", sa.String(length=4), nullable=False),
        sa.Column("unidade", sa.String(length=2), nullable=False),
        sa.Column("ano", sa.BigInteger(), nullable=False),
        sa.Column("ultimo", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("orgao", "unidade", "ano", name=op.f("pk_comum_sequencia_de_processo")),
    )
    op.create_table(
        "contas_pessoa",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("cpf", sa.String(length=11), nullable=False),
        sa.Column("nome", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("cargo", sa.String(length=120), nullable=True),
        sa.Column("senha_hash", sa.String(length=200), nullable=False),
        sa.Column("bloqueada_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("criada_em", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cpf ~ '^[0-9]{11}$'", name=op.f("ck_contas_pessoa_cpf_onze_digitos")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contas_pessoa")),
        sa.UniqueConstraint("cpf", name=op.f("uq_contas_pessoa_cpf")),
        sa.UniqueConstraint("email", name=op.f("uq_contas_pessoa_email")),
    )
    op.create_table(
        "cadastros_unidade",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("orgao_id", sa.BigInteger(), nullable=False),
        sa.Column("sigla", sa.String(length=60), nullable=False),
        sa.Column("nome", sa.String(length=200), nullable=False),
        sa.Column("recebe", sa.Boolean(), nullable=False),
        sa.Column("ativa", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["orgao_id"], ["cadastros_orgao.id"], name=op.f("fk_cadastros_unidade_orgao_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadastros_unidade")),
        sa.UniqueConstraint("sigla", name=op.f("uq_cadastros_unidade_sigla")),
    )
    op.create_index(op.f("ix_cadastros_unidade_orgao_id"), "cadastros_unidade", ["orgao_id"], unique=False)
    op.create_index(
        "uq_cadastros_unidade_recebe", "cadastros_unidade", ["orgao_id"], unique=True, postgresql_where="recebe"
    )
    op.create_table(
        "contas_sessao",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("pessoa_id", sa.BigInteger(), nullable=False),
        sa.Column("aparelho", sa.String(length=200), nullable=False),
        sa.Column("criada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vale_ate", sa.DateTime(timezone=True), nullable=False),
        sa.Column("encerrada_em", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pessoa_id"], ["contas_pessoa.id"], name=op.f("fk_contas_sessao_pessoa_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contas_sessao")),
    )
    op.create_index(
        "ix_contas_sessao_abertas",
        "contas_sessao",
        ["pessoa_id"],
        unique=False,
        postgresql_where="encerrada_em is null",
    )
    op.create_table(
        "peticoes_peticao",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("autor_id", sa.BigInteger(), nullable=False),
        sa.Column("chave", sa.String(length=64), nullable=False),
        sa.Column("tipo_id", sa.BigInteger(), nullable=False),
        sa.Column("municipio_id", sa.BigInteger(), nullable=True),
        sa.Column("municipio_digitado", sa.String(length=80), nullable=False),
        sa.Column("assunto", sa.String(length=100), nullable=False),
        sa.Column("texto_html", sa.Text(), nullable=False),
        sa.Column(
            "estado",
            sa.Enum(
                "rascunho", "protocolada", name="estadopeticao", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("numero", sa.String(length=25), nullable=True),
        sa.Column("criada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alterada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("protocolada_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(estado = 'rascunho') or (numero is not null and protocolada_em is not null and municipio_id is not null and tipo_id is not null and assunto <> '' and texto_html <> '')",
            name=op.f("ck_peticoes_peticao_protocolada_completa"),
        ),
        sa.ForeignKeyConstraint(["autor_id"], ["contas_pessoa.id"], name=op.f("fk_peticoes_peticao_autor_id")),
        sa.ForeignKeyConstraint(
            ["municipio_id"], ["cadastros_municipio.id"], name=op.f("fk_peticoes_peticao_municipio_id")
        ),
        sa.ForeignKeyConstraint(["tipo_id"], ["cadastros_tipo_processo.id"], name=op.f("fk_peticoes_peticao_tipo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peticoes_peticao")),
        sa.UniqueConstraint("autor_id", "chave", name=op.f("uq_peticoes_peticao_autor_id_chave")),
        sa.UniqueConstraint("numero", name=op.f("uq_peticoes_peticao_numero")),
    )
    op.create_index(
        "ix_peticoes_peticao_rascunhos",
        "peticoes_peticao",
        ["autor_id", "alterada_em"],
        unique=False,
        postgresql_where="estado = 'rascunho'",
    )
    op.create_table(
        "comum_andamento",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("peticao_id", sa.BigInteger(), nullable=False),
        sa.Column("entidade", sa.String(length=40), nullable=False),
        sa.Column("entidade_id", sa.BigInteger(), nullable=False),
        sa.Column("acao", sa.String(length=40), nullable=False),
        sa.Column("para", sa.String(length=40), nullable=True),
        sa.Column("texto", sa.Text(), nullable=False),
        sa.Column("texto_autor", sa.Text(), nullable=True),
        sa.Column("pessoa_id", sa.BigInteger(), nullable=True),
        sa.Column("quem", sa.String(length=200), nullable=False),
        sa.Column("onde", sa.String(length=40), nullable=True),
        sa.Column("em", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["peticao_id"], ["peticoes_peticao.id"], name=op.f("fk_comum_andamento_peticao_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comum_andamento")),
    )
    op.create_index(
        op.f("ix_comum_andamento_entidade_entidade_id_id"),
        "comum_andamento",
        ["entidade", "entidade_id", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_comum_andamento_peticao_id_id"), "comum_andamento", ["peticao_id", "id"], unique=False)
    op.create_table(
        "comum_aviso",
        sa.Column("peticao_id", sa.BigInteger(), nullable=True),
        sa.Column("para", sa.String(length=254), nullable=False),
        sa.Column("assunto", sa.String(length=300), nullable=False),
        sa.Column("texto", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "estado",
            sa.Enum(
                "na_fila",
                "falhou",
                "aguarda_pessoa",
                "entregue",
                name="estadosaida",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tentativas", sa.Integer(), nullable=False),
        sa.Column("proxima_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserva", sa.String(length=32), nullable=True),
        sa.Column("reservada_ate", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erro", sa.Text(), nullable=True),
        sa.Column("erro_tecnico", sa.Text(), nullable=True),
        sa.Column("chave", sa.String(length=32), nullable=False),
        sa.Column("criada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entregue_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["peticao_id"], ["peticoes_peticao.id"], name=op.f("fk_comum_aviso_peticao_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comum_aviso")),
        sa.UniqueConstraint("chave", name=op.f("uq_comum_aviso_chave")),
    )
    op.create_index(
        "ix_comum_aviso_pendentes",
        "comum_aviso",
        ["proxima_em"],
        unique=False,
        postgresql_where=sa.text("estado in ('na_fila', 'falhou', 'aguarda_pessoa')"),
    )
    op.create_table(
        "contas_lotacao",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("pessoa_id", sa.BigInteger(), nullable=False),
        sa.Column("papel", sa.String(length=20), nullable=False),
        sa.Column("unidade_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(papel = 'deputado') = (unidade_id is null)", name=op.f("ck_contas_lotacao_interno_tem_unidade")
        ),
        sa.ForeignKeyConstraint(["pessoa_id"], ["contas_pessoa.id"], name=op.f("fk_contas_lotacao_pessoa_id")),
        sa.ForeignKeyConstraint(["unidade_id"], ["cadastros_unidade.id"], name=op.f("fk_contas_lotacao_unidade_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contas_lotacao")),
        sa.UniqueConstraint(
            "pessoa_id",
            "papel",
            "unidade_id",
            name=op.f("uq_contas_lotacao_pessoa_id_papel_unidade_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "peticoes_acompanhamento",
        sa.Column("peticao_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("autor_id", sa.BigInteger(), nullable=False),
        sa.Column("protocolada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "etapa",
            sa.Enum(
                "protocolada",
                "em_triagem",
                "no_orgao",
                "respondida",
                name="etapa",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("onde", sa.String(length=300), nullable=False),
        sa.Column("vence_dia", sa.Date(), nullable=True),
        sa.Column("respondida_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lida_em", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["autor_id"], ["contas_pessoa.id"], name=op.f("fk_peticoes_acompanhamento_autor_id")),
        sa.ForeignKeyConstraint(
            ["peticao_id"], ["peticoes_peticao.id"], name=op.f("fk_peticoes_acompanhamento_peticao_id")
        ),
        sa.PrimaryKeyConstraint("peticao_id", name=op.f("pk_peticoes_acompanhamento")),
    )
    op.create_index(
        "ix_peticoes_acompanhamento_lista",
        "peticoes_acompanhamento",
        ["autor_id", "etapa", "protocolada_em", "peticao_id"],
        unique=False,
    )
    op.create_index(
        "ix_peticoes_acompanhamento_todas",
        "peticoes_acompanhamento",
        ["autor_id", "protocolada_em", "peticao_id"],
        unique=False,
    )
    op.create_table(
        "peticoes_documento",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("peticao_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "papel",
            sa.Enum(
                "anexo",
                "principal",
                "recibo",
                "resposta",
                "anexo_resposta",
                name="papeldocumento",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("nome", sa.String(length=160), nullable=False),
        sa.Column("numero_sei", sa.BigInteger(), nullable=True),
        sa.Column("arquivo_id", sa.BigInteger(), nullable=True),
        sa.Column("dados", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("texto_html", sa.Text(), nullable=True),
        sa.Column("criado_em", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "arquivo_id is not null or dados is not null", name=op.f("ck_peticoes_documento_tem_conteudo")
        ),
        sa.ForeignKeyConstraint(["arquivo_id"], ["comum_arquivo.id"], name=op.f("fk_peticoes_documento_arquivo_id")),
        sa.ForeignKeyConstraint(["peticao_id"], ["peticoes_peticao.id"], name=op.f("fk_peticoes_documento_peticao_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peticoes_documento")),
        sa.UniqueConstraint("numero_sei", name=op.f("uq_peticoes_documento_numero_sei")),
    )
    op.create_index(
        op.f("ix_peticoes_documento_peticao_id_id"), "peticoes_documento", ["peticao_id", "id"], unique=False
    )
    op.create_table(
        "triagem_demanda",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("peticao_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "estado",
            sa.Enum(
                "aguardando",
                "em_triagem",
                "distribuida",
                "respondida",
                name="estadodemanda",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("vence_dia", sa.Date(), nullable=False),
        sa.Column("triador_id", sa.BigInteger(), nullable=True),
        sa.Column("reservada_ate", sa.DateTime(timezone=True), nullable=True),
        sa.Column("devolvida_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("criada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(estado = 'em_triagem') = (triador_id is not null)", name=op.f("ck_triagem_demanda_em_triagem_tem_triador")
        ),
        sa.ForeignKeyConstraint(["peticao_id"], ["peticoes_peticao.id"], name=op.f("fk_triagem_demanda_peticao_id")),
        sa.ForeignKeyConstraint(["triador_id"], ["contas_pessoa.id"], name=op.f("fk_triagem_demanda_triador_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triagem_demanda")),
        sa.UniqueConstraint("peticao_id", name=op.f("uq_triagem_demanda_peticao_id")),
    )
    op.create_index(
        "ix_triagem_demanda_fila",
        "triagem_demanda",
        ["vence_dia", "id"],
        unique=False,
        postgresql_where="estado in ('aguardando', 'em_triagem')",
    )
    op.create_index(
        "ix_triagem_demanda_minhas",
        "triagem_demanda",
        ["triador_id"],
        unique=False,
        postgresql_where="estado = 'em_triagem'",
    )
    op.create_table(
        "triagem_encaminhamento",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("demanda_id", sa.BigInteger(), nullable=False),
        sa.Column("peticao_id", sa.BigInteger(), nullable=False),
        sa.Column("orgao_id", sa.BigInteger(), nullable=False),
        sa.Column("unidade_id", sa.BigInteger(), nullable=False),
        sa.Column("instrucao", sa.Text(), nullable=False),
        sa.Column("vence_dia", sa.Date(), nullable=False),
        sa.Column(
            "estado",
            sa.Enum(
                "a_entregar",
                "entregue",
                "recebido",
                "recusado",
                "respondido",
                "em_ajuste",
                "homologado",
                name="estadoencaminhamento",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("motivo", sa.Text(), nullable=True),
        sa.Column("criado_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recebido_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("respondido_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("homologado_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demanda_id"], ["triagem_demanda.id"], name=op.f("fk_triagem_encaminhamento_demanda_id")
        ),
        sa.ForeignKeyConstraint(["orgao_id"], ["cadastros_orgao.id"], name=op.f("fk_triagem_encaminhamento_orgao_id")),
        sa.ForeignKeyConstraint(
            ["peticao_id"], ["peticoes_peticao.id"], name=op.f("fk_triagem_encaminhamento_peticao_id")
        ),
        sa.ForeignKeyConstraint(
            ["unidade_id"], ["cadastros_unidade.id"], name=op.f("fk_triagem_encaminhamento_unidade_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triagem_encaminhamento")),
    )
    op.create_index(
        "ix_triagem_encaminhamento_caixa",
        "triagem_encaminhamento",
        ["unidade_id", "vence_dia", "id"],
        unique=False,
        postgresql_where="estado in ('entregue', 'recebido', 'em_ajuste', 'respondido')",
    )
    op.create_index(
        "ix_triagem_encaminhamento_homologar",
        "triagem_encaminhamento",
        ["respondido_em", "id"],
        unique=False,
        postgresql_where="estado = 'respondido'",
    )
    op.create_index(
        op.f("ix_triagem_encaminhamento_peticao_id"), "triagem_encaminhamento", ["peticao_id"], unique=False
    )
    op.create_index("ix_triagem_encaminhamento_unidade", "triagem_encaminhamento", ["unidade_id", "id"], unique=False)
    op.create_index(
        "uq_triagem_encaminhamento_vivo",
        "triagem_encaminhamento",
        ["demanda_id", "orgao_id"],
        unique=True,
        postgresql_where="estado <> 'recusado'",
    )
    op.create_table(
        "atendimento_resposta",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("encaminhamento_id", sa.BigInteger(), nullable=False),
        sa.Column("texto_html", sa.Text(), nullable=False),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.Column("alterada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enviada_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enviada_por_id", sa.BigInteger(), nullable=True),
        sa.Column("ajuste", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encaminhamento_id"], ["triagem_encaminhamento.id"], name=op.f("fk_atendimento_resposta_encaminhamento_id")
        ),
        sa.ForeignKeyConstraint(
            ["enviada_por_id"], ["contas_pessoa.id"], name=op.f("fk_atendimento_resposta_enviada_por_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_atendimento_resposta")),
    )
    op.create_index(
        op.f("ix_atendimento_resposta_encaminhamento_id_id"),
        "atendimento_resposta",
        ["encaminhamento_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_atendimento_resposta_rascunho",
        "atendimento_resposta",
        ["encaminhamento_id"],
        unique=True,
        postgresql_where="enviada_em is null",
    )
    op.create_table(
        "distribuicao_entrega",
        sa.Column("encaminhamento_id", sa.BigInteger(), nullable=False),
        sa.Column("peticao_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "canal",
            sa.Enum("interno", "correio", name="canal", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("destino", sa.String(length=254), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "estado",
            sa.Enum(
                "na_fila",
                "falhou",
                "aguarda_pessoa",
                "entregue",
                name="estadosaida",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tentativas", sa.Integer(), nullable=False),
        sa.Column("proxima_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserva", sa.String(length=32), nullable=True),
        sa.Column("reservada_ate", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erro", sa.Text(), nullable=True),
        sa.Column("erro_tecnico", sa.Text(), nullable=True),
        sa.Column("chave", sa.String(length=32), nullable=False),
        sa.Column("criada_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entregue_em", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versao", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["encaminhamento_id"], ["triagem_encaminhamento.id"], name=op.f("fk_distribuicao_entrega_encaminhamento_id")
        ),
        sa.ForeignKeyConstraint(
            ["peticao_id"], ["peticoes_peticao.id"], name=op.f("fk_distribuicao_entrega_peticao_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribuicao_entrega")),
        sa.UniqueConstraint("chave", name=op.f("uq_distribuicao_entrega_chave")),
        sa.UniqueConstraint("encaminhamento_id", "canal", name=op.f("uq_distribuicao_entrega_encaminhamento_id_canal")),
    )
    op.create_index(
        "ix_distribuicao_entrega_entregue_em",
        "distribuicao_entrega",
        ["entregue_em"],
        unique=False,
        postgresql_where="entregue_em is not null",
    )
    op.create_index(
        "ix_distribuicao_entrega_pendentes",
        "distribuicao_entrega",
        ["proxima_em"],
        unique=False,
        postgresql_where=sa.text("estado in ('na_fila', 'falhou', 'aguarda_pessoa')"),
    )
    op.create_table(
        "atendimento_anexo_resposta",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("resposta_id", sa.BigInteger(), nullable=False),
        sa.Column("nome", sa.String(length=160), nullable=False),
        sa.Column("arquivo_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arquivo_id"], ["comum_arquivo.id"], name=op.f("fk_atendimento_anexo_resposta_arquivo_id")
        ),
        sa.ForeignKeyConstraint(
            ["resposta_id"], ["atendimento_resposta.id"], name=op.f("fk_atendimento_anexo_resposta_resposta_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_atendimento_anexo_resposta")),
    )
    op.create_index(
        op.f("ix_atendimento_anexo_resposta_resposta_id_id"),
        "atendimento_anexo_resposta",
        ["resposta_id", "id"],
        unique=False,
    )
    op.execute(HISTORICO_SO_CRESCE)


def downgrade() -> None:
    op.drop_table("atendimento_anexo_resposta")
    op.drop_table("distribuicao_entrega")
    op.drop_table("atendimento_resposta")
    op.drop_table("triagem_encaminhamento")
    op.drop_table("triagem_demanda")
    op.drop_table("peticoes_documento")
    op.drop_table("peticoes_acompanhamento")
    op.drop_table("contas_lotacao")
    op.drop_table("comum_aviso")
    op.drop_table("comum_andamento")
    op.drop_table("peticoes_peticao")
    op.drop_table("contas_sessao")
    op.drop_table("cadastros_unidade")
    op.drop_table("contas_pessoa")
    op.drop_table("comum_sequencia_de_processo")
    op.drop_table("comum_arquivo")
    op.drop_table("cadastros_tipo_processo")
    op.drop_table("cadastros_orgao")
    op.drop_table("cadastros_municipio")
    op.drop_table("cadastros_feriado")
    op.execute("drop function comum_andamento_so_cresce()")
    op.execute("drop sequence comum_numero_sei")
