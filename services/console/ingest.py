"""`frontlog ingest`: articles from files, folders and web pages to the webhook, with progress and a tally."""

from collections import Counter
from collections.abc import Sequence

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.console.home import Addresses
from services.console.printing import literal, visible
from services.console.sender import Sender, Sent
from services.console.sources import Found, read


def ingest(sources: Sequence[str], where: Addresses, console: Console, *, allow_private: bool = False) -> int:
    """Send everything found in `sources`; return the exit code: 0 when every article is in the log, else 1.

    A path that cannot be read, and an article that is refused, are told and the rest goes on. An unreachable webhook
    ends it: what was sent by then is told, and sending the same again is harmless.
    """
    tally: Counter[str] = Counter()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Sender(where.ingest, key=where.key) as sender, Progress(*columns, console=console) as progress:
        task = progress.add_task("sending", total=None)
        for source in sources:
            for item in read(source, allow_private=allow_private):
                try:
                    sent = _send(sender, item)
                except httpx.HTTPError as error:
                    progress.stop()
                    told = f"the webhook at {where.ingest} cannot be reached: {error}"
                    console.print(visible(told), style="red", markup=False, soft_wrap=True)
                    console.print(f"{_told(tally)}; `frontlog up` starts it here, FRONTLOG_INGEST_URL names another")
                    return 1
                tally[sent.status] += 1
                if sent.problem:
                    told = literal(f"{sent.name}: {sent.problem}")
                    progress.console.print(f"[red]{sent.status}[/red] {told}", highlight=False)
                progress.update(task, completed=tally.total())
        progress.update(task, total=tally.total())
    console.print(_told(tally))
    return 1 if tally["refused"] or tally["unreadable"] else 0


def _send(sender: Sender, item: Found) -> Sent:
    if item.article is None:
        return Sent(item.name, "unreadable", problem=item.fault)
    return sender.send(item.name, item.article)


def _told(tally: Counter[str]) -> str:
    return ", ".join(f"{tally[status]} {status}" for status in ("accepted", "known", "refused", "unreadable"))
