"""`python -m services.extract`: reads articles from the log until it is told to stop."""

import sys

from services.extract.worker.main import main

if __name__ == "__main__":
    sys.exit(main())
