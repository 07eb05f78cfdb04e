"""What is sent: articles that differ, some changed and changed back, some delivered five times, and poison.

Everything comes from the seed; nothing here knows what the extractor makes of it.
"""

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tests.chaos.raising import MARKER

TOWNS: Final = (
    "Kupiansk", "Lyman", "Bakhmut", "Vuhledar", "Robotyne", "Izium", "Kherson", "Avdiivka", "Toretsk", "Pokrovsk",
    "Kramatorsk", "Sievierodonetsk", "Orikhiv", "Marinka", "Soledar", "Kreminna", "Svatove", "Siversk", "Kharkiv",
    "Sumy", "Chernihiv", "Odesa", "Mykolaiv", "Zaporizhzhia", "Dnipro", "Nikopol", "Melitopol", "Berdiansk",
    "Mariupol", "Volnovakha", "Sloviansk", "Kostiantynivka", "Druzhkivka", "Chasiv Yar", "Lysychansk", "Rubizhne",
    "Vovchansk", "Balakliia", "Huliaipole", "Enerhodar", "Tokmak", "Nova Kakhovka", "Oleshky", "Beryslav",
)  # fmt: skip
FIRST_DAY: Final = date(2022, 3, 1)
DAYS: Final = 900
# What makes each report another text: without it the whole corpus would be copies of a few.
WHO: Final = (
    "A teacher", "The mayor's deputy", "A baker", "Two nurses", "A railwayman", "The librarian", "A volunteer",
    "An electrician", "A pensioner", "The postmaster", "A farmer", "Three students", "A shopkeeper", "The choir",
)  # fmt: skip
DID: Final = (
    "repaired", "photographed", "carried", "counted", "described", "painted", "collected", "sorted", "remembered",
    "cleaned", "measured", "sold", "found", "replaced",
)  # fmt: skip
WHAT: Final = (
    "windows", "benches", "old books", "water pipes", "blankets", "apples", "letters", "street lamps", "bicycles",
    "jars of honey", "school desks", "church bells", "tram tickets", "garden tools", "maps", "radios",
)  # fmt: skip
WHERE: Final = (
    "behind the market hall", "near the old mill", "in the school yard", "by the river", "at the bus station",
    "on the third floor", "beside the pharmacy", "in the cellar of the theatre", "along the railway", "in the park",
)  # fmt: skip
SENTENCES: Final = (
    "Russian forces shelled {a} on Monday, the governor said, wounding {n} people.",
    "Ukrainian troops withdrew from {a}, the General Staff reported on Tuesday.",
    "Russia's defence ministry said that its troops had captured {a}.",
    "Ukraine's General Staff denied that Russian forces had entered {a}.",
    "A missile strike on {a} killed {n} people on Sunday, Ukrainian officials said.",
    "Ukrainian forces shot down {n} drones over {a} overnight, the air force said.",
    "Fighting continued near {a}, the Institute for the Study of War said.",
    "The council met in the afternoon to talk about schools and roads in the region.",
)
CALM: Final = "The council met in the afternoon to talk about schools, roads and the price of bread. "
EXTRACTION: Final = Path(__file__).parents[2] / "services" / "contracts" / "examples" / "extraction.json"
CHANGED_SHARE: Final = 0.03
REPEATED_SHARE: Final = 0.03
SIGNED_SHARE: Final = 0.10
DELIVERIES: Final = 5


@dataclass(frozen=True, slots=True)
class Job:
    """What one sender sends, in this order: versions of one article, each `deliveries` times, signed or not."""

    number: int
    versions: tuple[dict[str, Any], ...]
    deliveries: int = 1
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Poison:
    """A record that is written to a topic directly. `reasons`: the dead letters' reasons that are right for it."""

    name: str
    topic: str
    key: bytes
    value: bytes | None
    reasons: tuple[str, ...]


