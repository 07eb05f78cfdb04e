"""What a request costs in processor time, of the API and of the database's processes that serve it: on a machine that
is busy with other things it says more than the clock does. Linux alone tells it so finely.
"""

from collections.abc import Sequence
from pathlib import Path

import psycopg


def spent(processes: Sequence[int]) -> float | None:
    """Return the milliseconds that `processes` (ids) have run, in all threads; None where the system does not tell."""
    total = 0
    for process in processes:
        try:
            for thread in Path(f"/proc/{process}/task").iterdir():
                total += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            return None
    return total / 1e6


def backends(database: psycopg.Connection[tuple[object, ...]]) -> list[int]:
    """The ids of the processes that serve the query API, where the database is on this machine."""
    if not database.info.hostaddr.startswith(("127.", "::1")):
        return []
    found = database.execute("select pid from pg_stat_activity where application_name like 'frontlog-api%'")
    return [int(str(pid)) for (pid,) in found]
