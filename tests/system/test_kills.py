"""Killing any one service while articles go through loses nothing and doubles nothing, on both logs."""

import json
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.system.client import pages, send, wait_extracted
from tests.system.stack import MODULES, Stack

ARTICLES = 500
SENDERS = 4
TOWNS = ("Kupiansk", "Lyman", "Bakhmut", "Vuhledar", "Robotyne", "Izium", "Kherson", "Avdiivka", "Toretsk", "Pokrovsk")


def articles() -> list[dict[str, Any]]:
    """Short articles that differ, each with two events; the same ones in every run."""
    found = []
    for number in range(ARTICLES):
        town, other = TOWNS[number % len(TOWNS)], TOWNS[(number // len(TOWNS) + 1 + number) % len(TOWNS)]
        text = (
            f"Russian forces shelled {town} on Monday, the governor said, wounding {number % 7 + 2} people. "
            f"Ukrainian troops withdrew from {other}, the General Staff reported in update {number}."
        )
        found.append({"url": f"https://wire.example/{number}", "text": text, "published_at": "2024-10-02"})
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    """Article id -> its events' ids, from the command line, which has no log, no database and nothing to be killed."""
    path = tmp_path_factory.mktemp("clean") / "articles.jsonl"
    path.write_text("\n".join(map(json.dumps, articles())), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "extract", str(path)], capture_output=True, text=True, check=True
    )
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in done.stdout.splitlines():
        event = json.loads(line)
        found[event["article_id"]][event["event_id"]] += 1
    assert len(found) == ARTICLES
    return dict(found)


def run(stack: Stack, victim: str, expected: dict[str, Counter[str]]) -> None:
    todo = articles()
    acknowledged: dict[str, str] = {}
    lock = threading.Lock()
    killed = threading.Event()

    def sender() -> None:
        while True:
            with lock:
                if not todo:
                    return
                article = todo.pop()
                if len(todo) == ARTICLES // 2:
                    killed.set()
            answer = send(stack.urls["ingest"], article)
            with lock:
                acknowledged[answer["article_id"]] = answer["revision"]

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    assert killed.wait(120)
    stack.kill(victim)
    stack.start(victim)
    for thread in threads:
        thread.join(180)
        assert not thread.is_alive()
    stack.wait_ready(victim)

    assert acknowledged.keys() == expected.keys()
    found = wait_extracted(stack.urls["api"], acknowledged.items())
    assert {key: Counter(e["event_id"] for e in article["events"]) for key, article in found.items()} == expected
    listed = Counter(event["event_id"] for event in pages(stack.urls["api"], "/events"))
    assert listed == sum(expected.values(), Counter())
    assert Counter(a["article_id"] for a in pages(stack.urls["api"], "/articles")) == Counter(expected.keys())


@pytest.mark.slow
@pytest.mark.parametrize("victim", list(MODULES))
def test_a_killed_service_loses_and_doubles_nothing_on_kafka(
    kafka_stack: Stack, victim: str, expected: dict[str, Counter[str]]
) -> None:
    run(kafka_stack, victim, expected)


@pytest.mark.slow
@pytest.mark.parametrize("victim", list(MODULES))
def test_a_killed_service_loses_and_doubles_nothing_on_postgres(
    postgres_stack: Stack, victim: str, expected: dict[str, Counter[str]]
) -> None:
    run(postgres_stack, victim, expected)
