"""What a source is filed under (pure): its id, else its name; its outlet where the article itself speaks."""

from typing import Final

from services.store.folding import fold

OUTLET: Final = "outlet:"
NAMED: Final = "name:"
NARRATOR: Final = "narrator"


def source_key(source_id: str | None, name: str, kind: str | None, publisher: str | None) -> str | None:
    """Return the key of who makes a claim; None for an article of no known publisher, and for a name of no letters."""
    if kind == NARRATOR:
        folded = fold(publisher or "")
        return OUTLET + folded if folded else None
    if source_id:
        return source_id
    folded = fold(name)
    return NAMED + folded if folded else None
