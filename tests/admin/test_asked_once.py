from __future__ import annotations

from inventory.admin.asked_once import once
from inventory.models import Item


class Pages:
    def __init__(self) -> None:
        self.asked: list[str] = []

    @once
    def shown_name(self, item: Item) -> str:
        self.asked.append(item.name)
        return item.name.upper()


def test_looks_once_for_each_row_however_often_a_template_asks() -> None:
    pages, one, other = Pages(), Item(name="one"), Item(name="other")
    assert [pages.shown_name(each) for each in (one, one, other, one)] == [
        "ONE",
        "ONE",
        "OTHER",
        "ONE",
    ]
    assert pages.asked == ["one", "other"]
