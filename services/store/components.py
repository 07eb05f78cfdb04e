"""Connected components (pure): which things belong together when each pair that is tied does."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

T = TypeVar("T", bound=UUID | str | int)


def components(nodes: Iterable[T], pairs: Iterable[tuple[T, T]]) -> dict[T, T]:
    """Return, for each of `nodes`, the least node of its component. Pairs with a node that is not listed are passed
    over. The order of neither matters."""
    parent: dict[T, T] = {node: node for node in nodes}

    def root(node: T) -> T:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in pairs:
        if one in parent and other in parent:
            low, high = sorted((root(one), root(other)))
            parent[high] = low
    return {node: root(node) for node in parent}
