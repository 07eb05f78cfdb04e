"""The AsyncAPI description: valid, complete, and its examples are what they say."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from services.contracts import asyncapi, cloudevents, topics
from services.runtime.dead_letters import FIELDS, PREFIX, READ_AT

SPECIFICATION = Path(__file__).parents[2] / "data" / "asyncapi" / "3.0.0.json"
DOCUMENT = asyncapi.document("1.2.3")
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]


@cache
def specification() -> Draft7Validator:
    return Draft7Validator(json.loads(SPECIFICATION.read_text(encoding="utf-8")))


def validator(part: dict[str, Any]) -> Draft7Validator:
    """A validator of `part`, whose references point into the document."""
    registry = Registry().with_resource("urn:document", Resource(contents=DOCUMENT, specification=DRAFT7))
    return Draft7Validator(_absolute(part), registry=registry, format_checker=FormatChecker())


def _absolute(part: Any) -> Any:
    text = json.dumps(part)
    return json.loads(text.replace('"#/components', '"urn:document#/components'))


def test_it_is_valid_by_the_specification() -> None:
    faults = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in specification().iter_errors(DOCUMENT)
    ]
    assert faults == []


def test_the_specification_refuses_what_is_wrong() -> None:
    assert list(specification().iter_errors(DOCUMENT | {"channels": {"articles": {"adress": "frontlog.articles"}}}))
    assert list(specification().iter_errors({k: v for k, v in DOCUMENT.items() if k != "info"}))


def test_every_topic_has_a_channel_as_it_is_set_up() -> None:
    channels = {channel["address"]: channel for channel in DOCUMENT["channels"].values()}
    assert set(channels) == {topic.name for topic in topics.TOPICS}
    for topic in topics.TOPICS:
        binding = channels[topic.name]["bindings"]["kafka"]
        assert binding["partitions"] == topic.partitions
        assert binding["topicConfiguration"]["cleanup.policy"] == [topic.cleanup]
        assert str(binding["topicConfiguration"]["max.message.bytes"]) == topic.config["max.message.bytes"]


def test_what_a_compacted_topic_withdraws_is_told() -> None:
    for topic in topics.TOPICS:
        channel = DOCUMENT["channels"][topic.name.removeprefix(topics.PREFIX)]
        withdrawals = [n for n in channel["messages"] if MESSAGES[n]["payload"] == {"type": "null"}]
        assert len(withdrawals) == (topic.cleanup == "compact")


@pytest.mark.parametrize("name", [n for n, m in MESSAGES.items() if "payload" in m["examples"][0]])
def test_examples_are_valid(name: str) -> None:
    message = MESSAGES[name]
    for example in message["examples"]:
        assert list(validator(message["payload"]).iter_errors(example["payload"])) == []
        assert list(validator(message["headers"]).iter_errors(example["headers"])) == []


def test_schemas_refuse_what_is_wrong() -> None:
    check = validator(MESSAGES["event"]["payload"])
    good = asyncapi.example("event")
    assert not list(check.iter_errors(good))
    assert list(check.iter_errors(good | {"type": "picnic"}))
    assert list(check.iter_errors({k: v for k, v in good.items() if k != "claims"}))
    assert list(check.iter_errors(good | {"claims": [{"stance": "asserts"}]}))


def test_headers_are_those_that_records_carry() -> None:
    for topic in topics.TOPICS:
        if topic.ce_type is None:
            continue
        pairs = cloudevents.headers(
            topic, id="1", source="/x", time="2024-01-01T00:00:00Z", subject="s", traceparent="t"
        )
        for name, message in MESSAGES.items():
            if message["headers"]["properties"].get("ce_type", {}).get("const") == topic.ce_type:
                assert {name for name, _ in pairs} == set(message["headers"]["properties"]), name
                found = {name: value.decode() for name, value in pairs} | {"ce_time": "2024-01-01T00:00:00Z"}
                assert list(validator(message["headers"]).iter_errors(found)) == []


def test_dead_letters_have_the_headers_that_stages_write() -> None:
    assert set(asyncapi.DEAD_LETTER_HEADERS) == {PREFIX + name for name in FIELDS} | {READ_AT}


def test_every_reference_leads_somewhere() -> None:
    def follow(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                found: Any = DOCUMENT
                for step in part["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            for value in part.values():
                follow(value)
        elif isinstance(part, list):
            for value in part:
                follow(value)

    follow(DOCUMENT)
