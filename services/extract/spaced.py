"""The words of a text by one pass over its bytes: for the gazetteer and for the index of words, which both split it.

A pattern finds words one after the other; here all that is in no word becomes a blank, and the text is split there.
"""

from typing import Final

_OWN: Final = "'"
"""Stands for what may be part of a word or not: whoever asks looks at the text itself."""


def _table(encoding: str) -> bytes:
    """Return for each byte what it becomes: a letter in lower case, a digit, `_OWN` or a blank."""
    made = bytearray()
    for byte in range(256):
        character = bytes([byte]).decode(encoding, "replace")
        if character.isascii() and character.isalnum():
            made += character.lower().encode()
        else:
            made += (_OWN if character.isalnum() or character in "'`’´" else " ").encode()
    return bytes(made)


_ASCII: Final = _table("ascii")
_WESTERN: Final = _table("cp1252")
"""Also has the quotation marks and dashes of print, and the letters of the west of Europe."""


def spaced(text: str) -> str | None:
    """Return `text` with a blank for each character that is in no word, and its letters and digits, as far as they are
    ASCII, in lower case; with an apostrophe for other letters and for marks that may stand within a word.

    None where `text` has letters or signs beyond those of western Europe.
    """
    if text.isascii():
        return text.encode("ascii").translate(_ASCII).decode("ascii")
    try:
        return text.encode("cp1252").translate(_WESTERN).decode("ascii")
    except UnicodeEncodeError:
        return None
