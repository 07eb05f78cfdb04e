"""The extractor's modules as C extensions find what the modules find as they are written, byte for byte."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import msgspec
import pytest

from services.contracts.messages import Article
from tests.bench.corpus import articles, dense

ROOT = Path(__file__).parents[3]
EXTRACTING = """
import sys
import msgspec
from services.contracts.messages import Article
from services.extract import document, pipeline
from services.extract.stages import tree

kinds = {module.__file__.rpartition(".")[2] == "py" for module in (document, pipeline, tree)}
print(*("written" if kind else "compiled" for kind in kinds), flush=True)
for article in msgspec.json.Decoder(list[Article]).decode(sys.stdin.buffer.read()):
    sys.stdout.buffer.write(msgspec.json.encode(pipeline.extract(article)) + b"\\n")
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the compiled copy; without optimisation, which halves the compiler's time and changes no answer."""
    headers = Path(sysconfig.get_path("include"), "Python.h")
    if shutil.which("gcc") is None or not headers.is_file():
        message = f"compiling needs gcc and {headers}"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("compiled") / "copy"
    subprocess.run([sys.executable, str(ROOT / "deploy" / "compile.py"), str(folder), "--optimise", "0"], check=True)
    return folder


@pytest.fixture(scope="module")
def written(compiled: Path) -> Path:
    """The sources that were compiled, alone."""
    folder = compiled.with_name("written")
    shutil.copytree(compiled, folder, ignore=shutil.ignore_patterns("*.so", "*.pyd"))
    return folder


@pytest.mark.slow
def test_compiled_and_written_code_extract_the_same_bytes_under_one_version(compiled: Path, written: Path) -> None:
    texts = [*articles(), *dense()]
    kind, *found = _extracted(compiled, texts)
    assert (kind, len(found)) == (b"compiled", len(texts))
    kind, *wanted = _extracted(written, texts)
    assert (kind, len(wanted)) == (b"written", len(texts))
    assert [a.article_id for a, ours, theirs in zip(texts, found, wanted, strict=True) if ours != theirs] == []


def _extracted(folder: Path, texts: list[Article]) -> list[bytes]:
    """Return which code it was, and the extractions, as a process finds them that has the code of `folder`."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", EXTRACTING],
        input=msgspec.json.encode(texts),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(folder), "OPENBLAS_NUM_THREADS": "1"},
    )
    return done.stdout.splitlines()
