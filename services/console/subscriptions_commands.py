"""The command lines of `frontlog subscribe` and `frontlog subscriptions`; `console.subscriptions` carries them out."""

import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from services.console.home import SettingError, addresses
from services.console.printing import console, fail

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Who is told of changes by webhook: look at them, pause, resume and remove them, send again what failed.

    `frontlog subscribe` makes one. They are kept in the database of `FRONTLOG_DATABASE` (as a role that may write) or,
    without it, of the running `frontlog up`.""",
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, the beginning of it, or its name.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON lines.")]
Values = list[str] | None


def subscribe(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where changes are posted to, http or https.")],
    of_type: Annotated[Values, typer.Option("--type", help="Type of event: strike, capture, …")] = None,
    oblast: Annotated[Values, typer.Option(help="Oblast, with or without the word.")] = None,
    place: Annotated[Values, typer.Option(help="Place, by its id or any spelling.")] = None,
    actor_side: Annotated[Values, typer.Option(help="Side of the actor: UKR, RUS, …")] = None,
    source: Annotated[Values, typer.Option(help="Who claims it: id or name.")] = None,
    stance: Annotated[Values, typer.Option(help="Stance of who claims it: asserts, denies, …")] = None,
    modality: Annotated[Values, typer.Option(help="actual, negated, intended, …")] = None,
    where: Annotated[
        Values, typer.Option(metavar="NAME=VALUE", help="Any other filter of /events: bbox=…, text=…, min_confidence=…")
    ] = None,
    name: Annotated[str | None, typer.Option(help="A name for it.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print id and secret as JSON.")] = False,
) -> None:
    """Post every change of events that the filters take to URL, signed by Standard Webhooks.

    An option that is given several times means any of its values. The secret is shown once. What it is about, how a
    receiver checks it and what happens when it fails is told in docs/subscribers.md. An example:

        frontlog subscribe https://example.org/hook --type strike --oblast "Kharkiv Oblast"

    `frontlog subscriptions list` shows it, `frontlog unsubscribe ID` undoes it.
    """
    from services.console.subscriptions import subscribe as run

    given: dict[str, list[str]] = {}
    named = (
        ("type", of_type),
        ("oblast", oblast),
        ("place", place),
        ("actor_side", actor_side),
        ("source", source),
        ("stance", stance),
        ("modality", modality),
    )
    for key, values in named:
        if values:
            given[key] = list(values)
    for text in where or ():
        key, equals, value = text.partition("=")
        if not equals:
            raise fail(f"--where {text!r}: expected NAME=VALUE, as in text=bridge")
        given.setdefault(key.strip(), []).append(value)
    _run(run(_database(), url, given, name, json, console()))


def unsubscribe(
    subscription: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
) -> None:
    """Undo `frontlog subscribe`: forget a subscription, with its secrets, deliveries and dead letters.

    Example: `frontlog unsubscribe 3f2a`
    """
    remove(subscription, yes)


@app.command("list")
def list_command(json: Json = False) -> None:
    """List the subscriptions with their filters and how they are.

    Example: `frontlog subscriptions list`
    """
    from services.console.subscriptions import list_all

    _run(list_all(_database(), json, console()))


@app.command()
def show(subscription: Id) -> None:
    """Show one subscription: where it stands, since when it fails and why.

    Example: `frontlog subscriptions show 3f2a`
    """
    from services.console.subscriptions import show as run

    _run(run(_database(), subscription, console()))


@app.command()
def pause(subscription: Id) -> None:
    """Deliver nothing until it is resumed; what changes meanwhile is delivered then, as far as changes are kept.

    Example: `frontlog subscriptions pause 3f2a`
    """
    from services.console.subscriptions import change
    from services.store.subscriptions import registry

    _run(change(_database(), subscription, registry.pause, "is paused", console()))


@app.command()
def resume(subscription: Id) -> None:
    """Deliver again what was paused or disabled, from where it stood.

    Example: `frontlog subscriptions resume 3f2a`
    """
    from services.console.subscriptions import change
    from services.store.subscriptions import registry

    _run(change(_database(), subscription, registry.resume, "is active", console()))


@app.command()
def remove(subscription: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Forget a subscription, with its secrets, deliveries and dead letters.

    Example: `frontlog subscriptions remove 3f2a --yes`
    """
    from services.console.subscriptions import change
    from services.store.subscriptions import registry

    if not yes:
        if not sys.stdin.isatty():
            raise fail("it would be removed: say --yes, where nobody can be asked")
        typer.confirm(f"{subscription} will be removed. Go on?", abort=True)
    _run(change(_database(), subscription, registry.remove, "is removed", console()))


@app.command()
def rotate(subscription: Id) -> None:
    """Give a subscription a new secret; for a day the one before signs too.

    Example: `frontlog subscriptions rotate 3f2a`
    """
    from services.console.subscriptions import rotate as run

    _run(run(_database(), subscription, console()))


@app.command()
def test(subscription: Id) -> None:
    """Send a signed message of type `test` now, and tell what the receiver answers.

    Example: `frontlog subscriptions test 3f2a`
    """
    from services.console.subscriptions import test as run

    _run(run(_database(), subscription, console()))


@app.command()
def deliveries(
    subscription: Id,
    state: Annotated[Values, typer.Option(help="delivered, retrying, dead or retried.")] = None,
    limit: Annotated[int, typer.Option(help="Rows, the latest.", min=1)] = 50,
    json: Json = False,
) -> None:
    """List what became of the messages to a subscriber.

    Example: `frontlog subscriptions deliveries 3f2a --state dead`
    """
    from services.console.subscriptions import STATES
    from services.console.subscriptions import deliveries as run

    if wrong := set(state or ()) - set(STATES):
        raise fail(f"no state {min(wrong)!r}; the states are {', '.join(STATES)}")
    _run(run(_database(), subscription, state or [], limit, json, console()))


@app.command()
def retry(
    subscription: Id,
    messages: Annotated[
        Values, typer.Argument(metavar="[MESSAGE]…", help="As `deliveries` shows them; without any: all dead ones.")
    ] = None,
) -> None:
    """Send dead letters of a subscription again, as they were, the oldest first.

    Example: `frontlog subscriptions retry 3f2a`
    """
    from services.console.subscriptions import retry as run

    _run(run(_database(), subscription, messages or [], console()))


def _database() -> str:
    try:
        where = addresses()
    except SettingError as error:
        raise fail(str(error)) from error
    if where.database is None:
        raise fail("no database: start `frontlog up`, or name one by FRONTLOG_DATABASE")
    return where.database


def _run(work: Coroutine[Any, Any, int]) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from services.console.subscriptions import run
    from services.runtime.outbound import OutboundError
    from services.store.database import is_passing

    try:
        raise typer.Exit(run(work))
    except (LookupError, ValueError, OutboundError) as error:
        raise fail(str(error)) from error
    except SQLAlchemyError as error:
        what = "does not answer" if is_passing(error) else "refuses"
        raise fail(f"the database {what}: {getattr(error, 'orig', error)}") from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
