"""How fast the extractor is beside the bare model, what each stage takes, how long the start is, how much memory.

    python -m tests.bench.extractor [--rounds N] [--told]

The code measured is the one that Python finds: `make bench` runs this twice, with the modules as they are written and
compiled (`deploy/compile.py`), as the image of the extractor has them. The goals are held to the second.

Both read the same texts in one process and on one thread, by turns, so that what else the machine does hits them alike;
only ratios are worth comparing from run to run (`make bench` sets one thread for the arithmetic, and a heap that keeps
what was freed: without it the bare model is a third slower in some rounds than in others). The bare model is the one
that the extractor loads, without its entity recogniser: once as tagger and parser alone, once with part of speech and
lemma, which the extractor has too; each by `nlp.pipe` over whole texts, as the extractor has cleaned them, in the
batches that it is quickest with. The goal is held to whole articles; joined passages are told beside them.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from services.contracts.messages import Article
from services.extract import pipeline
from services.extract.pipeline import extract, let_go, read
from services.extract.stages.model import MODEL
from services.extract.worker.child import settle
from tests.bench.corpus import articles, dense

GOAL_RATIO: Final = 1.3
GOAL_MEMORY: Final = 700
"""Megabytes at the peak, in a process that does nothing but extract."""
BATCHES: Final = (8, 32, 128, 256)
"""Texts at once that the bare model is tried with; 256 is what it comes with."""
GOAL_START: Final = 4.0
"""Seconds from the start of Python to the first article's extraction."""

_FRESH: Final = """
import resource, sys, time
started = time.perf_counter()
from tests.bench.corpus import articles, dense
from services.extract.pipeline import extract
corpus = articles() + dense()
extract(corpus[0])
first = time.perf_counter() - started
for article in corpus:
    extract(article)
print(first, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures. Returns 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--told", action="store_true", help="tell what is missed, but end with 0")
    wanted = parser.parse_args(argv)
    rounds = wanted.rounds
    print("code        compiled" if is_compiled() else "code        as it is written")

    starts, peaks = zip(*(_fresh() for _ in range(3)), strict=True)
    print(f"start-up    {_spread(starts)} s to the first extraction, goal below {GOAL_START:g}")
    print(f"memory      {max(peaks):.0f} MB at the peak, goal below {GOAL_MEMORY}")

    reached = _compare("articles", articles(), rounds)
    _compare("dense", dense(), rounds)
    good = reached and statistics.median(starts) < GOAL_START and max(peaks) < GOAL_MEMORY
    return 0 if good or wanted.told else 1


def is_compiled() -> bool:
    """Return whether the pipeline that is measured comes from a C extension."""
    return not (pipeline.__file__ or "").endswith(".py")


def _compare(name: str, corpus: list[Article], rounds: int) -> bool:
    """Print what both make of `corpus`. Returns whether the extractor reaches its goal there."""
    characters = sum(len(article.text) for article in corpus)
    print(f"\n{name}: {len(corpus)} texts, {characters:,} characters")
    seconds = _rounds(corpus, rounds)
    for contender, times in seconds.items():
        print(f"{contender:<27} {_spread([len(corpus) / s for s in times])} articles/s")
    ratios = {
        contender: [bare / own for bare, own in zip(times, seconds["extractor"], strict=True)]
        for contender, times in seconds.items()
        if contender != "extractor"
    }
    for contender, values in ratios.items():
        print(f"extractor / {contender:<15} {_spread(values)}, goal at least {GOAL_RATIO:g}")
    _print_stages(corpus)
    return min(statistics.median(values) for values in ratios.values()) >= GOAL_RATIO


def _fresh() -> tuple[float, float]:
    """Return seconds to the first extraction and peak memory in MB of a new process that extracts everything."""
    found_alike = ["-P"] if sys.flags.safe_path else []
    done = subprocess.run([sys.executable, *found_alike, "-c", _FRESH], capture_output=True, text=True, check=True)
    first, peak = done.stdout.split()
    return float(first), float(peak) / (1_000_000 if sys.platform == "darwin" else 1000)


def _rounds(corpus: list[Article], rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each of the three takes for the corpus, round by round, by turns."""
    import spacy

    texts = [read(article)[0].text for article in corpus]

    def bare(*left_out: str) -> Callable[[], None]:
        nlp: Any = spacy.load(MODEL, exclude=["ner", *left_out])

        def run(batch: int) -> None:
            for _ in nlp.pipe(texts, batch_size=batch):
                pass

        run(BATCHES[0])
        return partial(run, min(BATCHES, key=lambda batch: _seconds(partial(run, batch))))

    def extractor() -> None:
        for article in corpus:
            extract(article)

    contenders: dict[str, Callable[[], None]] = {
        "extractor": extractor,
        "tagger+parser": bare("lemmatizer", "attribute_ruler"),
        "with lemmatizer": bare(),
    }
    for run in contenders.values():
        run()
    settle()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in sorted(contenders, reverse=number % 2 == 1):
            seconds[name].append(_seconds(contenders[name]))
    return seconds


def _seconds(run: Callable[[], None]) -> float:
    """Return the processor time that `run` takes, in seconds."""
    before = time.process_time()
    run()
    return time.process_time() - before


def _print_stages(corpus: list[Article]) -> None:
    taken: defaultdict[str, float] = defaultdict(float)
    parsed = sentences = telling = 0
    for article in corpus:
        last = time.process_time()

        def lap(stage: str) -> None:
            nonlocal last
            now = time.process_time()
            taken[stage] += now - last
            last = now

        doc, _ = read(article, after=lap)
        lap("events")
        sentences += len(doc.sentences)
        parsed += sum(sentence.parse is not None for sentence in doc.sentences)
        telling += len({event.sentence for event in doc.events})
        let_go(doc)
    whole = sum(taken.values())
    print(f"sentences   {sentences}, parsed {parsed / sentences:.0%}, with a trigger {telling / sentences:.0%}")
    for stage, spent in taken.items():
        print(f"  {stage:<12} {spent / whole:6.1%}  {1000 * spent / len(corpus):6.2f} ms an article")


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
