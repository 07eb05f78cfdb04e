"""The folder of the embedded default, and where the command finds the services."""

import os
import stat
from pathlib import Path

import pytest

from services.console.home import Home, HomeInUseError, Running, addresses

RUNNING = Running(
    pid=os.getpid(),
    ingest="http://127.0.0.1:1",
    api="http://127.0.0.1:2",
    extract="http://127.0.0.1:3",
    projector="http://127.0.0.1:4",
    log="postgresql://u:secret@h/d",
    database="postgresql://u:secret@h/d",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if name.startswith("FRONTLOG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FRONTLOG_HOME", str(tmp_path))
    found = Home(tmp_path)
    found.create()
    return found


def test_the_secret_is_made_once_and_is_the_users_alone(home: Home) -> None:
    secret = home.webhook_secret()
    assert secret.startswith("whsec_")
    assert home.webhook_secret() == secret
    assert stat.S_IMODE((home.path / "webhook-secret").stat().st_mode) == 0o600


def test_two_cannot_hold_one_folder(home: Home) -> None:
    home.lock()
    with pytest.raises(HomeInUseError):
        Home(home.path).lock()


def test_commands_find_the_running_services(home: Home) -> None:
    assert addresses().api == "http://127.0.0.1:8081"
    home.write_running(RUNNING)
    assert stat.S_IMODE((home.path / "run.json").stat().st_mode) == 0o600
    assert addresses().api == RUNNING.api
    assert addresses().log == RUNNING.log
    home.forget_running()
    assert home.running() is None


def test_the_environment_goes_before_the_running_services(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write_running(RUNNING)
    monkeypatch.setenv("FRONTLOG_API_URL", "https://api.example/")
    assert addresses().api == "https://api.example"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_damaged_file_of_addresses_is_passed_over(home: Home, content: str) -> None:
    (home.path / "run.json").write_text(content)
    assert home.running() is None
