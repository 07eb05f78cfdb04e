"""Voices: to whom the copies of one report are credited, and how many independent publishers speak for a standing."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Standings are folded, which SQL cannot do: the projector makes the steps that go here anew when it starts.
UP = """
alter table family_member add column voice text;
update family_member m set voice = first.origin
from (
  select distinct on (family_id) family_id, coalesce(publisher, article_id::text) as origin
  from family_member join fingerprint using (article_id) join extraction using (article_id)
  order by family_id, day, publisher collate "C" nulls last, article_id
) first, extraction own
where first.family_id = m.family_id and own.article_id = m.article_id
  and first.origin <> coalesce(own.publisher, own.article_id::text);
create index family_member_voice on family_member (article_id) include (voice) where voice is not null;

alter table control_step add column voices integer not null default 0, add column credited text[];
update control_step set voices = publishers;
alter table control_step alter column voices drop default;
alter table place add column voices integer not null default 0;
update place set voices = publishers;
alter table place alter column voices drop default;
delete from control_step where place_key in (
  select e.place_key from event e join family_member m using (article_id) where m.voice is not null
);

create table standing_due (
  place_key text not null,
  day date not null,
  primary key (place_key, day)
);
"""

DOWN = """
drop table standing_due;
alter table place drop column voices;
alter table control_step drop column credited, drop column voices;
alter table family_member drop column voice;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
