"""Writes the project's name and version into an image's site-packages, so that the code, which is copied there and not
installed, finds its version as it does anywhere else: `python stamp.py PYPROJECT SITE_PACKAGES`."""

import sys
import tomllib
from pathlib import Path


def main(pyproject: Path, site_packages: Path) -> None:
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    folder = site_packages / f"{project['name']}-{project['version']}.dist-info"
    folder.mkdir()
    fields = ("Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}")
    (folder / "METADATA").write_text("\n".join(fields) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
