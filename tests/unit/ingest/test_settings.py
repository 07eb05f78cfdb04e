"""Settings of ingest: how they are read, and that faults are told without telling secrets."""

import base64
from pathlib import Path

import pytest

from services.ingest.settings import IngestSettings, keys, webhook_secrets
from services.runtime.settings import SettingError, host_and_port, load

A, B = ("whsec_" + base64.b64encode(letter * 24).decode() for letter in (b"a", b"b"))


def test_defaults_need_nothing_set() -> None:
    settings = load(IngestSettings, {})
    assert settings.http == ("127.0.0.1", 8080)
    assert settings.webhook_secrets == {}
    assert settings.keys == ()
    assert settings.open


def test_secrets_are_read_by_source_two_during_a_rotation() -> None:
    assert webhook_secrets(f"wire={A} {B};blog={A};") == {"wire": (A, B), "blog": (A,)}
    assert webhook_secrets(f"wire={A}\nblog={B}\n") == {"wire": (A,), "blog": (B,)}


def test_secrets_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text(f"wire={A}\nblog={B}\n")
    settings = load(IngestSettings, {"FRONTLOG_INGEST_WEBHOOK_SECRETS_FILE": str(file)})
    assert settings.webhook_secrets == {"wire": (A,), "blog": (B,)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("wire", "expected source="),
        (f"=x{A}", "expected source="),
        (f"Wire!={A}", "expected source="),
        ("wire=", "source wire"),
        ("wire=whsec_tooshort", "source wire"),
        (f"wire={A};wire={B}", "listed twice"),
    ],
)
def test_a_fault_names_the_source_and_no_secret(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        webhook_secrets(text)
    assert "tooshort" not in str(caught.value)
    assert A not in str(caught.value)


def test_keys_are_separated_by_blanks_or_commas_and_never_short() -> None:
    assert keys(" " + "k" * 16 + ", " + "l" * 20 + "\n") == ("k" * 16, "l" * 20)
    assert keys("  ") == ()
    with pytest.raises(ValueError, match="at least 16"):
        keys("short")


@pytest.mark.parametrize(
    ("text", "address"), [("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:8080", ("::1", 8080)), ("host:0", ("host", 0))]
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    assert host_and_port(text) == address


@pytest.mark.parametrize("text", ["8080", ":8080", "host:", "host:x", "host:70000"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="expected host:port"):
        host_and_port(text)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingError) as caught:
        load(
            IngestSettings, {"FRONTLOG_INGEST_HTTP": "x", "FRONTLOG_INGEST_RATE": "0", "FRONTLOG_INGEST_OPEN": "maybe"}
        )
    for name in ("FRONTLOG_INGEST_HTTP", "FRONTLOG_INGEST_RATE", "FRONTLOG_INGEST_OPEN"):
        assert name in str(caught.value)
