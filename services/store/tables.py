"""The tables of the record, as the projector writes and the query API reads them.

They name no schema: a connection's `search_path` (`services.store.database`) says which one is meant, `frontlog` for
all who read, another while a rebuild fills tables beside the live ones. SQL never names the schema. The migrations
are what makes them (with their indexes and generated columns); a test holds the two together.

A table is a projection unless it says otherwise: a rebuild makes it anew from the log alone. What is not in the log
(what was published or delivered, who subscribes) is marked `info=KEPT`: at the end of a rebuild such a table moves
as it is to the new schema, rows and all. A kept table refers to a projection by no foreign key. What the query API
itself writes is marked `info=API_WRITES`, which means kept as well: the API's database role may write these alone.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

SCHEMA: Final = "frontlog"
"""Where the live tables are."""
KEPT: Final = {"kept": True}
API_WRITES: Final = {"kept": True, "api_writes": True}
PRIVATE: Final = {"kept": True, "private": True}
"""Kept, and not for the API's database role to read."""
metadata: Final = MetaData()

article: Final = Table(
    "article",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True)),
    Column("published_as", Text),
    Column("sorted_at", DateTime(timezone=True), nullable=False),
    Column("title", Text),
    Column("url", Text),
    Column("publisher", Text),
    Column("language", Text),
    Column("source", Text),
    Column("extra", JSONB),
    Column("log_partition", Integer, nullable=False),
    Column("log_offset", BigInteger, nullable=False),
    Column("trace_id", Text),
)

