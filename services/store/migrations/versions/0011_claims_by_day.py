"""Claims by day: what a source says, the latest first, as an index has it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The day is the event's last, which lists of events are in the order of. Without the indexes the rows are filled sooner.
UP = """
drop index claim_source_id, claim_source_name, claim_side_stance, claim_stance;
alter table claim add column last_day date;
update claim set last_day = event.last_day from event where event.event_id = claim.event_id;
alter table claim alter column last_day set not null;
create index claim_source_id on claim (source_id, last_day desc, event_id desc);
create index claim_source_name on claim (source_folded, last_day desc, event_id desc);
create index claim_side_stance on claim (source_side, stance, event_id);
create index claim_stance on claim (stance, event_id);
"""

DOWN = """
drop index claim_source_id, claim_source_name;
alter table claim drop column last_day;
create index claim_source_id on claim (source_id, event_id);
create index claim_source_name on claim (source_folded, event_id);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
