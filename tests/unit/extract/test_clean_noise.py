"""Page noise: a pattern is tried only where what it begins with stands, and finds what it would find everywhere."""

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from services.extract.stages.clean import noise
from services.extract.stages.clean.noise import Noise

RULES = tomllib.loads(Path(noise.__file__).with_name("noise.toml").read_text(encoding="utf-8"))
KINDS = ("opener", "whole", "weak")
ANY = "\0"


@pytest.mark.parametrize("kind", KINDS)
def test_begins_names_all_that_a_pattern_can_begin_with(kind: str) -> None:
    for rule in RULES[kind]:
        starts = starts_of(rule["pattern"])
        if any(start[:1] in ("", ANY) for start in starts):
            assert "begins" not in rule, rule["pattern"]
            continue
        first = [start if start[0].isalpha() else "0" if start[0].isdigit() else start[0] for start in starts]
        missing = [start for start in first if not start.startswith(tuple(rule.get("begins", [""])))]
        assert not missing, rule["pattern"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_found_is_what_one_alternation_of_all_patterns_finds(kind: str) -> None:
    every = re.compile("|".join(f"(?:{rule['pattern']})" for rule in RULES[kind]), re.IGNORECASE | re.MULTILINE)
    some = Noise(RULES[kind])
    for example in [example for one in KINDS for rule in RULES[one] for example in rule["examples"]]:
        # The letters that lower case does not make of their capitals: a long s, a sign for kelvin, an i without a dot.
        for text in (example, example.upper(), example.replace("s", "ſ"), example.replace("i", "ı"), f"{example}\nThe"):
            for at in (0, 1, len(text) // 2):
                assert span(some.match(text, at)) == span(every.match(text, at)), (text, at)


def span(found: "re.Match[str] | None") -> "tuple[int, int] | None":
    return found.span() if found is not None else None


def starts_of(pattern: str) -> set[str]:
    """Return the first two characters, in lower case, of all that `pattern` matches; ANY for any character."""
    sre: Any = importlib.import_module("re._parser")
    done, short = _of_items(list(sre.parse(pattern, re.IGNORECASE | re.MULTILINE)), {""})
    return done | short


def _of_items(items: list[Any], short: set[str]) -> tuple[set[str], set[str]]:
    """Return what has two characters and what has fewer, when `items` have gone on from what had fewer."""
    done: set[str] = set()
    for operator, argument in items:
        more, short = _of_item(str(operator), argument, short)
        done |= more
    return done, short


def _of_item(operator: str, argument: Any, short: set[str]) -> tuple[set[str], set[str]]:
    if operator in ("AT", "ASSERT", "ASSERT_NOT"):
        return set(), short
    if operator == "SUBPATTERN":
        return _of_items(list(argument[3]), short)
    if operator == "BRANCH":
        ways = [_of_items(list(way), short) for way in argument[1]]
        return set().union(*[done for done, _ in ways]), set().union(*[left for _, left in ways])
    if operator in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = argument
        done: set[str] = set()
        found, now = (set(short) if least == 0 else set()), short
        for times in range(1, min(int(most), 2) + 1):
            more, now = _of_items(list(inner), now)
            done |= more
            if times >= least:
                found |= now
        return done, found | now
    characters = _characters(operator, argument)
    grown = {start + character for start in short for character in characters}
    return {start for start in grown if len(start) == 2}, {start for start in grown if len(start) < 2}


def _characters(operator: str, argument: Any) -> set[str]:
    if operator == "LITERAL":
        return {chr(argument).lower()}
    found: set[str] = set()
    for kind, value in argument if operator == "IN" else [("ANY", None)]:
        if str(kind) == "LITERAL":
            found.add(chr(value).lower())
        elif str(kind) == "RANGE":
            found |= {chr(code).lower() for code in range(value[0], value[1] + 1)}
        elif str(value) == "CATEGORY_DIGIT":
            found |= set("0123456789")
        else:
            return {ANY}
    return found
