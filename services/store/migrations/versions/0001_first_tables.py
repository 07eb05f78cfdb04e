"""Articles, extractions, events with their claims and mentions, places with their standing, offsets, outbox."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# unaccent and pg_trgm are "trusted" extensions: the database's owner may create them. Where they cannot be had,
# search goes without: "Sevierodonets'k" is still found by its words, only not by a misspelling.
EXTENSIONS = """
do $$
begin
  if exists (select from pg_available_extensions where name = 'unaccent') then
    create extension if not exists unaccent with schema public;
  end if;
  if exists (select from pg_available_extensions where name = 'pg_trgm') then
    create extension if not exists pg_trgm with schema public;
  end if;
exception when insufficient_privilege then
  raise notice 'no right to create extensions: search goes without unaccent and pg_trgm';
end
$$
"""

READING = """
create text search configuration reading (copy = pg_catalog.english);
do $$
declare
  folding regdictionary;
begin
  select d.oid into folding from pg_ts_dict d where d.dictname = 'unaccent' limit 1;
  if folding is not null then
    execute 'alter text search configuration reading alter mapping for hword, hword_part, word with '
      || folding::text || ', english_stem';
  end if;
end
$$
"""

TABLES = """
create table article (
  article_id uuid primary key,
  revision text not null,
  received_at timestamptz not null,
  published_at timestamptz,
  published_as text,
  sorted_at timestamptz not null,
  title text,
  url text,
  publisher text,
  language text,
  source text,
  extra jsonb,
  log_partition integer not null,
  log_offset bigint not null
);
create index article_newest on article (sorted_at desc, article_id desc);
create index article_publisher on article (publisher, sorted_at desc, article_id desc);
create index article_received on article (received_at desc);

create table extraction (
  article_id uuid primary key,
  revision text not null,
  extractor_version text not null,
  extractor jsonb not null,
  origin_partition integer,
  origin_offset bigint,
  log_partition integer not null,
  log_offset bigint not null,
  received_at timestamptz not null,
  applied_at timestamptz not null,
  published_as text,
  title text,
  url text,
  publisher text,
  source text,
  language text,
  dateline text,
  byline text,
  cleaned_title text,
  cleaned_text text not null,
  offsets jsonb not null,
  notes text[] not null,
  events integer not null,
  reading tsvector not null generated always as (
    to_tsvector('reading'::regconfig, left(coalesce(cleaned_title, '') || ' ' || cleaned_text, 200000))
  ) stored
);
create index extraction_reading on extraction using gin (reading);
create index extraction_version on extraction (extractor_version);

create table event (
  event_id uuid primary key,
  article_id uuid not null,
  type text not null,
  modality text not null,
  confidence double precision not null,
  actor_id text,
  actor_side text,
  actor_name text,
  target_side text,
  target_name text,
  place_key text,
  place_name text,
  relation text,
  admin1 text,
  country text,
  latitude double precision,
  longitude double precision,
  first_day date not null,
  last_day date not null,
  dated boolean not null,
  published_at timestamptz,
  publisher text,
  body jsonb not null,
  reading tsvector not null generated always as (
    to_tsvector('reading'::regconfig, left(
      coalesce(place_name, '') || ' ' || coalesce(actor_name, '') || ' ' || coalesce(target_name, '') || ' '
      || replace(jsonb_path_query_array(body, '$.claims[*].source.name')::text, '\\n', ' ') || ' '
      || replace(jsonb_path_query_array(body, '$.mentions[*].sentence')::text, '\\n', ' '), 200000))
  ) stored,
  check (first_day <= last_day)
);
create index event_newest on event (last_day desc, event_id desc);
create index event_type on event (type, last_day desc, event_id desc);
create index event_modality on event (modality, last_day desc, event_id desc);
create index event_actor_side on event (actor_side, last_day desc, event_id desc);
create index event_place on event (place_key, last_day desc, event_id desc);
create index event_admin1 on event (lower(admin1), last_day desc, event_id desc);
create index event_published on event (published_at desc);
create index event_article on event (article_id);
create index event_where on event using gist (point(longitude, latitude)) where longitude is not null;
create index event_reading on event using gin (reading);
create index event_control on event (place_key, last_day)
  where type in ('capture', 'control', 'withdrawal', 'hold', 'advance', 'repulse', 'encirclement');

create table claim (
  event_id uuid not null,
  number integer not null,
  source_id text,
  source_name text not null,
  source_folded text not null,
  source_side text,
  source_kind text,
  stance text not null,
  act text not null,
  via text,
  said_on date,
  phrase text,
  primary key (event_id, number)
);
create index claim_source_id on claim (source_id, event_id);
create index claim_source_name on claim (source_folded, event_id);
create index claim_side_stance on claim (source_side, stance, event_id);
create index claim_stance on claim (stance, event_id);

create table mention (
  event_id uuid not null,
  number integer not null,
  field text not null,
  start integer not null,
  "end" integer not null,
  sentence text not null,
  primary key (event_id, number)
);

create table place (
  place_key text primary key,
  place_id text,
  name text not null,
  folded text not null,
  kind text,
  admin1 text,
  country text,
  latitude double precision,
  longitude double precision,
  within text,
  events integer not null,
  standing text not null,
  since date,
  claimed_by text[] not null,
  disputed_by text[] not null,
  share double precision,
  standing_events uuid[] not null
);
create index place_by_name on place (folded, place_key);
create index place_by_admin1 on place (lower(admin1), folded, place_key);
create index place_by_standing on place (standing, folded, place_key);

create table spelling (
  folded text not null,
  place_key text not null,
  primary key (folded, place_key)
);
create index spelling_place on spelling (place_key);

create table projection_offset (
  consumer_group text not null,
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  updated_at timestamptz not null,
  primary key (consumer_group, topic, partition)
);

create table log_end (
  topic text not null,
  partition integer not null,
  end_offset bigint not null,
  seen_at timestamptz not null,
  primary key (topic, partition)
);

create table event_outbox (
  event_id uuid primary key,
  action text not null check (action in ('withdraw', 'restore')),
  queued_at timestamptz not null,
  published_at timestamptz
);
create index event_outbox_due on event_outbox (queued_at) where published_at is null;
"""

TRIGRAMS = """
do $$
declare
  operators text;
begin
  select quote_ident(n.nspname) || '.gin_trgm_ops' into operators
  from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace where o.opcname = 'gin_trgm_ops' limit 1;
  if operators is not null then
    execute 'create index spelling_trigrams on spelling using gin (folded ' || operators || ')';
  end if;
end
$$
"""


def upgrade() -> None:
    for script in (EXTENSIONS, READING, TABLES, TRIGRAMS):
        op.get_bind().exec_driver_sql(script)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "drop table event_outbox, log_end, projection_offset, spelling, "
        "place, mention, claim, event, extraction, article;"
        "drop text search configuration reading"
    )
