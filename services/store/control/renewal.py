"""What becomes of a place's steps when the evidence of some of its days has changed (pure).

The fold goes on from the state before the first of these days. It ends where, after the last of them, it has come to
the state that is stored: from there on all is as it was. Evidence is asked for window by window, since that is
mostly soon: at once for an event that decides nothing, at the end of the history for one of today.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from services.store.control.evidence import Evidence, Window
from services.store.control.standing import Standing, State, Step, steps

FIRST_REACH: Final = 30
"""Days behind the last changed one that the first window spans; each further one spans `WIDENING` times as many."""
WIDENING: Final = 4


@dataclass(slots=True)
class Renewal:
    """One place under renewal: `ask` for a window, `take` what is there, until `done`.

    `before` is the stored state before `window`, `end` the day of the last stored step (None: nothing is stored).
    """

    changed: Collection[date]
    before: State | None
    end: date | None
    made: list[Step] = field(default_factory=list)
    """Steps to write: new ones, and those that have become others."""
    gone: list[date] = field(default_factory=list)
    """Days whose steps go."""
    now: Standing | None = None
    """The present standing; None where it has not changed."""
    done: bool = False
    _new: State = field(default_factory=State)
    _old: State = field(default_factory=State)
    _from: date = date.min
    _reach: int = FIRST_REACH

    def __post_init__(self) -> None:
        if self.before is not None:
            self._new = self._old = self.before
            self._from = min(self.changed)

    def ask(self) -> Window:
        """Return the days of which evidence and steps are needed next."""
        if self.end is None:
            # Nothing is stored, so all is to be made.
            return Window()
        behind = max(*self.changed, self._from)
        last = behind + timedelta(days=min(self._reach, (date.max - behind).days))
        return Window(self._from, date.max if last >= self.end else last)

    def take(self, window: Window, evidence: Iterable[Evidence], stored: Iterable[Step]) -> None:
        """Fold `evidence`, which with the steps `stored` is all that there is in `window`."""
        found = dict(steps(self._new, evidence))
        was = dict(stored)
        last_changed = max(self.changed)
        days = {*found, *was}
        for day in sorted(days | {last_changed} if window.first <= last_changed <= window.last else days):
            self._new = found.get(day, self._new)
            self._old = was.get(day, self._old)
            if day in found and found[day] != was.get(day):
                self.made.append((day, found[day]))
            elif day in was and day not in found:
                self.gone.append(day)
            if day >= last_changed and self._new == self._old and self.end is not None:
                self.done = True
                return
        if window.last == date.max:
            self.done = True
            self.now = None if self._new.standing == self._old.standing else self._new.standing
            return
        self._from = window.last + timedelta(days=1)
        self._reach *= WIDENING
