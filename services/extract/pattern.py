"""Regular expressions that are read twice: for texts of ASCII alone, as most sentences are, and for any text.

For the stages. In ASCII a word's characters and its boundaries are told by one small table, and letters without regard
to case by one subtraction: a search takes a third less time, and finds the same.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any, Final, final

_END: Final = sys.maxsize


@final
class Pattern:
    """What `re.compile(source, flags)` gives, with the methods that the stages use; it finds the same in every text.

    Control characters that Unicode calls blanks (0x1c to 0x1f) are none in ASCII: the text is one from which `clean`
    has taken them.
    """

    def __init__(self, source: str, flags: int = 0) -> None:
        self.pattern: Final = source
        self._flags: Final = flags
        self._ascii: Final = re.compile(source, flags | re.ASCII)
        self._any: re.Pattern[str] | None = None

    def of(self, text: str) -> "re.Pattern[str]":
        """Return the reading for `text`. That for any text is made when it is first asked for."""
        if text.isascii():
            return self._ascii
        known = self._any
        if known is None:
            known = self._any = re.compile(self.pattern, self._flags)
        return known

    def search(self, text: str, start: int = 0, end: int = _END) -> "re.Match[str] | None":
        return self.of(text).search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = _END) -> "re.Match[str] | None":
        return self.of(text).match(text, start, end)

    def fullmatch(self, text: str, start: int = 0, end: int = _END) -> "re.Match[str] | None":
        return self.of(text).fullmatch(text, start, end)

    def finditer(self, text: str, start: int = 0, end: int = _END) -> "Iterator[re.Match[str]]":
        return self.of(text).finditer(text, start, end)

    def findall(self, text: str) -> list[Any]:
        """Return the matches of a pattern without groups."""
        return self.of(text).findall(text)

    def sub(self, replacement: str, text: str) -> str:
        return self.of(text).sub(replacement, text)
