"""Quick searches: messages to subscribers that failed."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Most messages were delivered: what is asked for are those that were not.
UP = """
create index delivery_failed on delivery (subscription_id, last_at desc) where state <> 'delivered';
"""

DOWN = """
drop index delivery_failed;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
