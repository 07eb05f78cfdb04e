"""The checked-in schemas are those of the structures, the examples are valid, and breaking changes are refused."""

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from services.contracts import codec, identity, messages, schemas
from services.contracts.schemas import MESSAGES, incompatibilities

NAMES = sorted(MESSAGES)


def example(name: str) -> bytes:
    return (schemas.EXAMPLES / f"{name}.json").read_bytes()


def released(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((schemas.RELEASED / f"{name}.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize("name", NAMES)
def test_the_checked_in_schema_is_that_of_the_structure(name: str) -> None:
    assert schemas.path(name).read_text("utf-8") == schemas.render(schemas.schema(name)), (
        "run `python -m services.contracts.schemas --write`"
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_valid_and_complete_in_itself(name: str) -> None:
    document = schemas.schema(name)
    jsonschema.Draft202012Validator.check_schema(document)
    references = set(_references(document))
    assert references <= {f"#/$defs/{part}" for part in document.get("$defs", {})}
    assert document["$id"].startswith("urn:frontlog:schema:")
    assert document["description"]


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for value in part.values() for found in _references(value)]
    if isinstance(part, list):
        return [found for value in part for found in _references(value)]
    return []


def test_docstrings_of_fields_become_descriptions() -> None:
    assert "ISO 3166 alpha-2" in schemas.schema("event")["$defs"]["Place"]["properties"]["country"]["description"]
    assert schemas.schema("event")["$defs"]["Place"]["properties"]["with"]["description"]


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_valid_and_survives_the_codec(name: str) -> None:
    data = example(name)
    jsonschema.validate(json.loads(data), schemas.schema(name))
    message = codec.decode(MESSAGES[name], data)
    assert codec.decode(MESSAGES[name], codec.encode(message)) == message
    assert json.loads(codec.encode(message)) == json.loads(data)


def test_the_examples_carry_the_ids_that_identity_gives() -> None:
    article = codec.decode(messages.Article, example("article"))
    assert article.article_id == identity.article_id(article.url, article.title, article.text)
    assert article.revision == identity.revision(article.title, article.text, article.published_at)
    extraction = codec.decode(messages.Extraction, example("extraction"))
    assert extraction.article_id == article.article_id
    for event in extraction.events:
        assert event.event_id == identity.event_id(
            event.article_id, event.type, event.actor, event.place, event.modality, event.when
        )
        for mention in event.mentions:
            words = extraction.document.text[mention.start : mention.end]
            assert words and words in mention.sentence


@pytest.mark.parametrize("name", NAMES)
def test_the_structures_can_read_and_be_read_by_the_released_version(name: str) -> None:
    assert incompatibilities(released(name), schemas.schema(name)) == []


def _drop_field(event: dict[str, Any]) -> None:
    del event["properties"]["confidence"]
    event["required"].remove("confidence")


def _require_new(event: dict[str, Any]) -> None:
    event["properties"]["desk"] = {"type": "string"}
    event["required"].append("desk")


def _require_old(event: dict[str, Any]) -> None:
    event["required"].append("revision")


def _no_longer_required(event: dict[str, Any]) -> None:
    event["required"].remove("modality")


def _change_type(event: dict[str, Any]) -> None:
    event["properties"]["confidence"] = {"type": "string"}


def _narrow_type(event: dict[str, Any]) -> None:
    event["properties"]["url"] = {"type": "string", "default": ""}


def _widen_type(event: dict[str, Any]) -> None:
    event["properties"]["plover"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _remove_value(event: dict[str, Any]) -> None:
    event["properties"]["type"]["enum"].remove("diplomacy")


def _enumerate(event: dict[str, Any]) -> None:
    event["properties"]["plover"] = {"enum": ["AID", "ASSAULT"]}


def _nested(event: dict[str, Any]) -> None:
    del event["$defs"]["Claim"]["properties"]["via"]


def _nested_value(event: dict[str, Any]) -> None:
    event["$defs"]["Claim"]["properties"]["stance"]["enum"].remove("declines")


def _items(event: dict[str, Any]) -> None:
    event["properties"]["means"]["items"] = {"type": "integer"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_drop_field, "$.confidence: the field is gone"),
        (_require_new, "$.desk: the field is now required"),
        (_require_old, "$.revision: the field is now required"),
        (_no_longer_required, "$.modality: the field is no longer required"),
        (_change_type, "$.confidence: the type was number and is string"),
        (_narrow_type, "$.url: the type was null or string and is string"),
        (_widen_type, "$.plover: the type was string and is null or string"),
        (_remove_value, "$.type: the value 'diplomacy' is gone"),
        (_enumerate, "$.plover: any string was valid, now only 2 values are"),
        (_nested, "$.claims[].via: the field is gone"),
        (_nested_value, "$.claims[].stance: the value 'declines' is gone"),
        (_items, "$.means[]: the type was string and is integer"),
    ],
)
def test_a_change_that_breaks_readers_is_refused(change: Callable[[dict[str, Any]], None], told: str) -> None:
    old = schemas.schema("event")
    new = copy.deepcopy(old)
    change(new)
    found = incompatibilities(old, new)
    assert len(found) == 1
    assert found[0].startswith(told)


def test_a_changed_tuple_is_refused() -> None:
    old = schemas.schema("extraction")
    new = copy.deepcopy(old)
    offsets = new["$defs"]["CleanedDocument"]["properties"]["offsets"]
    offsets["items"]["prefixItems"] = [{"type": "integer"}]
    assert incompatibilities(old, new) == ["$.document.offsets[]: the items of the tuple changed"]


def test_a_new_field_with_a_default_and_a_new_value_are_allowed() -> None:
    old = schemas.schema("event")
    new = copy.deepcopy(old)
    new["properties"]["weather"] = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    new["properties"]["modality"]["enum"].append("counterfactual")
    assert incompatibilities(old, new) == []


def test_a_schema_that_refers_to_itself_is_compared_once() -> None:
    tree = {
        "properties": {"children": {"type": "array", "items": {"$ref": "#"}}, "name": {"type": "string"}},
        "type": "object",
    }
    other = copy.deepcopy(tree)
    del other["properties"]["name"]  # type: ignore[attr-defined]
    assert incompatibilities(tree, tree) == []
    assert "$.name: the field is gone" in incompatibilities(tree, other)


def test_check_tells_what_is_out_of_date(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert schemas.main(["--check"]) == 0
    monkeypatch.setattr(schemas, "SCHEMAS", tmp_path)
    assert schemas.main(["--check"]) == 1
    assert "article.v1.json is out of date" in capsys.readouterr().err
    assert schemas.main(["--write"]) == 0
    assert schemas.main(["--check"]) == 0
