"""Values that wait on disk."""

from __future__ import annotations

from inventory.pile import Pile


def test_gives_back_what_it_was_given_in_order_as_often_as_asked() -> None:
    pile = Pile([("a", 1)])
    pile.extend([("b", 2), ("c", 3)])
    assert list(pile) == [("a", 1), ("b", 2), ("c", 3)]
    pile.extend([("d", 4)])
    assert [name for name, _ in pile] == ["a", "b", "c", "d"]


def test_is_gone_through_twice_at_once() -> None:
    pile = Pile(range(3))
    assert [(one, other) for one in pile for other in pile] == [
        (one, other) for one in range(3) for other in range(3)
    ]


def test_is_empty_at_first() -> None:
    assert list(Pile[int]()) == []
