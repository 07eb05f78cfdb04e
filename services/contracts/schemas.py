"""JSON Schema of every message, made from the structures; and what a change may not do to readers of the log.

`python -m services.contracts.schemas --check` tells whether the files in `schemas/` are those of the structures,
`--write` makes them so. `schemas/released/v1/` holds them as they were last released: `incompatibilities` compares.
`examples/released/` has examples of every version that was ever released, which today's code must read (`upcast`).
"""

import argparse
import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from services.contracts import messages

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
HERE: Final = Path(__file__).parent
SCHEMAS: Final = HERE / "schemas"
RELEASED: Final = SCHEMAS / "released" / "v1"
EXAMPLES: Final = HERE / "examples"
RELEASED_EXAMPLES: Final = EXAMPLES / "released"

MESSAGES: Final[dict[str, type[messages.Struct]]] = {
    "article": messages.Article,
    "extraction": messages.Extraction,
    "event": messages.Event,
    "claim": messages.Claim,
    "dead-letter": messages.DeadLetter,
    "place-standing": messages.PlaceStanding,
    "operation": messages.Operation,
}
"""File stem -> structure. Each has a schema and an example."""


def schema(name: str) -> Schema:
    """Return the JSON Schema 2020-12 of the message `name`, complete in itself: what it refers to is in `$defs`.

    Titles and descriptions are the docstrings of the structures and of their fields.
    """
    kind = MESSAGES[name]
    _, components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    described = {part: _describe(getattr(messages, part), body) for part, body in components.items()}
    own = described.pop(kind.__name__)
    head: Schema = {
        "$schema": DIALECT,
        "$id": f"urn:frontlog:schema:{name}:v{messages.SCHEMA_VERSION}",
    }
    return head | own | ({"$defs": dict(sorted(described.items()))} if described else {})


def render(document: Schema) -> str:
    """Return the text of a schema file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def path(name: str) -> Path:
    """Where the schema of message `name` is checked in."""
    return SCHEMAS / f"{name}.v{messages.SCHEMA_VERSION}.json"


def stale() -> list[str]:
    """Return the names of the messages whose checked-in schema is missing or not that of the structure."""
    return [
        name for name in MESSAGES if not path(name).exists() or path(name).read_text("utf-8") != render(schema(name))
    ]


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Return what of `new` breaks readers, one line each, naming the field; an empty list where nothing does.

    Readers are of both kinds: today's code reads records written years ago, and a consumer that has not been upgraded
    reads records written today. Hence a field may not go, nor become required, nor stop being so, nor change its type
    (null is a type), and an enumeration may not lose a value. Allowed are new fields with a default, which older
    readers ignore, and new values of an enumeration: for these, readers are upgraded before writers.
    """
    return list(_compare(old, new, old, new, "$", frozenset()))


def _compare(old: Schema, new: Schema, olds: Schema, news: Schema, at: str, seen: frozenset[str]) -> Iterator[str]:
    """Compare two schemas of one value. `olds` and `news` are the documents that references point into."""
    if "$ref" in old and old["$ref"] in seen:
        return
    seen = seen | {old["$ref"]} if "$ref" in old else seen
    old_forms, new_forms = _forms(old, olds), _forms(new, news)
    if set(old_forms) != set(new_forms):
        yield f"{at}: the type was {_words(old_forms)} and is {_words(new_forms)}"
    for kind in old_forms.keys() & new_forms.keys():
        yield from _compare_form(kind, old_forms[kind], new_forms[kind], olds, news, at, seen)


def _compare_form(
    kind: str, old: Schema, new: Schema, olds: Schema, news: Schema, at: str, seen: frozenset[str]
) -> Iterator[str]:
    if "enum" in new and "enum" not in old:
        yield f"{at}: any {kind} was valid, now only {len(new['enum'])} values are"
    for value in _missing(old.get("enum", ()), new.get("enum")):
        yield f"{at}: the value {value!r} is gone"
    if kind == "array":
        if old.get("prefixItems") != new.get("prefixItems"):
            yield f"{at}: the items of the tuple changed"
        elif "prefixItems" not in old:
            yield from _compare(old.get("items", {}), new.get("items", {}), olds, news, f"{at}[]", seen)
    if kind != "object":
        return
    old_fields, new_fields = old.get("properties", {}), new.get("properties", {})
    required_before, required_now = set(old.get("required", ())), set(new.get("required", ()))
    for field in old_fields:
        if field not in new_fields:
            yield f"{at}.{field}: the field is gone"
        else:
            yield from _compare(old_fields[field], new_fields[field], olds, news, f"{at}.{field}", seen)
    for field in sorted(required_now - required_before):
        yield f"{at}.{field}: the field is now required, and older records lack it"
    for field in sorted((required_before - required_now) & new_fields.keys()):
        yield f"{at}.{field}: the field is no longer required, and older readers need it"


def _forms(part: Schema, document: Schema) -> dict[str, Schema]:
    """The alternatives of a schema by their JSON type; `any` for one that takes everything."""
    if "$ref" in part:
        target = part["$ref"]
        body = document if target == "#" else document["$defs"][target.rsplit("/", 1)[-1]]
        return _forms(body, document)
    if "anyOf" in part:
        return {kind: form for option in part["anyOf"] for kind, form in _forms(option, document).items()}
    if "enum" in part:
        kinds = {_json_type(value) for value in part["enum"]}
        return {kind: {"enum": [v for v in part["enum"] if _json_type(v) == kind]} for kind in kinds}
    kinds_named = part.get("type", "any")
    return dict.fromkeys([kinds_named] if isinstance(kinds_named, str) else kinds_named, part)


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    return "string" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"


def _missing(old: Any, new: Any) -> list[Any]:
    return [] if new is None else [value for value in old if value not in new]


def _words(forms: Mapping[str, Schema]) -> str:
    return " or ".join(sorted(forms))


def _describe(kind: type, body: Schema) -> Schema:
    """Return `body` with the docstrings of the structure's fields as descriptions."""
    names = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
    docs = {names.get(name, name): text for name, text in _field_docs(kind).items()}
    fields = {
        name: part | {"description": docs[name]} if name in docs else part for name, part in body["properties"].items()
    }
    return body | {"properties": fields}


def _field_docs(kind: type) -> dict[str, str]:
    """The texts that stand below the fields of a structure, by the field's name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    docs: dict[str, str] = {}
    for statement, following in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            docs[statement.target.id] = inspect.cleandoc(following.value.value)
    return docs


def main(arguments: list[str] | None = None) -> int:
    """Check or write the schema files; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m services.contracts.schemas", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="exit 1 where a checked-in schema is out of date")
    action.add_argument("--write", action="store_true", help="write the schemas of the structures")
    options = parser.parse_args(arguments)
    if options.write:
        SCHEMAS.mkdir(exist_ok=True)
        for name in MESSAGES:
            path(name).write_text(render(schema(name)), "utf-8")
        return 0
    for name in stale():
        print(f"{path(name)} is out of date: run `python -m services.contracts.schemas --write`", file=sys.stderr)
    broken = [
        f"{name}: {line}"
        for name in MESSAGES
        for line in incompatibilities(json.loads((RELEASED / f"{name}.json").read_text("utf-8")), schema(name))
    ]
    for line in broken:
        print(f"incompatible with the released schema: {line}", file=sys.stderr)
    return 1 if stale() or broken else 0


if __name__ == "__main__":
    sys.exit(main())
