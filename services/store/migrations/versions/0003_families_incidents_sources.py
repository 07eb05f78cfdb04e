"""Families of near-duplicate articles, incidents with their ties and statements, sources."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# No pending list for the bands: it would be read whole by every search for candidates.
TABLES = """
create table fingerprint (
  article_id uuid primary key,
  day date not null,
  bands bigint[] not null,
  shingles bytea not null
);
create index fingerprint_bands on fingerprint using gin (bands) with (fastupdate = off);

create table article_copy (
  article_id uuid not null,
  copy_id uuid not null,
  containment double precision not null,
  primary key (article_id, copy_id)
);

create table family_member (
  article_id uuid primary key,
  family_id uuid not null
);
create index family_member_family on family_member (family_id);

create table telling (
  event_id uuid primary key,
  article_id uuid not null,
  incident_id uuid not null,
  kind text not null,
  locale text,
  last_day date not null,
  sources text[] not null,
  traits text not null
);
create index telling_article on telling (article_id);
create index telling_incident on telling (incident_id);
create index telling_near on telling (locale, kind, last_day) where locale is not null;

create table tie (
  event_id uuid not null,
  other_id uuid not null,
  weight double precision not null,
  reasons text[] not null,
  primary key (event_id, other_id)
);

create table incident (
  incident_id uuid primary key,
  kind text not null,
  type text not null,
  types text[] not null,
  modality text not null,
  locale text,
  place_key text,
  admin1 text,
  latitude double precision,
  longitude double precision,
  first_day date not null,
  last_day date not null,
  first_reported_at timestamptz,
  last_reported_at timestamptz,
  agreement text not null,
  events integer not null,
  articles integer not null,
  sources integer not null,
  figures jsonb not null
);
create index incident_newest on incident (last_day desc, incident_id desc);
create index incident_kind on incident (kind, last_day desc, incident_id desc);
create index incident_locale on incident (locale, last_day desc, incident_id desc);
create index incident_admin1 on incident (lower(admin1), last_day desc, incident_id desc);
create index incident_where on incident using gist (point(longitude, latitude)) where longitude is not null;
create index incident_told_often on incident (last_day desc, incident_id desc) where articles > 1;
create index incident_contradicted on incident (last_day desc, incident_id desc) where agreement = 'contradicted';

create table statement (
  incident_id uuid not null,
  source_key text not null,
  source_id text,
  name text not null,
  side text,
  kind text,
  outlet boolean not null,
  asserts integer not null,
  denies integer not null,
  undecided integer not null,
  first_day date not null,
  last_day date not null,
  confirmed boolean not null,
  denied boolean not null,
  primary key (incident_id, source_key)
);
create index statement_source on statement (source_key, last_day desc, incident_id desc);

create table source_family (
  source_key text not null,
  family_id uuid not null,
  primary key (source_key, family_id)
);

create index source_family_family on source_family (family_id);

create table source (
  source_key text primary key,
  source_id text,
  name text not null,
  folded text not null,
  side text,
  kind text,
  outlet boolean not null,
  claims integer not null,
  incidents integer not null,
  asserted integer not null,
  denying integer not null,
  confirmed integer not null,
  denied integer not null,
  reports integer not null
);
create index source_most on source (claims desc, source_key);
create index source_side on source (side, claims desc, source_key);
create index source_kind on source (kind, claims desc, source_key);
"""

TRIGRAMS = """
do $$
declare
  operators text;
begin
  select quote_ident(n.nspname) || '.gin_trgm_ops' into operators
  from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace where o.opcname = 'gin_trgm_ops' limit 1;
  if operators is not null then
    execute 'create index source_trigrams on source using gin (folded ' || operators || ')';
  end if;
end
$$
"""


def upgrade() -> None:
    for script in (TABLES, TRIGRAMS):
        op.get_bind().exec_driver_sql(script)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "drop table source, source_family, statement, incident, tie, telling, family_member, article_copy, fingerprint"
    )
