"""What the documentation tells an operator to type exists: every `frontlog` command with its options, every service,
metric, dashboard and line of the logs that the runbook names."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from typer.main import get_command

from services.cli import app
from tests.drill.drills import DRILLS
from tests.drill.watching import hastened
from tests.unit.deploy.test_compose import SERVICES
from tests.unit.deploy.test_monitoring import DASHBOARDS, PROMETHEUS, ROOT, dashboard, declared, load_yaml

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
RULES = (ROOT / "deploy" / "prometheus" / "rules.yml").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
TOLD = RUNBOOK + OPERATIONS
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "services").rglob("*.py"))
COMMAND = get_command(app)


def typed(text: str) -> Iterator[str]:
    """What stands in code: lines of blocks, and spans within a line."""
    blocks = re.findall(r"^(?:    |```\w*\n)(.+)$", text, re.MULTILINE)
    yield from (line.strip() for line in blocks)
    yield from (span.replace("\n", " ") for span in re.findall(r"`([^`]+)`", text))


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of every `frontlog …` that stands in code; of a console within compose, too."""
    for line in typed(text):
        for part in re.split(r"&&|\||;", line):
            try:
                words = shlex.split(part, comments=True)
            except ValueError:
                continue
            words = words[: next((n for n, word in enumerate(words) if word.startswith((">", "2>"))), None)]
            if words[:3] == ["docker", "compose", "run"] and "frontlog" in words:
                words = words[words.index("frontlog") :]
            if words and words[0].removeprefix(".venv/bin/") == "frontlog" and words[1:] not in ([], ["…"]):
                yield words[1:]


EXAMPLES = sorted({tuple(words) for path in DOCS for words in commands(path.read_text(encoding="utf-8"))})
EXAMPLES = sorted({*EXAMPLES, *(tuple(words) for words in commands(RULES))})


def parse(command: click.Command, words: list[str]) -> None:
    """Let the command line read `words`, and do nothing. Raises click.UsageError."""
    context = command.make_context(command.name or "frontlog", list(words))
    if isinstance(command, click.Group):
        _, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        parse(found, rest)


@pytest.mark.parametrize("words", EXAMPLES, ids=" ".join)
def test_every_command_in_the_documentation_is_one(words: tuple[str, ...]) -> None:
    try:
        parse(COMMAND, [word.replace("…", "1") for word in words])
    except click.MissingParameter:
        # A command that is only named.
        assert not any(word.startswith("-") for word in words)
    except click.exceptions.Exit as ended:
        # Its help.
        assert ended.exit_code == 0


def test_the_runbook_has_commands() -> None:
    assert len(list(commands(RUNBOOK))) > 10
    assert ["status"] in list(commands(RUNBOOK))


def test_services_that_compose_is_asked_for_exist() -> None:
    named = set()
    for verb, rest in re.findall(r"docker compose (up|stop|start|restart|logs|create|ps|exec)\b([^`\n|<>;#]*)", TOLD):
        words = [word for word in rest.replace("--tail 50", "").split() if not word.startswith("-")]
        # What is executed inside is none of ours; a scaled service has its number behind it.
        named |= {word.split("=")[0] for word in (words[:1] if verb == "exec" else words)}
    assert {"kafka", "postgres"} <= named
    assert named <= set(SERVICES), named - set(SERVICES)


def test_metrics_and_settings_of_the_runbook_are_declared() -> None:
    assert set(re.findall(r"\bfrontlog_[a-z_]+(?:_total|_seconds|_bytes|_stopped|_records)\b", RUNBOOK)) <= set(
        declared()
    )


def test_dashboards_and_panels_of_the_runbook_exist() -> None:
    titles = {dashboard(path)["title"]: {panel["title"] for panel in dashboard(path)["panels"]} for path in DASHBOARDS}
    shown = " ".join(RUNBOOK.split())
    named = re.findall(r'[Dd]ashboard ((?:[A-Z]\w+)(?: [a-z]\w+)??)(?:, "([^"]+)")?[,.:;]', shown)
    assert len(named) > 5
    for title, panel in named:
        assert title in titles, title
        assert not panel or panel in titles[title], f"{title} has no panel {panel!r}"


@pytest.mark.parametrize("words", ["the outbox cannot be published", "subscription_failed", "do not belong together"])
def test_lines_of_the_logs_that_are_quoted_are_written(words: str) -> None:
    assert words in TOLD
    assert words in CODE


def test_every_alert_has_a_drill() -> None:
    assert set(DRILLS) == set(re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE))


def test_drills_shorten_the_rules_and_change_nothing_else() -> None:
    rules = load_yaml(PROMETHEUS / "rules.yml")
    for before, after in zip(rules["groups"][0]["rules"], hastened(rules)["groups"][0]["rules"], strict=True):
        assert after["alert"] == before["alert"]
        assert not re.search(r"\b\d+[mh]\b", after["expr"] + after.get("for", ""))
        numberless = [re.sub(r"\d+[smh]?", "n", one["expr"]) for one in (before, after)]
        assert numberless[0] == numberless[1]
