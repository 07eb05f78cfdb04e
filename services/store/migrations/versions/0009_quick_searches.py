"""Quick searches: words among the latest articles first, places and incidents of many events, messages that failed."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The time of publication as the projection reads it. What SQL does not read as Python does has the article's, until a
# rebuild.
SEARCHES = """
set local timezone = 'UTC';
drop index extraction_reading;
alter table extraction add column sorted_at timestamptz;
update extraction x set sorted_at = case
    when x.published_as is null then x.received_at
    when a.published_as = x.published_as then a.published_at
    when x.published_as ~ '^\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d([.]\\d+)?)?(Z|[+-]\\d\\d:?\\d\\d)?)?$'
      then x.published_as::timestamptz
    else coalesce(a.sorted_at, x.received_at)
  end
from extraction own left join article a using (article_id)
where own.article_id = x.article_id;
alter table extraction alter column sorted_at set not null;
create index extraction_reading on extraction using gin (reading);
create index extraction_newest on extraction (sorted_at desc, article_id desc);
"""

# What is counted of all events of a place, and which articles tell of an incident, an index tells alone.
DETAILS = """
drop index event_place;
create index event_place on event (place_key, last_day desc, event_id desc) include (type, first_day);
drop index telling_incident;
create index telling_incident on telling (incident_id, last_day desc, event_id desc) include (article_id);
"""

# Few events are as sure as that: who asks for less finds them soon among the latest.
SURE = """
create index event_sure on event (confidence) where confidence >= 0.9;
"""

# Most messages were delivered: what is asked for are those that were not.
FAILED = """
create index delivery_failed on delivery (subscription_id, last_at desc) where state <> 'delivered';
"""

DOWN = """
drop index delivery_failed;
drop index event_sure;
drop index telling_incident;
create index telling_incident on telling (incident_id);
drop index event_place;
create index event_place on event (place_key, last_day desc, event_id desc);
alter table extraction drop column sorted_at;
"""


def upgrade() -> None:
    for script in (SEARCHES, DETAILS, SURE, FAILED):
        op.get_bind().exec_driver_sql(script)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
