"""Places by where they are."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "create index place_where on place using gist (point(longitude, latitude)) where longitude is not null"
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql("drop index place_where")
