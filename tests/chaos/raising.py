"""`python -m tests.chaos.raising`: the extract service, with one stage that raises on texts that hold MARKER.

No text is known on which a stage of ours raises, and one that were found would be mended. What becomes of an article
when one does has to be seen all the same. The service is the real one; its reading processes are this module's too.
"""

import functools
import sys
from typing import Final

MARKER: Final = "Here a stage raises."
READER: Final = "--reader"
STAGE: Final = "times"


class RaisedOnPurposeError(Exception):
    """A stage met MARKER."""


def _serve() -> int:
    from services.extract.worker import main

    reader = (sys.executable, "-m", "tests.chaos.raising", READER)
    main.Pool = functools.partial(main.Pool, command=reader)  # type: ignore[assignment, misc]
    return main.main()


def _read() -> int:
    from services.extract import pipeline
    from services.extract.document import Document
    from services.extract.worker import child

    stage = pipeline.STAGES[STAGE]

    def raising(doc: Document) -> None:
        stage(doc)
        if MARKER in doc.text:
            raise RaisedOnPurposeError(STAGE)

    pipeline.STAGES[STAGE] = raising
    child.main()
    return 0


if __name__ == "__main__":
    sys.exit(_read() if sys.argv[1:] == [READER] else _serve())
