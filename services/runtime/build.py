"""Which version of frontlog this is: for metrics, dead letters and the API's own description."""

from importlib.metadata import PackageNotFoundError, version


def build() -> str:
    """The version of the installed package; "unknown" where the code runs without being installed."""
    try:
        return version("frontlog")
    except PackageNotFoundError:
        return "unknown"
