"""What a sender may say about an article, and the article that is made of it. Pure: values in, Article or faults out.

Comes after the body was read as JSON and, for webhooks, its signature checked; what follows is publishing.

Nothing is mended in silence, since this is a record of what was said: NUL characters and lone surrogates, which
neither UTF-8 nor Postgres can hold, are refused with the field's name, and so are fields that are not known, because
a misspelt one would be lost. What a sender wants to keep beside the known fields goes into `extra`.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from services.contracts import codec, identity
from services.contracts.messages import Article
from services.contracts.topics import MAX_RECORD_BYTES
from services.ingest.times import published
from services.runtime.web.problems import FieldError

MAX_TEXT: Final = 1_000_000
MAX_HTML: Final = 4_000_000
MAX_TITLE: Final = 2_000
MAX_URL: Final = 2_048
MAX_PUBLISHER: Final = 300
MAX_LANGUAGE: Final = 35
MAX_EXTRA_BYTES: Final = 64 * 1024
MAX_EXTRA_DEPTH: Final = 16
RECORD_OVERHEAD: Final = 16 * 1024
"""What key, headers and framing of a record may take of the topic's limit."""

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_URL_BLANKS: Final = re.compile(r"[\x00-\x20\x7f]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_INTEGERS: Final = range(-(2**63), 2**63)


class Submission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article as it is posted. Either `text` or `html` is required; null and the empty string mean: not given."""

    url: str | None = None
    """Address of the article, http or https. It is the article's identity: the same address with another text is a
    new revision. Without one, the text is the identity."""
    title: str | None = None
    text: str | None = None
    """The article's text. Where it is given, it is what is read, and `html` is only kept."""
    html: str | None = None
    """The page. Where no text is given, the text is looked for here, and title and date where they are not given."""
    published_at: str | None = None
    """RFC 3339 with an offset, or a bare date."""
    publisher: str | None = None
    language: str | None = None
    """BCP 47 tag."""
    extra: dict[str, Any] | None = None
    """The sender's own, at most 64 KiB; carried through untouched."""


FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(Submission))
MAXIMA: Final = {
    "url": MAX_URL,
    "title": MAX_TITLE,
    "text": MAX_TEXT,
    "html": MAX_HTML,
    "publisher": MAX_PUBLISHER,
    "language": MAX_LANGUAGE,
}
"""Characters that a field may have."""


class Refusal(Exception):
    """An article that cannot be taken: `invalid` for its shape (400), or `unprocessable` for its content (422)."""

    def __init__(self, kind: Literal["invalid", "unprocessable"], errors: tuple[FieldError, ...]) -> None:
        super().__init__(kind, errors)
        self.kind = kind
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Page:
    """What was found in a page. `text` is empty where there is no article in it."""

    text: str
    title: str | None = None
    published_at: str | None = None
    publisher: str | None = None
    language: str | None = None


def check(value: Any) -> Submission:
    """Return the submission in a JSON value. Raises Refusal with every fault that was found."""
    if not isinstance(value, dict):
        raise Refusal("invalid", (_fault("", f"expected an object, got {_json_word(value)}"),))
    shape = _shape_faults(value)
    if shape:
        raise Refusal("invalid", tuple(shape))
    given = {name: _given(value.get(name)) for name in FIELDS}
    faults: list[FieldError] = []
    for name, most in MAXIMA.items():
        faults += _text_faults(name, given[name], most)
    faults += [_fault(f"/extra{pointer}", detail) for pointer, detail in _extra_faults(given["extra"])]
    if not faults:
        faults += _meaning_faults(given)
    if faults:
        raise Refusal("unprocessable", tuple(faults))
    if given["published_at"]:
        given["published_at"] = published(given["published_at"])
    if given["url"]:
        given["url"] = given["url"].strip()
    return Submission(**given)


def complete(submission: Submission, page: Page) -> Submission:
    """Return the submission with what its page gives and its sender did not. Raises Refusal without any text."""
    text = _storable(page.text).strip()
    if not text:
        raise Refusal("unprocessable", (_fault("/html", "no article text was found in the page; send it as `text`"),))
    if len(text) > MAX_TEXT:
        raise Refusal("unprocessable", (_fault("/html", f"the text found is longer than {MAX_TEXT} characters"),))
    return msgspec.structs.replace(
        submission,
        text=text,
        title=submission.title or _short(page.title, MAX_TITLE),
        published_at=submission.published_at or _page_date(page.published_at),
        publisher=submission.publisher or _short(page.publisher, MAX_PUBLISHER),
        language=submission.language or _page_language(page.language),
    )


