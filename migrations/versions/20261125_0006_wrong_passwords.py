"""When a person last mistyped their password while signed in."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0006"
down_revision = "20261125_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contas_pessoa", sa.Column("senha_errada_em", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("contas_pessoa", "senha_errada_em")
