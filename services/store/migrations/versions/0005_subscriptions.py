"""Subscriptions: the feed of changes, who is told of them by webhook, and what became of that."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UP = """
create table event_change (
  change_id bigint generated always as identity primary key,
  event_id uuid not null,
  changed_at timestamptz not null,
  before jsonb,
  before_first date,
  before_last date,
  after jsonb,
  after_first date,
  after_last date,
  check (before is not null or after is not null)
);
create index event_change_age on event_change (changed_at);

create table change_horizon (
  only_one boolean primary key default true check (only_one),
  pruned_to bigint not null
);
insert into change_horizon (pruned_to) values (0);

create table subscription (
  subscription_id uuid primary key,
  url text not null,
  name text,
  filters jsonb not null,
  status text not null check (status in ('active', 'paused', 'disabled')),
  reason text,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  position bigint not null,
  attempts integer not null,
  due_at timestamptz not null,
  failing_since timestamptz,
  last_error text,
  last_delivered_at timestamptz,
  lease uuid,
  leased_until timestamptz
);

create table subscription_secret (
  subscription_id uuid not null references subscription on delete cascade,
  secret text not null,
  made_at timestamptz not null,
  expires_at timestamptz,
  primary key (subscription_id, secret)
);

create table delivery (
  subscription_id uuid not null references subscription on delete cascade,
  message_id text not null,
  change_id bigint,
  event_id uuid,
  kind text not null,
  state text not null check (state in ('delivered', 'retrying', 'dead', 'retried')),
  attempts integer not null,
  status integer,
  error text,
  first_at timestamptz not null,
  last_at timestamptz not null,
  body text,
  primary key (subscription_id, message_id)
);
create index delivery_age on delivery (last_at);
"""

DOWN = "drop table delivery, subscription_secret, subscription, change_horizon, event_change;"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