def article(submission: Submission, *, received_at: str, source: str | None) -> Article:
    """Return the article with its id and revision. The submission has a text.

    Raises Refusal where it would not fit into a record of the log.
    """
    assert submission.text is not None
    made = Article(
        article_id=identity.article_id(submission.url, submission.title, submission.text),
        revision=identity.revision(submission.title, submission.text, submission.published_at),
        received_at=received_at,
        text=submission.text,
        title=submission.title,
        url=submission.url,
        html=submission.html,
        published_at=submission.published_at,
        publisher=submission.publisher,
        language=submission.language,
        source=source,
        extra=submission.extra,
    )
    size = len(codec.encode(made))
    most = MAX_RECORD_BYTES - RECORD_OVERHEAD
    if size > most:
        raise Refusal("unprocessable", (_fault("", f"the article takes {size} bytes, and at most {most} are kept"),))
    return made


def _fault(pointer: str, detail: str) -> FieldError:
    return FieldError(pointer=pointer, detail=detail)


def _given(value: Any) -> Any:
    """Null, the empty and the blank string mean that a field is not given."""
    return None if isinstance(value, str) and not value.strip() else value


def _shape_faults(value: dict[str, Any]) -> list[FieldError]:
    faults = []
    for name, found in value.items():
        if name not in FIELDS:
            shown = _storable(name)[:100]
            known = ", ".join(FIELDS)
            faults.append(_fault(_pointer(shown), f"unknown field; known are {known}; your own fields go into `extra`"))
        elif found is not None and not isinstance(found, dict if name == "extra" else str):
            expected = "an object" if name == "extra" else "a string"
            faults.append(_fault(f"/{name}", f"expected {expected}, got {_json_word(found)}"))
        if len(faults) == 20:
            break
    if not faults and not isinstance(value.get("text"), str) and not isinstance(value.get("html"), str):
        faults.append(_fault("", "one of the fields text and html is required"))
    return faults


def _text_faults(name: str, text: str | None, most: int) -> list[FieldError]:
    if text is None:
        return []
    if len(text) > most:
        return [_fault(f"/{name}", f"longer than {most} characters: {len(text)}")]
    if bad := _UNSTORABLE.search(text):
        return [_fault(f"/{name}", f"{_bad_word(bad.group())} at character {bad.start()}")]
    return []


def _meaning_faults(given: dict[str, Any]) -> list[FieldError]:
    faults = []
    if given["text"] is None and given["html"] is None:
        faults.append(_fault("/text", "the text is empty"))
    if given["url"] is not None:
        try:
            if _URL_BLANKS.search(given["url"].strip()):
                raise ValueError("holds white space or control characters")
            identity.canonical_url(given["url"])
        except ValueError as error:
            faults.append(_fault("/url", f"not an http(s) address: {error}".replace("address: not an http(s) ", "")))
    if given["published_at"] is not None:
        try:
            published(given["published_at"])
        except ValueError as error:
            faults.append(_fault("/published_at", str(error)))
    if given["language"] is not None and not _LANGUAGE.match(given["language"]):
        faults.append(_fault("/language", "not a BCP 47 language tag, as in en or uk-UA"))
    return faults


def _extra_faults(extra: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The first thing in `extra` that cannot be stored, as (pointer, detail)."""
    if extra is None:
        return []
    waiting: list[tuple[str, int, Any]] = [("", 1, extra)]
    while waiting:
        pointer, depth, value = waiting.pop()
        if depth > MAX_EXTRA_DEPTH:
            return [("", f"nested deeper than {MAX_EXTRA_DEPTH} levels")]
        if isinstance(value, dict):
            for name, inner in value.items():
                if bad := _UNSTORABLE.search(name):
                    return [(pointer, f"{_bad_word(bad.group())} in a field's name")]
                waiting.append((pointer + _pointer(name[:100]), depth + 1, inner))
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{index}", depth + 1, inner) for index, inner in enumerate(value)]
        elif fault := _scalar_fault(value):
            return [(pointer, fault)]
    size = len(json.dumps(extra, ensure_ascii=False).encode())
    return [("", f"larger than {MAX_EXTRA_BYTES} bytes: {size}")] if size > MAX_EXTRA_BYTES else []


def _scalar_fault(value: Any) -> str | None:
    if isinstance(value, str) and (bad := _UNSTORABLE.search(value)):
        return f"{_bad_word(bad.group())} at character {bad.start()}"
    if isinstance(value, int) and value not in _INTEGERS:
        return "an integer beyond 64 bits: send it as a string"
    if isinstance(value, float) and not math.isfinite(value):
        return "a number beyond the range of a double: send it as a string"
    return None


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("�", text)


def _short(text: str | None, most: int) -> str | None:
    return _storable(text).strip()[:most] or None if text else None


def _page_date(text: str | None) -> str | None:
    try:
        return published(text) if text else None
    except ValueError:
        return None


def _page_language(text: str | None) -> str | None:
    return text if text and len(text) <= MAX_LANGUAGE and _LANGUAGE.match(text) else None


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _bad_word(character: str) -> str:
    return "a NUL character" if character == "\0" else "half of a surrogate pair"


def _json_word(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return "a string" if isinstance(value, str) else "a number"
