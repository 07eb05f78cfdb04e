"""Print how good the extractor is on the annotated passages, type by type and slot by slot.

    .venv/bin/python -m tests.quality.report [--unseen]

Seen passages are those that rules were written on; the unseen third tells how the rules carry over.
"""

import sys
from collections.abc import Sequence

from services.extract.pipeline import extract
from tests.support.passages import VOICES, Figures, grade, passages


def measured(unseen: bool) -> tuple[dict[str, Figures], dict[str, Figures]]:
    """Return the figures by voice and by event type."""
    by_voice: dict[str, Figures] = {}
    by_type: dict[str, Figures] = {}
    for voice in VOICES:
        for passage in passages(voice, unseen=unseen):
            total, types = grade(passage, extract(passage.article).events)
            by_voice.setdefault(voice, Figures()).add(total)
            for name, figures in types.items():
                by_type.setdefault(name, Figures()).add(figures)
    return by_voice, by_type


def in_all(parts: dict[str, Figures]) -> Figures:
    total = Figures()
    for part in parts.values():
        total.add(part)
    return total


def calibration(figures: Figures) -> list[tuple[float, float, int]]:
    """Return (lower bound of confidence, share right, number of events) for bands of a tenth."""
    bands: dict[int, list[bool]] = {}
    for confidence, right in figures.confident:
        bands.setdefault(int(confidence * 10), []).append(right)
    return [(band / 10, sum(right) / len(right), len(right)) for band, right in sorted(bands.items())]


def main(argv: Sequence[str]) -> None:
    unseen = "--unseen" in argv
    by_voice, by_type = measured(unseen)
    total = in_all(by_voice)
    print(f"{'unseen' if unseen else 'seen'} passages{'':12}P     R     F1    strict  found missed wrong")
    for name, f in [*sorted(by_voice.items()), *sorted(by_type.items()), ("all", total)]:
        print(
            f"{name:26} {f.precision:.2f}  {f.recall:.2f}  {f.f1:.3f}  {f.strict_f1:.3f} "
            f"{f.found:6}{f.missed:6}{f.wrong:6}"
        )
    for slot, (right, told) in sorted(total.slots.items()):
        print(f"slot {slot:10} {right / told:.2f}  of {told}")
    for low, share, count in calibration(total):
        print(f"confidence {low:.1f} to {low + 0.1:.1f}: {share:.2f} right of {count}")


if __name__ == "__main__":
    main(sys.argv[1:])
