"""Compiles the extractor's modules to C extensions, beside their sources in a copy of them: `python compile.py FOLDER`.

With FOLDER on PYTHONPATH the same code runs faster and finds the same, byte for byte; without it nothing changes. The
sources stay beside what was made of them: they carry the lexicons, they are what the extractor's version is made of,
and what is not compiled (the worker around the stages, the command) is run from them. What is written in C is made into
libraries beside it. Needs mypy, setuptools and a C compiler, and the extractor's requirements in the Python that
`--python` names, whose types mypy reads.
"""

import argparse
import hashlib
import os
import shutil
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INTERPRETED = ("worker", "__main__.py", "commands.py", "version.py", "build.py")
"""Of services/extract: what waits for others, runs once, or asks where it lies."""
DONE = "compiled-from"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where to put the copy; what is there goes")
    parser.add_argument("--sources", type=Path, default=ROOT, help="the folder that holds services/ and pyproject.toml")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the extractor's requirements")
    parser.add_argument("--optimise", default="1", choices="0123", help="the C compiler's level (default: 1)")
    parser.add_argument("--jobs", type=int, default=2, help="C compilers at once (default: 2)")
    wanted = parser.parse_args(argv)
    folder = wanted.folder.resolve()
    digest = _digest(wanted.sources.resolve(), wanted.optimise)
    done = folder / DONE
    if done.is_file() and done.read_text(encoding="utf-8") == digest:
        print(f"{folder} is up to date")
        return
    making = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    _copy(wanted.sources.resolve(), making)
    _compile(making, wanted.sources.resolve() / "pyproject.toml", wanted)
    (making / DONE).write_text(digest, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def _copy(sources: Path, folder: Path) -> None:
    shutil.copytree(
        sources / "services", folder / "services", ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
    )


def _digest(sources: Path, level: str) -> str:
    """Return what a copy is made of, and what made it: where it is the same, an existing copy is used again."""
    digest = hashlib.sha256(f"{sys.version} {sysconfig.get_platform()} {level}".encode())
    for path in [Path(__file__), *sorted((sources / "services").rglob("*"))]:
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def modules(services: Path) -> list[Path]:
    """Return the files to compile; a package's `__init__.py` that holds nothing is left as it is."""
    extract = services / "extract"
    return [
        path
        for path in sorted(extract.rglob("*.py"))
        if not {*path.relative_to(extract).parts} & {*INTERPRETED} and path.stat().st_size
    ]


def _compile(folder: Path, config: Path, wanted: argparse.Namespace) -> None:
    from mypyc.build import mypycify
    from setuptools import Extension, setup

    os.chdir(folder)  # mypyc takes modules' names from the paths
    files = [str(path.relative_to(folder)) for path in modules(folder / "services")]
    options = [f"--config-file={config}", f"--python-executable={wanted.python}"]
    work = folder / "work"
    extensions = mypycify(
        [*options, *files], opt_level=wanted.optimise, debug_level="0", multi_file=True, target_dir=str(work)
    )
    for source in sorted(Path("services", "extract").rglob("*.c")):
        name = ".".join([*source.parent.parts, f"_{source.stem}"])
        # Always at the level that is quick; no sums that round once instead of twice on some processors; and where
        # numbers may wrap, as Python's own flags let them, the compiler would gather rows one number at a time.
        extensions.append(
            Extension(
                name, [str(source)], extra_compile_args=["-O3", "-ffp-contract=off", "-fno-wrapv"], libraries=["m"]
            )
        )
    arguments = ["-q", "build_ext", "--inplace", f"--parallel={wanted.jobs}", f"--build-temp={work}"]
    setup(
        name="frontlog-compiled",
        packages=[],
        ext_modules=extensions,
        script_args=[*arguments, f"--build-lib={work / 'lib'}"],
    )
    shutil.rmtree(work)
    shutil.rmtree(folder / ".mypy_cache", ignore_errors=True)


if __name__ == "__main__":
    main()
