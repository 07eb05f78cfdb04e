"""`python -m services.store.rebuild`: `frontlog rebuild` where there is no `frontlog`, in the store's image.

Exit status 0 when it is done, 1 where it cannot be, 2 where a setting cannot be read, 130 where it was interrupted.
"""

import argparse
import sys

from rich.console import Console

from services.runtime.log.settings import DatabaseSettings, LogSettings
from services.runtime.settings import SettingError, load, positive
from services.store.projector.settings import ProjectorSettings
from services.store.rebuild.command import RebuildOptions, rebuild


def main() -> int:
    """Rebuild as the arguments say; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m services.store.rebuild",
        description="Make all tables anew from the log, beside the live ones, and put them in their place.",
        epilog="FRONTLOG_LOG and FRONTLOG_DATABASE, as the owner of the tables, say where.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--status", action="store_true", help="tell how far a rebuild is, and end")
    what.add_argument("--undo", action="store_true", help="put the kept old tables back, brought up to date")
    what.add_argument("--abort", action="store_true", help="drop what a rebuild has made, and kept old tables")
    parser.add_argument("--no-swap", action="store_true", help="fill the new tables and compare, but go no further")
    parser.add_argument("--keep-old", action="store_true", help="keep the old tables, so that --undo is possible")
    parser.add_argument("--batch", type=positive, default=500, help="records applied in one transaction")
    given = parser.parse_args()
    try:
        options = RebuildOptions(
            log=load(LogSettings).log,
            database=load(DatabaseSettings).database,
            group=load(ProjectorSettings).group,
            batch=given.batch,
            keep_old=given.keep_old,
            swap=not given.no_swap,
            status=given.status,
            abort=given.abort,
            undo=given.undo,
        )
    except SettingError as error:
        print(f"the rebuild cannot start: {error}", file=sys.stderr)
        return 2
    return rebuild(options, Console())


if __name__ == "__main__":
    sys.exit(main())
