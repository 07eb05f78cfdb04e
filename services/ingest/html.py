"""A page to the article in it: text, title, date, outlet. Pure; run by `html_worker`, never on the event loop."""

import re
from copy import deepcopy
from typing import Any, Final

from services.ingest.accept import Page

_LANGUAGE: Final = re.compile(r"<html\b[^<>]{0,500}?\blang\s*=\s*[\"']?([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)", re.I)
_DOCUMENT: Final = re.compile(r"<(?:html|body)\b", re.I)
_WORD: Final = re.compile(r"\w+")
MIN_WORDS: Final = 5
"""A page whose longest line has fewer words holds a menu, not an article."""


def read(html: str, url: str | None = None) -> Page:
    """Return what trafilatura finds; an empty text where there is no article.

    Comments of readers, tables and images are left out. The date is taken from what the page says of itself, never
    guessed from its text.
    """
    import trafilatura

    whole = html if _DOCUMENT.search(html) else f"<html><body>{html}</body></html>"
    found = trafilatura.bare_extraction(
        whole,
        url=url,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
        config=_config(),
    )
    if found is None or isinstance(found, dict):
        return Page(text="")
    text = (found.text or "").strip()
    if not any(len(_WORD.findall(line)) >= MIN_WORDS for line in text.splitlines()):
        return Page(text="")
    language = _LANGUAGE.search(html[:20_000])
    return Page(
        text=_without_headline(text, found.title),
        title=found.title or None,
        published_at=found.date or None,
        publisher=found.sitename or None,
        language=language.group(1) if language else None,
    )


def _config() -> Any:
    """trafilatura's own settings, but for short articles: below its 250 characters it would join their paragraphs."""
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "40"
    return config


def _without_headline(text: str, title: str | None) -> str:
    """Drop the headline where it is also the text's first line: the title carries it already."""
    first, separator, rest = text.partition("\n")
    if title and separator and first.strip() == title.strip():
        return rest.strip()
    return text
