"""Crowds of copies: by what articles of one day that share most of their text are found without comparing them all."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The least shingle; shingles are four bytes each, the least significant one first. Articles that are a crowd already
# are grouped as one when the next of them comes.
UP = """
alter table fingerprint add column core bigint;
update fingerprint set core = (
  select min(get_byte(shingles, 4 * i) + 256::bigint * get_byte(shingles, 4 * i + 1)
    + 65536::bigint * get_byte(shingles, 4 * i + 2) + 16777216::bigint * get_byte(shingles, 4 * i + 3))
  from generate_series(0, length(shingles) / 4 - 1) as i
);
alter table fingerprint alter column core set not null;
create index fingerprint_core on fingerprint (core, day);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("alter table fingerprint drop column core")
