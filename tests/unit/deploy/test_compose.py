"""docker-compose.yml, read without an engine: nothing runs as root or listens beyond the machine, everything waits for
what it needs, and every setting that is given exists."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.store.roles import READER, WRITER

ROOT = Path(__file__).parents[3]
OURS = {"topics", "migrate", "ingest", "extract", "projector", "api", "deliverer"}
ONE_SHOTS = {"topics", "migrate"}
CONSOLE = "frontlog"
"""The command for operators, which `up` does not start."""
THEIRS = {"kafka", "postgres", "prometheus", "grafana"}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@cache
def declared_settings() -> frozenset[str]:
    """The names in every `setting("FRONTLOG_…")` of the code."""
    names: set[str] = set()
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setting":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names.add(first.value)
    return frozenset(names)


def mounts(service: dict[str, Any]) -> list[list[str]]:
    return [str(volume).split(":") for volume in service.get("volumes", [])]


each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_whole_production_shape_is_there() -> None:
    assert set(SERVICES) == OURS | THEIRS | {CONSOLE}


def test_the_command_is_run_by_hand_and_waits_for_nothing() -> None:
    service = SERVICES[CONSOLE]
    assert service["profiles"] == ["console"]
    assert service["restart"] == "no"
    assert "depends_on" not in service
    assert service["environment"]["FRONTLOG_DATABASE"] == SERVICES["migrate"]["environment"]["FRONTLOG_DATABASE"]
    assert service["environment"]["FRONTLOG_LOG"] == SERVICES["projector"]["environment"]["FRONTLOG_LOG"]
    for name in ("ingest", "api"):
        port = SERVICES[name]["environment"][f"FRONTLOG_{name.upper()}_HTTP"].split(":")[1]
        assert service["environment"][f"FRONTLOG_{name.upper()}_URL"] == f"http://{name}:{port}"
    assert service["environment"]["FRONTLOG_PROMETHEUS_URL"] == "http://prometheus:9090"


@each_service
def test_images_are_built_here_or_pinned_to_a_version(name: str) -> None:
    service = SERVICES[name]
    if name in OURS | {CONSOLE}:
        assert (ROOT / service["build"]["dockerfile"]).is_file()
        assert service["image"].startswith("frontlog-")
    else:
        assert re.search(r":v?\d+(\.\d+)*$", service["image"]), "a moving tag"


@each_service
def test_nothing_is_published_beyond_the_loopback_address(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+:-(\d+)\}:\1", port), port


@each_service
def test_no_process_has_or_can_gain_capabilities(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged", False)
    assert service["pids_limit"] > 0
    assert service["mem_limit"]


@each_service
def test_root_file_systems_are_read_only(name: str) -> None:
    if name != "kafka":  # its start script writes its configuration below /opt/kafka
        assert SERVICES[name]["read_only"] is True
        assert any(entry.startswith("/tmp:") for entry in SERVICES[name]["tmpfs"])


@each_service
def test_host_files_are_mounted_read_only_and_exist(name: str) -> None:
    for source, _target, *mode in mounts(SERVICES[name]):
        if source.startswith("."):
            assert mode == ["ro"]
            assert (ROOT / source).exists()


def test_no_service_runs_as_root() -> None:
    for name in OURS | {CONSOLE}:
        text = (ROOT / SERVICES[name]["build"]["dockerfile"]).read_text(encoding="utf-8")
        users = re.findall(r"^USER (\S+)$", text, re.MULTILINE)
        assert users, name
        assert users[-1].split(":")[0] not in ("0", "root"), name
    for name in THEIRS - {"kafka"}:  # the image of Apache Kafka has its own user, appuser
        assert str(SERVICES[name]["user"]).split(":")[0] not in ("0", "root"), name
    assert "user" not in SERVICES["kafka"]


def test_what_must_survive_lies_in_named_volumes() -> None:
    kept = {
        "kafka": "/var/lib/kafka/data",
        "postgres": "/var/lib/postgresql/data",
        "prometheus": "/prometheus",
        "grafana": "/var/lib/grafana",
    }
    for name, folder in kept.items():
        sources = [source for source, target, *_ in mounts(SERVICES[name]) if target == folder]
        assert sources, f"{name} keeps nothing"
        assert sources[0] in COMPOSE["volumes"]
    assert SERVICES["kafka"]["environment"]["KAFKA_LOG_DIRS"] == kept["kafka"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOTS - {CONSOLE}))
def test_what_runs_on_is_checked_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["stop_grace_period"]


@pytest.mark.parametrize("name", sorted(ONE_SHOTS))
def test_what_runs_once_ends_and_is_not_repeated_for_ever(name: str) -> None:
    assert SERVICES[name]["restart"].startswith("on-failure:")
    assert SERVICES[name]["healthcheck"] == {"disable": True}


def test_everything_waits_for_what_it_needs() -> None:
    wanted = {
        "topics": {"kafka": "service_healthy"},
        "migrate": {"postgres": "service_healthy"},
        "ingest": {"topics": "service_completed_successfully"},
        "extract": {"topics": "service_completed_successfully"},
        "projector": {"topics": "service_completed_successfully", "migrate": "service_completed_successfully"},
        "api": {"migrate": "service_completed_successfully"},
        "deliverer": {"migrate": "service_completed_successfully"},
        "grafana": {"prometheus": "service_healthy"},
    }
    found = {
        name: {needed: rule["condition"] for needed, rule in service["depends_on"].items()}
        for name, service in SERVICES.items()
        if "depends_on" in service
    }
    assert found == wanted


def test_what_can_be_scaled_holds_no_port_of_the_machine() -> None:
    for name in ("extract", "projector", "deliverer"):
        assert "ports" not in SERVICES[name]
        assert "container_name" not in SERVICES[name]


@pytest.mark.parametrize("name", sorted(OURS - ONE_SHOTS))
def test_the_health_check_asks_the_port_that_the_service_listens_on(name: str) -> None:
    service = SERVICES[name]
    host, port = service["environment"][f"FRONTLOG_{name.upper()}_HTTP"].split(":")
    assert host == "0.0.0.0"
    assert service["healthcheck"]["test"][-1] == f"http://127.0.0.1:{port}/readyz"
    published = [p.rsplit(":", 1)[1] for p in service.get("ports", [])] + service.get("expose", [])
    assert published == [port]


@pytest.mark.parametrize("name", sorted(OURS | {CONSOLE}))
def test_every_setting_given_to_a_service_is_declared_in_the_code(name: str) -> None:
    given = {key for key in SERVICES[name]["environment"] if key.startswith("FRONTLOG_")}
    assert given
    assert given <= declared_settings()


def test_every_variable_of_the_compose_file_has_a_default_and_stands_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = re.findall(r"\$\{([A-Z_]+)(:-[^}]*)?\}", text)
    assert all(default for _, default in used)
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    told = dict(re.findall(r"^#([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert set(told) == {name for name, _ in used}
    for name, default in used:
        if default not in (":-",):
            assert told[name] == default.removeprefix(":-"), name


def test_the_services_agree_on_the_database_and_the_log() -> None:
    postgres = SERVICES["postgres"]["environment"]
    migrate = SERVICES["migrate"]["environment"]
    accounts = {
        "migrate": (postgres["POSTGRES_USER"], postgres["POSTGRES_PASSWORD"]),
        "projector": (WRITER, migrate["FRONTLOG_WRITE_PASSWORD"]),
        "deliverer": (WRITER, migrate["FRONTLOG_WRITE_PASSWORD"]),
        "api": (READER, migrate["FRONTLOG_READ_PASSWORD"]),
    }
    for name, (user, password) in accounts.items():
        address = f"postgresql://{user}:{password}@postgres:5432/{postgres['POSTGRES_DB']}"
        assert SERVICES[name]["environment"]["FRONTLOG_DATABASE"] == address
    log = {SERVICES[name]["environment"]["FRONTLOG_LOG"] for name in ("topics", "ingest", "extract", "projector")}
    assert log == {"kafka://kafka:9092"}


def test_kafka_makes_no_topic_by_itself() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
