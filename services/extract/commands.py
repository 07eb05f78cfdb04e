"""`frontlog extract`: articles from files or standard input, events as JSON lines on standard output.

The command-line edge of the extractor: it reads and prints, and leaves all deciding to `pipeline`.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import IO, Any, Final

from services.contracts import identity
from services.contracts.codec import encode
from services.contracts.messages import Article, Event
from services.extract.document import Document, Span
from services.extract.pipeline import STAGE_NAMES, document_of, read, run

_PLAIN: Final = {".txt": "text", ".md": "text", ".html": "html", ".htm": "html"}
_NEVER: Final = "1970-01-01T00:00:00Z"
"""Articles read from a file have no time of receipt; a fixed one keeps the output the same from run to run."""


def extract_main(
    files: Sequence[str] = (),
    explain: bool = False,
    stage: str | None = None,
    *,
    stdin: IO[str] | None = None,
    out: IO[str] | None = None,
    err: IO[str] | None = None,
) -> int:
    """Extract every article of `files` ("-" or none: standard input) and print its events, one JSON object a line.

    Files ending in .txt, .html hold one article; all others hold JSON lines. `explain` prints for people instead: the
    rule and the words behind each slot. `stage` stops after that stage and prints its annotations. What cannot be read
    is reported on `err` with file and line, and the rest goes on. Returns the exit code: 0, or 1 if anything failed.
    """
    out, err = out or sys.stdout, err or sys.stderr
    if stage is not None and stage not in STAGE_NAMES:
        print(f"no stage {stage!r}; the stages are {', '.join(STAGE_NAMES)}", file=err)
        return 2
    failed = False
    for where, article in _articles(files or ("-",), stdin or sys.stdin):
        if isinstance(article, str):
            print(f"{where}: {article}", file=err)
            failed = True
            continue
        try:
            if stage is not None:
                _print_stage(article, stage, out)
            elif explain:
                _print_explained(article, out)
            else:
                for event in read(article)[1].events:
                    out.write(encode(event).decode() + "\n")
        except BrokenPipeError:
            raise
        except Exception as error:  # one bad article must not take the others with it
            print(f"{where}: {article.article_id}: {type(error).__name__}: {error}", file=err)
            failed = True
    return int(failed)


def _articles(files: Iterable[str], stdin: IO[str]) -> Iterator[tuple[str, Article | str]]:
    """Yield (where, article), or (where, what is wrong) for what cannot be read."""
    for name in files:
        if name == "-":
            yield from _json_lines("<stdin>", stdin)
            continue
        path = Path(name)
        try:
            if field := _PLAIN.get(path.suffix.lower()):
                yield name, article_of({"id": path.stem, field: path.read_text(encoding="utf-8", errors="replace")})
            else:
                with path.open(encoding="utf-8", errors="replace") as lines:
                    yield from _json_lines(name, lines)
        except (OSError, ValueError) as error:
            yield name, str(error)


def _json_lines(name: str, lines: Iterable[str]) -> Iterator[tuple[str, Article | str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield f"{name}:{number}", article_of(json.loads(line))
        except (ValueError, RecursionError) as error:
            yield f"{name}:{number}", str(error) or type(error).__name__


def article_of(data: object) -> Article:
    """Return the article in a JSON object `{id?, url?, title?, text|html, published_at?, publisher?, …}`.

    `article_id` is its `id` (or `article_id`) where it has one. Raises ValueError that names the field at fault.
    """
    if not isinstance(data, dict):
        raise ValueError(f"an article is a JSON object, this is {type(data).__name__}")
    known = {"url", "title", "text", "html", "published_at", "publisher", "language", "source"}
    values: dict[str, Any] = {}
    for key in sorted(known & data.keys()):
        if data[key] is None:
            continue
        if not isinstance(data[key], str):
            raise ValueError(f"`{key}` must be a string, not {type(data[key]).__name__}")
        values[key] = data[key].encode("utf-8", "replace").decode()
    given = data.get("id", data.get("article_id"))
    if given is not None and not isinstance(given, (str, int)):
        raise ValueError("`id` must be a string")
    text = values.pop("text", "")
    if not text and "html" not in values:
        raise ValueError("an article needs `text` or `html`")
    article_id = (
        str(given)
        if given not in (None, "")
        else identity.article_id(values.get("url"), values.get("title"), text or values.get("html", ""))
    )
    return Article(
        article_id=article_id,
        revision=identity.revision(values.get("title"), text, values.get("published_at")),
        received_at=_NEVER,
        text=text,
        **values,
    )


_ADDS: Final = {
    "clean": (),
    "language": (),
    "sentences": ("sentences",),
    "places": ("places",),
    "actors": ("actors",),
    "times": ("times",),
    "numbers": ("numbers",),
    "syntax": ("sentences",),
    "triggers": ("events",),
    "arguments": ("events",),
    "modality": ("events",),
    "claims": ("attributions", "events"),
    "agency": ("events",),
    "assemble": ("events",),
}


def _print_stage(article: Article, stage: str, out: IO[str]) -> None:
    doc = document_of(article)
    run(doc, until=stage)
    out.write(f"# {article.article_id}: after {stage}\n")
    if stage in ("clean", "language"):
        out.write(f"{doc.text}\n")
        for name in ("dateline", "byline", "language", "captions", "notes"):
            out.write(f"  {name}: {getattr(doc, name)!r}\n")
    for name in _ADDS[stage]:
        for item in getattr(doc, name):
            out.write(f"  {json.dumps(_plain(item, doc), ensure_ascii=False)}\n")
            if stage == "syntax" and item.parse is not None:
                out.write(_tree(item.parse))


def _plain(item: object, doc: Document) -> object:
    """Return annotations as JSON values, spans with their words, empty fields left out."""
    if isinstance(item, Span):
        return {"at": [item.start, item.end], "words": doc.words(item)}
    if is_dataclass(item):
        values = {f.name: _plain(getattr(item, f.name), doc) for f in fields(item) if f.name != "parse"}
        return {name: value for name, value in values.items() if value not in (None, [], False)}
    if isinstance(item, list):
        return [_plain(part, doc) for part in item]
    return item if isinstance(item, (str, int, float)) or item is None else str(item)


def _tree(parse: Any) -> str:
    return "".join(f"      {t.i:3} {t.text:<20} {t.lemma_:<16} {t.tag_:<5} {t.dep_:<10} {t.head.i}\n" for t in parse)


def _print_explained(article: Article, out: IO[str]) -> None:
    doc, extraction = read(article)
    out.write(f"# {article.article_id}\n")
    for event in extraction.events:
        out.write(f"\n{_headline(event)}\n")
        for mention in event.mentions:
            out.write(f"  mention [{mention.field} {mention.start}-{mention.end}] {mention.sentence}\n")
        for claim in event.claims:
            out.write(
                f"  claim   {claim.source.name} ({claim.source.kind}) {claim.stance}, {claim.act}: {claim.phrase!r}\n"
            )
        for why in event.explanation:
            at = f"[{why.field} {why.start}-{why.end}]" if why.start is not None else ""
            out.write(f"  {why.slot:<10}{why.rule:<34}{at} {why.words or ''}\n")
        first = event.mentions[0]
        start = first.start + (doc.body_start if first.field == "text" else 0)
        sentence = doc.sentence_at(start)
        if sentence is not None and sentence.parse is not None:
            out.write(_tree(sentence.parse))


def _headline(event: Event) -> str:
    place = f" at {event.place.name} ({event.place.relation})" if event.place else ""
    when = f", {event.when.start or '?'} to {event.when.end or '?'} ({event.when.precision})" if event.when else ""
    actor = f" by {event.actor.name} [{event.actor.side}]" if event.actor else ""
    figures = "; ".join(f"{q.what}: {q.phrase}" for q in event.quantities)
    return f"{event.type} ({event.modality}, {event.confidence:.2f}){actor}{place}{when} {figures}".rstrip()


def main(argv: Sequence[str] | None = None) -> int:
    """Run `python -m services.extract.commands`."""
    parser = argparse.ArgumentParser(prog="frontlog extract", description="Extract the events of articles.")
    parser.add_argument("files", nargs="*", help="JSON lines, .txt or .html; none: standard input")
    parser.add_argument("--explain", action="store_true", help="print the rule and the words behind each slot")
    parser.add_argument("--stage", help=f"stop after this stage and print what it added: {', '.join(STAGE_NAMES)}")
    args = parser.parse_args(argv)
    return extract_main(args.files, args.explain, args.stage)


if __name__ == "__main__":
    sys.exit(main())
