"""Components: each with its least node, whatever the order."""

from hypothesis import given
from hypothesis import strategies as st

from services.store.components import components

pair = st.tuples(st.integers(0, 20), st.integers(0, 20))


def test_what_is_tied_is_one_and_named_after_its_least() -> None:
    assert components([3, 1, 2, 9], [(3, 2), (2, 1), (9, 77)]) == {1: 1, 2: 1, 3: 1, 9: 9}


@given(st.sets(st.integers(0, 20)), st.lists(pair), st.randoms())
def test_order_makes_no_difference(nodes: set[int], pairs: list[tuple[int, int]], random: object) -> None:
    once = components(nodes, pairs)
    turned = [(b, a) for a, b in pairs]
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert components(sorted(nodes, reverse=True), turned) == once
    assert all(once[one] == once[other] for one, other in pairs if one in nodes and other in nodes)
