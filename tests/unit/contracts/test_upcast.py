"""Records of every version that was ever released are read by today's code; a later version shows how."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from services.contracts import codec, schemas, upcast
from services.contracts.messages import SCHEMA_VERSION, Article, Event, Extraction, Struct
from services.contracts.schemas import MESSAGES, RELEASED_EXAMPLES, SCHEMAS

VERSIONS = range(1, SCHEMA_VERSION + 1)
STORED = sorted(RELEASED_EXAMPLES.glob("v*/*.json"))


def of(path: Path) -> tuple[int, str]:
    return int(path.parent.name.removeprefix("v")), path.name.partition(".")[0]


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_stored_example_is_of_its_version_and_read_by_todays_code(path: Path) -> None:
    version, name = of(path)
    data = path.read_bytes()
    jsonschema.validate(
        json.loads(data), json.loads((SCHEMAS / "released" / f"v{version}" / f"{name}.json").read_text())
    )
    message = codec.decode(MESSAGES[name], data, written=version)
    assert codec.decode(MESSAGES[name], codec.encode(message)) == message


@pytest.mark.parametrize("version", VERSIONS)
def test_every_message_of_every_version_has_an_example_with_all_and_one_with_the_least(version: int) -> None:
    folder = SCHEMAS / "released" / f"v{version}"
    released = {path.stem for path in folder.glob("*.json")}
    kept = {path.stem for path in (RELEASED_EXAMPLES / f"v{version}").glob("*.json")}
    assert released
    assert kept == released | {f"{name}.least" for name in released}


def test_a_least_example_has_nothing_but_what_is_required() -> None:
    for path in STORED:
        version, name = of(path)
        if path.stem.endswith(".least"):
            schema = json.loads((SCHEMAS / "released" / f"v{version}" / f"{name}.json").read_text())
            assert set(json.loads(path.read_bytes())) == set(schema["required"])


class Renamed(Struct, frozen=True, kw_only=True):
    """`Article` as a second version could have it: `text` is called `body`, and `words` are counted."""

    article_id: str
    body: str
    words: int
    schema_version: int = 2


def renamed(old: upcast.Json) -> upcast.Json:
    return {"article_id": old["article_id"], "body": old["text"], "words": len(old["text"].split())}


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: Mapping[int, Mapping[type[Struct], upcast.Step]] = {1: {Renamed: renamed}}
    monkeypatch.setattr(upcast, "STEPS", steps)
    monkeypatch.setattr(codec, "SCHEMA_VERSION", 2)


@pytest.mark.usefixtures("second_version")
@pytest.mark.parametrize("told", [{"schema_version": 1}, {}])
def test_a_record_of_the_first_version_is_read_as_the_second(told: dict[str, int]) -> None:
    old = json.dumps({"article_id": "a", "text": "two words"} | told).encode()
    assert codec.decode(Renamed, old) == Renamed(article_id="a", body="two words", words=2)


@pytest.mark.usefixtures("second_version")
def test_a_record_of_the_present_version_is_read_as_it_is() -> None:
    new = Renamed(article_id="a", body="x", words=1)
    assert codec.decode(Renamed, codec.encode(new)) == new


@pytest.mark.usefixtures("second_version")
def test_a_message_that_did_not_change_needs_no_step() -> None:
    for name in ("article", "extraction"):
        data = (RELEASED_EXAMPLES / "v1" / f"{name}.json").read_bytes()
        message: Any = codec.decode(MESSAGES[name], data)
        assert message.schema_version == 2
        assert message.article_id == json.loads(data)["article_id"]


@pytest.mark.usefixtures("second_version")
def test_what_is_broken_in_an_old_version_is_refused_with_its_field() -> None:
    with pytest.raises(codec.UndecodableError, match=r"\$\.title") as caught:
        codec.decode(Article, b'{"article_id": "a", "revision": "r", "received_at": "", "text": "", "title": 3}')
    assert caught.value.reason == "schema"
    for data in (b"", b"[1]", b'{"schema_version": "x"}', b"\xff"):
        with pytest.raises(codec.UndecodableError):
            codec.decode(Article, data)


def test_steps_are_taken_one_after_the_other() -> None:
    steps: Mapping[int, Mapping[type[Struct], upcast.Step]] = {
        1: {Article: lambda old: old | {"a": 1}},
        2: {Extraction: lambda old: old | {"never": 1}},
        3: {Article: lambda old: old | {"b": old["a"] + 1}},
    }
    assert upcast.upcast(Article, {"x": 0}, 1, steps=steps, current=4) == {
        "x": 0, "a": 1, "b": 2, "schema_version": 4,
    }  # fmt: skip
    assert upcast.upcast(Article, {"a": 5}, 3, steps=steps, current=4)["b"] == 6
    assert upcast.upcast(Article, {"x": 0}, 5, steps=steps, current=4) == {"x": 0}


def test_an_event_whose_record_does_not_tell_its_version_is_read_as_it_is_told() -> None:
    event = (schemas.EXAMPLES / "event.json").read_bytes()
    assert not upcast.tells_version(Event)
    steps: Mapping[int, Mapping[type[Struct], upcast.Step]] = {1: {Event: lambda old: old | {"type": "strike"}}}
    new = upcast.upcast(Event, json.loads(event), 1, steps=steps, current=2)
    assert msgspec.convert(new, Event).type == "strike"


def test_every_version_but_the_present_has_its_steps() -> None:
    assert set(upcast.STEPS) <= set(range(1, SCHEMA_VERSION))
