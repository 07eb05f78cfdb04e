"""Programs that a test needs beside Python's own packages."""

import os
import shutil

import pytest


def needed(program: str) -> str:
    """Where `program` is. Without it the test is skipped, and fails in CI, which installs it."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{program} is missing, and CI must have it", pytrace=False)
        pytest.skip(f"needs {program}")
    return found
