"""The AsyncAPI 3.0 description of every topic, made from the topics, the messages and their examples.

`docs/generate.py` writes it to docs/asyncapi.yaml. Payloads are JSON Schema draft 7, which is what the schema objects
of AsyncAPI are; the full schemas, of dialect 2020-12, are in `schemas/`.
Sources: AsyncAPI 3.0.0; AsyncAPI Kafka bindings 0.5.0; CloudEvents Kafka protocol binding 1.0.2.
"""

from typing import Any, Final

import msgspec

from services.contracts import messages, schemas
from services.contracts.codec import encode
from services.contracts.topics import PREFIX, TOPICS, Topic, dead_letters

Json = dict[str, Any]

ASYNCAPI: Final = "3.0.0"
BINDING: Final = "0.5.0"
CHANGED_BY_NULL: Final = {
    "extractions": "The article's extraction is withdrawn, and its events with it.",
    "events": "The event is withdrawn: its article no longer tells of it.",
    "control": "Nothing is said of the place any more.",
}
"""Short names of the compacted topics -> what a null value means there."""
DEAD_LETTER_HEADERS: Final = {
    "frontlog-reason": "Why, in one word: not_json, schema, stage_error, timeout, database, …",
    "frontlog-stage": "The stage that could not process it.",
    "frontlog-error": "The error's text.",
    "frontlog-version": "The version of the stage.",
    "frontlog-origin-topic": "Topic in which the record first stood.",
    "frontlog-origin-partition": "Its partition there, a decimal number.",
    "frontlog-origin-offset": "Its offset there, a decimal number.",
    "frontlog-first-failed-at": "RFC 3339, in UTC.",
    "frontlog-last-failed-at": "RFC 3339, in UTC.",
    "frontlog-attempts": "How often it has failed, a decimal number.",
    "frontlog-read-at": "Offset of the very record that failed, which for one that was put back is not the first.",
}
_KEY_FORMATS: Final = {"article_id": "uuid", "event_id": "uuid"}
_SUBJECTS: Final = {
    messages.Article: "article",
    messages.Extraction: "extraction",
    messages.Event: "event",
    messages.PlaceStanding: "place-standing",
    messages.Operation: "operation",
}


def document(version: str) -> Json:
    """Return the whole description; `version` is frontlog's."""
    channels: Json = {}
    operations: Json = {}
    found: Json = {}
    for topic in TOPICS:
        name = _short(topic)
        parts = _messages(topic)
        found |= parts
        channels[name] = _channel(topic, list(parts))
        operations[f"publish-{name}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "summary": topic.doc,
        }
    return {
        "asyncapi": ASYNCAPI,
        "id": "urn:frontlog",
        "info": {
            "title": "frontlog topics",
            "version": version,
            "description": "Who claims what happened, where and when: the topics that frontlog publishes on Kafka. "
            "Records are CloudEvents 1.0 in binary mode: attributes in `ce_*` headers, the message as the JSON value. "
            "Delivery is at least once; the order is kept for each key. On a compacted topic the last record of a key "
            "is what holds, and a null value withdraws the key.",
            "license": {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": "localhost:29092",
                "protocol": "kafka",
                "description": "The broker of docker-compose.yml, as seen from this machine.",
            }
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": found, "schemas": _schemas()},
    }


def _channel(topic: Topic, names: list[str]) -> Json:
    kept = topic.config
    config: Json = {"cleanup.policy": [topic.cleanup], "max.message.bytes": int(kept["max.message.bytes"])}
    for name in ("retention.ms", "retention.bytes", "delete.retention.ms"):
        if name in kept:
            config[name] = int(kept[name])
    return {
        "address": topic.name,
        "title": topic.name,
        "description": f"{topic.doc} Key: {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": config,
                "bindingVersion": BINDING,
            }
        },
    }


def _messages(topic: Topic) -> Json:
    """The messages of one topic by name: its own and, where it is compacted, the one that withdraws."""
    if topic.value is None:
        return {_short(topic): _dead_letter(topic)}
    name = _SUBJECTS[topic.value]
    key: Json = {"type": "string", "description": topic.key}
    if topic.key in _KEY_FORMATS:
        key["format"] = _KEY_FORMATS[topic.key]
    common: Json = {"headers": _ce_headers(topic), "bindings": {"kafka": {"key": key, "bindingVersion": BINDING}}}
    payload = example(name)
    made: Json = {
        name: {
            "name": name,
            "title": f"{topic.value.__name__}: the value of {topic.name}",
            "contentType": "application/json",
            **common,
            "payload": {"$ref": f"#/components/schemas/{topic.value.__name__}"},
            "examples": [{"name": name, "headers": _ce_example(topic, name, payload), "payload": payload}],
        }
    }
    if topic.cleanup == "compact":
        gone = f"{name}-withdrawn"
        made[gone] = {
            "name": gone,
            "title": f"A null value on {topic.name}",
            "description": CHANGED_BY_NULL[_short(topic)],
            **common,
            "payload": {"type": "null"},
            "examples": [{"name": gone, "headers": _ce_example(topic, name, payload)}],
        }
    return made


