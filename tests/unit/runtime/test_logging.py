"""Logs: one JSON object a line, from our own code and from libraries, at the level that was asked for."""

import json
import subprocess
import sys

import pytest

from services.runtime.logging import LoggingSettings
from services.runtime.settings import SettingError, load


def lines_of(code: str, **env: str) -> list[str]:
    script = f"import logging, structlog\nfrom services.runtime.logging import *\nconfigure_logging('test')\n{code}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True)
    return done.stderr.splitlines()


def test_an_event_is_one_json_object() -> None:
    (line,) = lines_of("structlog.get_logger('a.b').info('seen', article_id='ї\\n')", FRONTLOG_LOG_FORMAT="json")
    found = json.loads(line)
    assert (found["event"], found["article_id"], found["service"], found["level"], found["logger"]) == (
        "seen",
        "ї\n",
        "test",
        "info",
        "a.b",
    )
    assert found["time"].endswith("Z")


def test_libraries_log_the_same_way() -> None:
    (line,) = lines_of("logging.getLogger('lib').warning('%d left', 3)", FRONTLOG_LOG_FORMAT="json")
    assert json.loads(line)["event"] == "3 left"


def test_an_exception_stays_on_one_line() -> None:
    code = "try:\n  1/0\nexcept Exception:\n  structlog.get_logger().exception('failed')"
    (line,) = lines_of(code, FRONTLOG_LOG_FORMAT="json")
    assert json.loads(line)["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_the_level_is_kept() -> None:
    code = "structlog.get_logger().info('no')\nlogging.getLogger('x').info('no')\nstructlog.get_logger().error('yes')"
    assert len(lines_of(code, FRONTLOG_LOG_LEVEL="warning")) == 1


def test_a_client_that_repeats_itself_is_let_through_once() -> None:
    code = "for i in range(50): logging.getLogger('aiokafka.client').error('Unable connect to %s', i)"
    assert len(lines_of(code)) == 1


@pytest.mark.parametrize("env", [{"FRONTLOG_LOG_LEVEL": "loud"}, {"FRONTLOG_LOG_FORMAT": "xml"}])
def test_a_wrong_setting_is_named(env: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(env))):
        load(LoggingSettings, env)