def jobs(seed: int, count: int) -> list[Job]:
    """`count` articles; the same ones for the same seed."""
    chance = random.Random(seed)
    return [_job(chance, seed, number) for number in range(count)]


def large(seed: int, size: int) -> Job:
    """An article of `size` bytes that has little to say."""
    text = _sentence(random.Random(seed), 0) + " " + CALM * (size // len(CALM))
    return Job(-1, (_article(seed, "large", text[:size]),))


def endless(seed: int, size: int) -> Job:
    """An article of `size` bytes in which every sentence has to be read closely: more than the time for one allows."""
    chance = random.Random(seed)
    parts: list[str] = []
    while size > 0:
        parts.append(_sentence(chance, len(parts)))
        size -= len(parts[-1]) + 1
    return Job(-2, (_article(seed, "endless", " ".join(parts)),))


def poison(seed: int, batch: int) -> list[Poison]:
    """One of each kind, with keys of their own for each `batch`."""
    articles, extractions = "frontlog.articles", "frontlog.extractions"

    def key(name: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"poison:{seed}:{batch}:{name}"))

    def written(data: object) -> bytes:
        return json.dumps(data).encode()

    raising = {
        "article_id": key("raising"),
        "revision": "0",
        "received_at": "2024-10-02T00:00:00Z",
        "published_at": "2024-10-02",
        "text": f"Russian forces shelled Lyman two years ago, the governor said. {MARKER}",
    }
    undated = json.loads(EXTRACTION.read_text("utf-8")) | {"article_id": key("undated"), "received_at": "soon"}
    stranger = {**raising, "article_id": "no-uuid", "text": CALM}
    return [
        Poison("article: no JSON", articles, key("a").encode(), b"\xff\xfe no JSON at all", ("not_json",)),
        Poison("article: wrong schema", articles, key("b").encode(), written({"article_id": 5}), ("schema",)),
        Poison("article: no value", articles, key("c").encode(), None, ("schema",)),
        Poison("article: a stage raises", articles, key("raising").encode(), written(raising), ("stage_error",)),
        Poison("extraction: no JSON", extractions, key("d").encode(), b"{]", ("not_json",)),
        Poison("extraction: wrong schema", extractions, key("e").encode(), written({"events": "none"}), ("schema",)),
        Poison("extraction: no time", extractions, key("undated").encode(), written(undated), ("projection",)),
        Poison("article: no id of ours", articles, b"no-uuid", written(stranger), ("projection",)),
    ]


def _job(chance: random.Random, seed: int, number: int) -> Job:
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    versions = [_article(seed, str(number), _text(chance, number), day)]
    kind = chance.random()
    deliveries, signed = 1, chance.random() < SIGNED_SHARE
    if kind < CHANGED_SHARE:
        # Changed and changed back: the former text has to come last in the log.
        versions += [_article(seed, str(number), _text(chance, number), day), versions[0]]
    elif kind < CHANGED_SHARE + REPEATED_SHARE:
        deliveries = DELIVERIES
    return Job(number, tuple(versions), deliveries, signed)


def _text(chance: random.Random, number: int) -> str:
    parts: Sequence[str] = [_sentence(chance, number) for _ in range(chance.randint(1, 4))]
    filler = (f"{chance.choice(WHO)} {chance.choice(DID)} {chance.choice(WHAT)} {chance.choice(WHERE)}." for _ in parts)
    mixed = [sentence for pair in zip(parts, filler, strict=False) for sentence in pair]
    return " ".join(mixed) + f" This was report {number}."


def _sentence(chance: random.Random, number: int) -> str:
    return chance.choice(SENTENCES).format(a=chance.choice(TOWNS), n=2 + (number + chance.randint(0, 9)) % 40)


def _article(seed: int, name: str, text: str, day: date = FIRST_DAY) -> dict[str, Any]:
    return {"url": f"https://wire.example/{seed}/{name}", "text": text, "published_at": day.isoformat()}
