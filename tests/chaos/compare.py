"""What was acknowledged against what is there, record by record: the log, the extractions, the tables, the events.

The clean run is `frontlog extract` over the same articles: no log, no database, and nothing that can be killed.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.chaos.corpus import Poison
from tests.chaos.sender import Ledger
from tests.chaos.topics import Read, Topics

PROCESSES: Final = 2
SHOWN: Final = 5
Event = dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """Figures, and everything that should not be, by kind."""

    figures: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def expect(self, kind: str, offenders: Sequence[Any]) -> None:
        self.figures[kind] = len(offenders)
        if offenders:
            self.wrong[kind] = [str(one)[:600] for one in offenders[:SHOWN]]


def compare(
    ledger: Ledger, poisoned: Sequence[Poison], may_time_out: set[str], topics: Topics, database: str, folder: Path
) -> Verdict:
    """Hold everything against everything.

    `may_time_out`: addresses of articles that may be too long to be read, or to be told of in one record.
    """
    verdict = Verdict()
    poison_keys = {one.key for one in poisoned}
    log = [r for r in topics.records("frontlog.articles") if r.key not in poison_keys]
    articles = {_name(r): _json(r) for r in sorted(log, key=lambda r: r.offset)}
    logged = {(a["article_id"], a["revision"]) for a in map(_json, log)}
    letters = [r for stage in ("extract", "store") for r in topics.records(f"frontlog.dead-letters.{stage}")]

    verdict.figures["articles acknowledged"] = len(ledger.last)
    verdict.figures["acknowledgements"] = len(ledger.at)
    verdict.figures["records in the article log"] = len(log)
    verdict.expect("never acknowledged", ledger.failed)
    verdict.expect("acknowledged and not in the log", sorted(ledger.acknowledged - logged))
    verdict.expect(
        "acknowledged last and not last in the log",
        [
            (key, articles[key]["url"])
            for key, revision in ledger.last.items()
            if key in articles and articles[key]["revision"] != revision and articles[key]["url"] not in ledger.unsure
        ],
    )
    verdict.figures["articles of which a request went unanswered"] = len(ledger.unsure)

    # Read in time after all, such an article has more to tell than one record of the topic holds.
    late = {_name(r) for r in letters if r.headers.get("frontlog-reason") in ("timeout", "too_large")}
    late = {key for key in late if key in articles and articles[key]["url"] in may_time_out}
    # Delivered again, an article may be read in time.
    too_long = late - {_name(r) for r in topics.records("frontlog.extractions")}
    verdict.figures["articles that ran out of time or room"] = len(late)
    verdict.figures["articles that never were read whole"] = len(too_long)
    clean = _clean({key: article for key, article in articles.items() if key not in too_long}, folder)
    _letters(verdict, poisoned, letters, late)
    _extractions(verdict, topics, articles, clean, poison_keys)
    _events(verdict, topics, clean, poisoned)
    _tables(verdict, database, articles, clean, poison_keys)
    return verdict


def _clean(articles: Mapping[str, dict[str, Any]], folder: Path) -> dict[str, dict[str, Event]]:
    """Article id -> event id -> event."""
    names = sorted(articles)

    def part(number: int) -> str:
        path = folder / f"clean-{number}.jsonl"
        lines = (json.dumps({"id": key, **articles[key]}) for key in names[number::PROCESSES])
        path.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "services.cli", "extract", str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    found: dict[str, dict[str, Event]] = {key: {} for key in names}
    with ThreadPoolExecutor(PROCESSES) as pool:
        for output in pool.map(part, range(PROCESSES)):
            for line in output.splitlines():
                event = json.loads(line)
                found[event["article_id"]][event["event_id"]] = event
    return found


def _letters(verdict: Verdict, poisoned: Sequence[Poison], letters: Sequence[Read], late: set[str]) -> None:
    found: dict[tuple[bytes, str], set[str]] = {}
    for letter in letters:
        place = (letter.key or b"", letter.headers.get("frontlog-origin-topic", ""))
        found.setdefault(place, set()).add(letter.headers.get("frontlog-reason", ""))
    verdict.figures["poison records"] = len(poisoned)
    verdict.figures["dead letters"] = len(letters)
    reasons = Counter(letter.headers.get("frontlog-reason", "") for letter in letters)
    for reason, count in sorted(reasons.items()):
        verdict.figures[f"dead letters: {reason}"] = count
    verdict.expect(
        "poison records without a dead letter of the right reason",
        [p.name for p in poisoned if not found.get((p.key, p.topic), set()) & set(p.reasons)],
    )
    innocent = {p.key for p in poisoned} | {key.encode() for key in late}
    verdict.expect(
        "dead letters of records that are no poison",
        [(r.key, r.headers) for r in letters if (r.key or b"") not in innocent],
    )
    values = {p.key: p.value for p in poisoned}
    verdict.expect(
        "dead letters that are not the original's bytes",
        [
            (r.key, r.headers)
            for r in letters
            if (r.key or b"") in values
            and r.headers.get("frontlog-origin-topic") == "frontlog.articles"
            and r.value != values[r.key or b""]
        ],
    )


def _extractions(
    verdict: Verdict,
    topics: Topics,
    articles: Mapping[str, dict[str, Any]],
    clean: Mapping[str, dict[str, Event]],
    poison_keys: set[bytes],
) -> None:
    latest: dict[str, dict[str, Any]] = {}
    records = [r for r in topics.records("frontlog.extractions") if r.key not in poison_keys]
    for record in sorted(records, key=lambda r: r.offset):
        found = _json(record)
        before = latest.get(_name(record))
        if before is None or found["origin"]["offset"] >= before["origin"]["offset"]:
            latest[_name(record)] = found
    verdict.figures["records in the extraction log"] = len(records)
    verdict.expect("articles without an extraction", sorted(clean.keys() - latest.keys()))
    verdict.expect(
        "extractions of another revision than the last",
        [k for k in clean if k in latest and latest[k]["revision"] != articles[k]["revision"]],
    )
    verdict.expect(
        "extractions that differ from the clean run",
        [k for k, events in clean.items() if k in latest and {e["event_id"]: e for e in latest[k]["events"]} != events],
    )


def _events(
    verdict: Verdict, topics: Topics, clean: Mapping[str, dict[str, Event]], poisoned: Sequence[Poison]
) -> None:
    strange = {one.key.decode() for one in poisoned}
    latest: dict[str, Event] = {}
    records = topics.records("frontlog.events")
    for record in sorted(records, key=lambda r: r.offset):
        if record.value is None:
            latest.pop(_name(record), None)
        else:
            latest[_name(record)] = json.loads(record.value)
    latest = {key: event for key, event in latest.items() if event["article_id"] not in strange}
    wanted = {event_id: event for events in clean.values() for event_id, event in events.items()}
    verdict.figures["events of the clean run"] = len(wanted)
    verdict.figures["records in the event log"] = len(records)
    verdict.expect("events missing in the topic", sorted(wanted.keys() - latest.keys()))
    verdict.expect("events in the topic that no article tells", sorted(latest.keys() - wanted.keys()))
    verdict.expect(
        "events in the topic that differ", [k for k in wanted.keys() & latest.keys() if wanted[k] != latest[k]]
    )


def _tables(
    verdict: Verdict,
    database: str,
    articles: Mapping[str, dict[str, Any]],
    clean: Mapping[str, dict[str, Event]],
    poison_keys: set[bytes],
) -> None:
    strange = {key.decode() for key in poison_keys}
    wanted = {event_id: event for events in clean.values() for event_id, event in events.items()}
    with psycopg.connect(database) as connection:
        connection.execute("set search_path = frontlog")

        def rows(query: str) -> list[Any]:
            return connection.execute(query).fetchall()

        stored = Counter(str(row[0]) for row in rows("select article_id from article"))
        revisions = {str(key): revision for key, revision in rows("select article_id, revision from article")}
        read = {str(key): revision for key, revision in rows("select article_id, revision from extraction")}
        bodies = [(str(key), body) for key, body in rows("select event_id, body from event")]
        claims = Counter(str(row[0]) for row in rows("select event_id from claim"))
        mentions = Counter(str(row[0]) for row in rows("select event_id from mention"))
    stored = Counter({key: count for key, count in stored.items() if key not in strange})
    verdict.figures["rows of articles"] = stored.total()
    verdict.figures["rows of events"] = len(bodies)
    verdict.figures["rows of claims"] = claims.total()
    verdict.figures["rows of mentions"] = mentions.total()
    verdict.expect("articles lost", sorted(articles.keys() - stored.keys()))
    verdict.expect("articles from nowhere", sorted(stored.keys() - articles.keys()))
    verdict.expect(
        "articles in the tables in another revision than the last",
        [k for k, a in articles.items() if k in stored and revisions[k] != a["revision"]],
    )
    verdict.expect(
        "extractions in the tables of another revision than the last",
        [k for k in clean if read.get(k) != articles[k]["revision"]],
    )
    counts = Counter(key for key, _ in bodies) + stored
    found = dict(bodies)
    wanted_claims = {key: len(event["claims"]) for key, event in wanted.items() if event["claims"]}
    wanted_mentions = {key: len(event["mentions"]) for key, event in wanted.items() if event["mentions"]}
    verdict.expect(
        "rows doubled",
        [
            *[key for key, count in counts.items() if count > 1],
            *[("claims", key) for key, n in claims.items() if n > wanted_claims.get(key, 0)],
            *[("mentions", key) for key, n in mentions.items() if n > wanted_mentions.get(key, 0)],
        ],
    )
    verdict.expect(
        "claims or mentions lost",
        [
            *[key for key, n in wanted_claims.items() if claims[key] < n],
            *[key for key, n in wanted_mentions.items() if mentions[key] < n],
        ],
    )
    verdict.expect("events missing in the tables", sorted(wanted.keys() - found.keys()))
    verdict.expect("events in the tables that no article tells", sorted(found.keys() - wanted.keys()))
    verdict.expect(
        "events in the tables that differ", [k for k in wanted.keys() & found.keys() if wanted[k] != found[k]]
    )


def _name(record: Read) -> str:
    return (record.key or b"").decode("utf-8", "replace")


def _json(record: Read) -> dict[str, Any]:
    assert record.value is not None
    found: dict[str, Any] = json.loads(record.value)
    return found
