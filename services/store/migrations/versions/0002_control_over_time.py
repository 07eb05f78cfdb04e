"""Control over time: the steps of every place's standing; one outbox for every topic that the store publishes on."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The steps are folded from events, which SQL cannot do: the projector makes those that are missing when it starts.
UP = """
create table control_step (
  place_key text not null,
  day date not null,
  standing text not null,
  since date,
  claimed_by text[] not null,
  disputed_by text[] not null,
  share double precision,
  publishers integer not null,
  standing_events uuid[] not null,
  spoken date,
  fought_over boolean not null,
  admitted date,
  origins text[] not null,
  primary key (place_key, day)
);
alter table place add column publishers integer not null default 0;
alter table place alter column publishers drop default;

create table outbox (
  topic text not null,
  key text not null,
  action text not null check (action in ('publish', 'withdraw')),
  queued_at timestamptz not null,
  published_at timestamptz,
  primary key (topic, key)
);
create index outbox_due on outbox (queued_at) where published_at is null;
insert into outbox
  select 'frontlog.events', event_id::text, case action when 'restore' then 'publish' else action end,
    queued_at, published_at
  from event_outbox;
drop table event_outbox;
"""

DOWN = """
create table event_outbox (
  event_id uuid primary key,
  action text not null check (action in ('withdraw', 'restore')),
  queued_at timestamptz not null,
  published_at timestamptz
);
create index event_outbox_due on event_outbox (queued_at) where published_at is null;
insert into event_outbox
  select key::uuid, case action when 'publish' then 'restore' else action end, queued_at, published_at
  from outbox where topic = 'frontlog.events';
drop table outbox;
alter table place drop column publishers;
drop table control_step;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
