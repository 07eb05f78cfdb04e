"""Quick reads: what the filters of events find incidents by, who asserts and denies them, and counts of whole tables."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INCIDENTS = """
alter table incident
  add column asserted_by text[] not null default '{}',
  add column denied_by text[] not null default '{}',
  add column facets text[] not null default '{}';

create temporary table facet on commit drop as
  select event_id, array_agg(distinct facet order by facet) as facets from (
    select event_id, 'modality:' || modality collate "C" as facet from event
    union all select event_id, 'actor_side:' || left(actor_side, 500) from event where actor_side <> ''
    union all select event_id, 'stance:' || stance from claim
    union all select event_id, 'source:' || left(source_id, 500) from claim where source_id <> ''
    union all select event_id, 'source_name:' || left(source_folded, 500) from claim
    union all select event_id, 'source_side:' || left(source_side, 500) from claim where source_side <> ''
  ) found group by event_id;
create unique index on facet (event_id);
analyze facet;

-- A telling is an array in JSON; the facets are its last element.
update telling set traits = left(traits, -1) || ',' || array_to_json(facet.facets)::text || ']'
from facet where facet.event_id = telling.event_id;

update incident set facets = found.facets, asserted_by = found.asserted_by, denied_by = found.denied_by
from (
  select incident_id, told.facets, coalesce(said.asserted_by, '{}') as asserted_by,
    coalesce(said.denied_by, '{}') as denied_by
  from (
    select incident_id, array_agg(distinct each.facet order by each.facet) as facets
    from telling join facet using (event_id), unnest(facet.facets) as each (facet) group by incident_id
  ) told left join (
    select incident_id,
      array_agg(name order by first_day, source_key collate "C") filter (where asserts > 0) as asserted_by,
      array_agg(name order by first_day, source_key collate "C") filter (where denies > 0) as denied_by
    from statement where not outlet group by incident_id
  ) said using (incident_id)
) found
where found.incident_id = incident.incident_id;

alter table incident
  alter column asserted_by drop default, alter column denied_by drop default, alter column facets drop default;
create index incident_facets on incident using gin (facets);
"""

# What began, or was told, long before its last day: seldom, and the planner has to know that.
STRETCHES = """
create index event_stretching on event (last_day desc, event_id desc)
  where last_day - least(first_day, (published_at at time zone 'UTC')::date) > 14;
create statistics event_stretch on (last_day - least(first_day, (published_at at time zone 'UTC')::date)) from event;
create index incident_stretching on incident (last_day desc, incident_id desc)
  where last_day - least(first_day, (first_reported_at at time zone 'UTC')::date) > 14;
create statistics incident_stretch
  on (last_day - least(first_day, (first_reported_at at time zone 'UTC')::date)) from incident;
"""

# What is passed over within an index is looked at no further.
PASSED_OVER = """
drop index incident_told_often;
create index incident_told_often on incident (last_day desc, incident_id desc, articles) where articles > 1;
drop index statement_source;
create index statement_source on statement (source_key, last_day desc, incident_id desc, first_day);
"""

COUNTS = """
create table tally (
  name text not null,
  part text not null,
  count bigint not null,
  primary key (name, part)
);
insert into tally
  select 'article', '', count(*) from article
  union all select 'event', '', count(*) from event
  union all select 'claim', '', count(*) from claim
  union all select 'mention', '', count(*) from mention
  union all select 'extraction', extractor_version, count(*) from extraction group by extractor_version;
"""

DOWN = """
drop table tally;
drop index statement_source;
create index statement_source on statement (source_key, last_day desc, incident_id desc);
drop index incident_told_often;
create index incident_told_often on incident (last_day desc, incident_id desc) where articles > 1;
drop statistics incident_stretch, event_stretch;
drop index incident_stretching, event_stretching;
alter table incident drop column facets, drop column denied_by, drop column asserted_by;
"""


def upgrade() -> None:
    for script in (INCIDENTS, STRETCHES, PASSED_OVER, COUNTS):
        op.get_bind().exec_driver_sql(script)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
