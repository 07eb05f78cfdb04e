"""Keys, and who counts as one client."""

import pytest

from services.ingest.auth import Keys, client
from services.runtime.web.problems import ProblemError

KEY, OTHER = "k" * 16, "o" * 16


def status(keys: Keys, authorization: str | None) -> int:
    with pytest.raises(ProblemError) as caught:
        keys.admit(authorization, "192.0.2.1")
    return caught.value.problem.status


def test_each_key_is_let_in_under_a_name_that_does_not_show_it() -> None:
    keys = Keys((KEY, OTHER), open=True)
    names = {keys.admit(f"Bearer {KEY}", None), keys.admit(f"bearer {OTHER}", None)}
    assert len(names) == 2
    assert not any(KEY in name or OTHER in name for name in names)


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", f"Basic {KEY}", KEY, f"Bearer {KEY}x", "Bearer \udcff", "Bearer é"]
)
def test_anything_else_is_401_and_told_how(authorization: str | None) -> None:
    with pytest.raises(ProblemError) as caught:
        Keys((KEY,), open=True).admit(authorization, None)
    assert caught.value.problem.status == 401
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_without_keys_it_is_open_or_closed() -> None:
    assert Keys((), open=True).admit(None, "192.0.2.1") == "address:192.0.2.1"
    assert status(Keys((), open=False), None) == 403
    assert status(Keys((), open=False), f"Bearer {KEY}") == 403


def test_keys_let_in_where_unsigned_articles_are_switched_off() -> None:
    assert Keys((KEY,), open=False).admit(f"Bearer {KEY}", None)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "address:192.0.2.7"),
        ("2001:db8:1:2:3::4", "address:2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "address:192.0.2.7"),
        (None, "address:unknown"),
        ("testclient", "address:testclient"),
    ],
)
def test_a_network_is_one_client(address: str | None, name: str) -> None:
    assert client(address) == name