extraction: Final = Table(
    "extraction",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("extractor_version", Text, nullable=False),
    Column("extractor", JSONB, nullable=False),
    Column("origin_partition", Integer),
    Column("origin_offset", BigInteger),
    Column("log_partition", Integer, nullable=False),
    Column("log_offset", BigInteger, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("applied_at", DateTime(timezone=True), nullable=False),
    Column("published_as", Text),
    Column("title", Text),
    Column("url", Text),
    Column("publisher", Text),
    Column("source", Text),
    Column("language", Text),
    Column("dateline", Text),
    Column("byline", Text),
    Column("cleaned_title", Text),
    Column("cleaned_text", Text, nullable=False),
    Column("offsets", JSONB, nullable=False),
    Column("notes", ARRAY(Text), nullable=False),
    Column("events", Integer, nullable=False),
    Column("reading", TSVECTOR, Computed("", persisted=True)),
    Column("trace_id", Text),
    Column("sorted_at", DateTime(timezone=True), nullable=False),
)
"""`sorted_at` is when its text was published, else received: a search by words has its order from here."""

event: Final = Table(
    "event",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("article_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("modality", Text, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("actor_id", Text),
    Column("actor_side", Text),
    Column("actor_name", Text),
    Column("target_side", Text),
    Column("target_name", Text),
    Column("place_key", Text),
    Column("place_name", Text),
    Column("relation", Text),
    Column("admin1", Text),
    Column("country", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("dated", Boolean, nullable=False),
    Column("published_at", DateTime(timezone=True)),
    Column("publisher", Text),
    Column("body", JSONB, nullable=False),
    Column("reading", TSVECTOR, Computed("", persisted=True)),
)
"""`first_day` and `last_day` are the interval that the time filters use; `dated` tells whether the text gave it."""

claim: Final = Table(
    "claim",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("source_id", Text),
    Column("source_name", Text, nullable=False),
    Column("source_folded", Text, nullable=False),
    Column("source_side", Text),
    Column("source_kind", Text),
    Column("stance", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("via", Text),
    Column("said_on", Date),
    Column("phrase", Text),
    Column("last_day", Date, nullable=False),
)
"""`last_day` is the event's: what a source says is found in the order of the lists."""

mention: Final = Table(
    "mention",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("field", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentence", Text, nullable=False),
)

place: Final = Table(
    "place",
    metadata,
    Column("place_key", Text, primary_key=True),
    Column("place_id", Text),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("kind", Text),
    Column("admin1", Text),
    Column("country", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("within", Text),
    Column("events", Integer, nullable=False),
    Column("standing", Text, nullable=False),
    Column("since", Date),
    Column("claimed_by", ARRAY(Text), nullable=False),
    Column("disputed_by", ARRAY(Text), nullable=False),
    Column("share", Double),
    Column("standing_events", ARRAY(Uuid), nullable=False),
    Column("publishers", Integer, nullable=False),
    Column("voices", Integer, nullable=False),
)

spelling: Final = Table(
    "spelling",
    metadata,
    Column("folded", Text, primary_key=True),
    Column("place_key", Text, primary_key=True),
)
"""Every folded way in which a place's name was read."""

projection_offset: Final = Table(
    "projection_offset",
    metadata,
    Column("consumer_group", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

log_end: Final = Table(
    "log_end",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("end_offset", BigInteger, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    info=KEPT,
)
"""The log's end as a projector last saw it: what `/status` takes lag and dead letters from."""

dead_letter: Final = Table(
    "dead_letter",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
    Column("done", Text),
    info=KEPT,
)
"""The dead letters of the log as a projector last saw them: `position` is the offset, `done` what an operator did about
one, null while it is open."""

letter_offset: Final = Table(
    "letter_offset",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    info=KEPT,
)
"""How far the topics behind `dead_letter` have been read."""

outbox: Final = Table(
    "outbox",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True)),
    info=KEPT,
)
"""What the store has yet to say on a topic (`published_at` null), and what it must remember having said there."""

control_step: Final = Table(
    "control_step",
    metadata,
    Column("place_key", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("standing", Text, nullable=False),
    Column("since", Date),
    Column("claimed_by", ARRAY(Text), nullable=False),
    Column("disputed_by", ARRAY(Text), nullable=False),
    Column("share", Double),
    Column("publishers", Integer, nullable=False),
    Column("standing_events", ARRAY(Uuid), nullable=False),
    Column("spoken", Date),
    Column("fought_over", Boolean, nullable=False),
    Column("admitted", Date),
    Column("origins", ARRAY(Text), nullable=False),
    Column("voices", Integer, nullable=False),
    Column("credited", ARRAY(Text)),
)
"""How a place stands from `day` until its next step: one row for each day that has evidence.

`spoken`, `fought_over`, `admitted`, `origins` and `credited` (null: those of `origins`) are what the fold needs to go
on from there (`standing.State`).
"""

standing_due: Final = Table(
    "standing_due",
    metadata,
    Column("place_key", Text, primary_key=True),
    Column("day", Date, primary_key=True),
)
"""Days from which a place's steps are to be made anew by the transaction that holds the place at the moment
(`services.store.control.recredit`). Empty whenever none is open."""

fingerprint: Final = Table(
    "fingerprint",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("day", Date, nullable=False),
    Column("bands", ARRAY(BigInteger), nullable=False),
    Column("shingles", LargeBinary, nullable=False),
    Column("core", BigInteger, nullable=False),
)
"""What near-duplicates are found by; `day` is the article's. An article that says too little has none. Articles of one
day and one `core` can be a crowd (`services.store.families.keep`): all of it but the first have no bands."""

article_copy: Final = Table(
    "article_copy",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("copy_id", Uuid, primary_key=True),
    Column("containment", Double, nullable=False),
)
"""Every verified pair of copies, in both directions; in a crowd, each with the first."""

family_member: Final = Table(
    "family_member",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("family_id", Uuid, nullable=False),
    Column("voice", Text),
)
"""Each extracted article with its family, whose id is the least article id of it. `voice` is the publisher to whom the
family is credited (`services.store.families.credit`), null where that is the article's own."""

telling: Final = Table(
    "telling",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("article_id", Uuid, nullable=False),
    Column("incident_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("locale", Text),
    Column("last_day", Date, nullable=False),
    Column("sources", ARRAY(Text), nullable=False),
    Column("traits", Text, nullable=False),
)
"""One event as the incidents see it: `traits` is the JSON of `services.store.incidents.traits.Telling`. Without a
locale it can be tied to no other."""

tie: Final = Table(
    "tie",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("weight", Double, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
)
"""Two events that tell of one thing, in both directions, and why that is thought."""

incident: Final = Table(
    "incident",
    metadata,
    Column("incident_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False),
    Column("modality", Text, nullable=False),
    Column("locale", Text),
    Column("place_key", Text),
    Column("admin1", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("first_reported_at", DateTime(timezone=True)),
    Column("last_reported_at", DateTime(timezone=True)),
    Column("agreement", Text, nullable=False),
    Column("events", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("asserted_by", ARRAY(Text), nullable=False),
    Column("denied_by", ARRAY(Text), nullable=False),
    Column("facets", ARRAY(Text), nullable=False),
)
"""What several events tell of; its id is the least event id of it. `facets` are those of its events
(`services.store.incidents.facets`), `asserted_by` and `denied_by` the names of its sources, the earliest first."""

statement: Final = Table(
    "statement",
    metadata,
    Column("incident_id", Uuid, primary_key=True),
    Column("source_key", Text, primary_key=True),
    Column("source_id", Text),
    Column("name", Text, nullable=False),
    Column("side", Text),
    Column("kind", Text),
    Column("outlet", Boolean, nullable=False),
    Column("asserts", Integer, nullable=False),
    Column("denies", Integer, nullable=False),
    Column("undecided", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("denied", Boolean, nullable=False),
)
"""What one source says of one incident, over all articles, and whether another confirms or denies that."""

source_family: Final = Table(
    "source_family",
    metadata,
    Column("source_key", Text, primary_key=True),
    Column("family_id", Uuid, primary_key=True),
)
"""Which reports a source speaks in."""

source: Final = Table(
    "source",
    metadata,
    Column("source_key", Text, primary_key=True),
    Column("source_id", Text),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("side", Text),
    Column("kind", Text),
    Column("outlet", Boolean, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("incidents", Integer, nullable=False),
    Column("asserted", Integer, nullable=False),
    Column("denying", Integer, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("denied", Integer, nullable=False),
    Column("reports", Integer, nullable=False),
)
"""A person, office or outlet with what is counted of its statements; the counts but `claims` and `reports` are of
incidents."""

tally: Final = Table(
    "tally",
    metadata,
    Column("name", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""How many rows `article`, `event`, `claim`, `mention` (`part` is empty) and `extraction` (by its version) have."""

event_change: Final = Table(
    "event_change",
    metadata,
    Column("change_id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("before", JSONB),
    Column("before_first", Date),
    Column("before_last", Date),
    Column("after", JSONB),
    Column("after_first", Date),
    Column("after_last", Date),
    info=KEPT,
)
"""What came of each event: as it was (null: it was not there) and as it is (null: withdrawn), in the order of the
commits; the days are those of the time filters."""

change_horizon: Final = Table(
    "change_horizon",
    metadata,
    Column("only_one", Boolean, primary_key=True),
    Column("pruned_to", BigInteger, nullable=False),
    info=KEPT,
)
"""One row: the last change that is kept no longer."""

subscription: Final = Table(
    "subscription",
    metadata,
    Column("subscription_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("name", Text),
    Column("filters", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("failing_since", DateTime(timezone=True)),
    Column("last_error", Text),
    Column("last_delivered_at", DateTime(timezone=True)),
    Column("lease", Uuid),
    Column("leased_until", DateTime(timezone=True)),
    info=KEPT,
)
"""Who is told of changes by webhook. `position` is the last change that is dealt with, `attempts` count those of the
next one, `due_at` is when it is tried; whoever delivers holds the lease."""

subscription_secret: Final = Table(
    "subscription_secret",
    metadata,
    Column("subscription_id", Uuid, ForeignKey("subscription.subscription_id"), primary_key=True),
    Column("secret", Text, primary_key=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    info=PRIVATE,
)
"""What deliveries are signed with: while a secret is being replaced, both."""

delivery: Final = Table(
    "delivery",
    metadata,
    Column("subscription_id", Uuid, ForeignKey("subscription.subscription_id"), primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("change_id", BigInteger),
    Column("event_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("body", Text),
    info=KEPT,
)
"""What became of each message to a subscriber. One that was given up (`dead`) keeps its body, to be sent again."""