def _dead_letter(topic: Topic) -> Json:
    values = msgspec.to_builtins(msgspec.json.decode(_text("dead-letter")))
    origin = values.pop("origin")
    flat = values | {f"origin-{name}": value for name, value in origin.items()} | {"read-at": origin["offset"]}
    example = {f"frontlog-{name.replace('_', '-')}": str(value) for name, value in flat.items()}
    stage = topic.name.removeprefix(dead_letters("").name)
    return {
        "name": _short(topic),
        "title": f"A record that stage {stage} could not process",
        "description": "Key, value and headers of the original, untouched, with these headers beside them. A record "
        "that fills its topic's limit has header `frontlog-left-at-origin` and a null value: it is at its origin.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "properties": {name: {"type": "string", "description": doc} for name, doc in DEAD_LETTER_HEADERS.items()}
            | {"frontlog-left-at-origin": {"type": "string", "const": "true"}},
            "required": list(DEAD_LETTER_HEADERS),
        },
        "payload": {"description": "The original's value: most often the JSON of a message of the topic of origin."},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": BINDING},
        },
        "examples": [{"name": _short(topic), "headers": example | {"frontlog-stage": stage}}],
    }


def _ce_headers(topic: Topic) -> Json:
    text: Json = {"type": "string"}
    return {
        "type": "object",
        "properties": {
            "ce_specversion": text | {"const": "1.0"},
            "ce_id": text | {"description": "The same when the same thing is published again: drop repeats by it."},
            "ce_source": text | {"description": "Who published it: /ingest, /extract, /store, …"},
            "ce_type": text | {"const": topic.ce_type},
            "ce_time": text | {"format": "date-time"},
            "ce_subject": text | {"description": "The record's key."},
            "content-type": text | {"const": "application/json"},
            "traceparent": text | {"description": "W3C Trace Context, where the sender gave one."},
        },
        "required": [
            *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "content-type"),
        ],
    }


def _ce_example(topic: Topic, name: str, payload: Json) -> Json:
    key = str(payload[topic.key])
    return {
        "ce_specversion": "1.0",
        "ce_id": f"{key}:1",
        "ce_source": {"article": "/ingest", "place-standing": "/store"}.get(name, "/extract"),
        "ce_type": topic.ce_type,
        "ce_time": "2024-02-17T06:41:12.903441Z",
        "ce_subject": key,
        "content-type": "application/json",
    }


def example(name: str) -> Json:
    """The example of message `name` as it travels."""
    kind = schemas.MESSAGES[name]
    found: Json = msgspec.json.decode(encode(msgspec.json.decode(_text(name), type=kind)))
    return found


def _text(name: str) -> bytes:
    return (schemas.EXAMPLES / f"{name}.json").read_bytes()


def _schemas() -> Json:
    """Every structure that a payload is made of, by its name, in draft 7 and with references into this document."""
    found: Json = {}
    for kind, name in _SUBJECTS.items():
        whole = schemas.schema(name)
        parts = whole.pop("$defs", {})
        own = {k: v for k, v in whole.items() if k not in ("$schema", "$id")}
        for part, body in {**parts, kind.__name__: own}.items():
            found[part] = _draft7(body, kind.__name__)
    return dict(sorted(found.items()))


def _draft7(part: Any, root: str) -> Any:
    if isinstance(part, list):
        return [_draft7(item, root) for item in part]
    if not isinstance(part, dict):
        return part
    made: Json = {}
    for name, value in part.items():
        if name == "$ref" and isinstance(value, str):
            made[name] = f"#/components/schemas/{root if value == '#' else value.rsplit('/', 1)[-1]}"
        elif name == "prefixItems":
            made |= {"items": _draft7(value, root), "additionalItems": False}
        elif name != "items" or "prefixItems" not in part:
            made[name] = _draft7(value, root)
    return made


def _short(topic: Topic) -> str:
    return topic.name.removeprefix(PREFIX)
