"""The few demands that their authors reopened, in the desk's order: a column of the board is not looked for in all."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0012"
down_revision = "20261125_0011"
branch_labels = None
depends_on = None

NOME = "ix_triagem_demanda_reabertas"


def upgrade() -> None:
    op.create_index(
        NOME, "triagem_demanda", ["prioridade", "vence_dia", "id"], postgresql_where=sa.text("estado = 'reaberta'")
    )


def downgrade() -> None:
    op.drop_index(NOME, "triagem_demanda")
