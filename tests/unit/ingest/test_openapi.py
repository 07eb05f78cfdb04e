"""The OpenAPI document is valid and tells of every problem there is."""

import jsonschema
import pytest
from openapi_spec_validator import validate

from services.ingest import problems
from services.ingest.app import openapi_document


def test_the_document_is_valid_openapi_31() -> None:
    document = openapi_document()
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_problem_of_the_catalogue_is_documented_with_its_schema() -> None:
    document = openapi_document()
    told = ""
    for path in ("/articles", "/webhooks/{source}"):
        for status, answer in document["paths"][path]["post"]["responses"].items():
            if int(status) >= 400:
                told += answer["description"]
                assert "application/problem+json" in answer["content"]
    for kind in problems.CATALOGUE:
        assert f"`{kind.slug}`" in told


@pytest.mark.parametrize("path", ["/articles", "/webhooks/{source}"])
def test_answers_that_ask_for_patience_say_for_how_long(path: str) -> None:
    answers = openapi_document()["paths"][path]["post"]["responses"]
    assert {status for status, answer in answers.items() if "Retry-After" in answer.get("headers", {})} == {
        "429",
        "503",
    }


def test_the_examples_are_valid_submissions() -> None:
    document = openapi_document()
    schema = {"$ref": "#/components/schemas/Submission", "components": document["components"]}
    (example,) = document["components"]["schemas"]["Submission"]["examples"]
    jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)
    for broken in ({}, {"title": "x"}, {"text": "x", "other": 1}, {"text": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema, cls=jsonschema.Draft202012Validator)


def test_every_route_is_documented() -> None:
    assert set(openapi_document()["paths"]) == {"/articles", "/webhooks/{source}", "/healthz", "/readyz", "/metrics"}
