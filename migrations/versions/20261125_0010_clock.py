"""Municipal and optional days, outages, alerts."""

revision = "20261125_0010"
down_revision = "20261125_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
