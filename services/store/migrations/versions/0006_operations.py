"""Operations: the trace that a row came by, and the dead letters with what was done about them; indexes of coordinates and time."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UP = """
alter table article add column trace_id text;
create index article_trace on article (trace_id) where trace_id is not null;
alter table extraction add column trace_id text;

create table dead_letter (
  topic text not null,
  partition integer not null,
  position bigint not null,
  stage text not null,
  reason text not null,
  failed_at timestamptz not null,
  done text,
  primary key (topic, partition, position)
);
create index dead_letter_open on dead_letter (stage, reason) where done is null;
create index dead_letter_time on dead_letter (failed_at);

create table letter_offset (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
"""

# Boxes as ranges of coordinates: of those the planner has statistics, of points in a box it has none.
INDEXES = """
drop index event_where;
create index event_where on event (latitude, longitude) where longitude is not null;
drop index incident_where;
create index incident_where on incident (latitude, longitude) where longitude is not null;
-- The latest first, with what else bounds time: what does not meet it is passed over within the index.
drop index event_newest;
create index event_newest on event (last_day desc, event_id desc, first_day, published_at);
drop index incident_newest;
create index incident_newest on incident (last_day desc, incident_id desc, first_day, first_reported_at);
create index incident_first_reported on incident (first_reported_at);
create index incident_last_reported on incident (last_reported_at);
"""

DOWN_INDEXES = """
drop index incident_last_reported, incident_first_reported, incident_newest, event_newest, incident_where, event_where;
create index event_newest on event (last_day desc, event_id desc);
create index incident_newest on incident (last_day desc, incident_id desc);
create index event_where on event using gist (point(longitude, latitude)) where longitude is not null;
create index incident_where on incident using gist (point(longitude, latitude)) where longitude is not null;
"""

DOWN = """
drop table letter_offset, dead_letter;
alter table extraction drop column trace_id;
alter table article drop column trace_id;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)
    op.get_bind().exec_driver_sql(INDEXES)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN_INDEXES)
    op.get_bind().exec_driver_sql(DOWN)
