"""What a row of a list may be because nothing else is left."""

from typing import Any

import pytest

from inventory.assets.elimination import Rest, as_many, only_ones, sort_of
from inventory.assets.signs import Asset
from inventory.senders.subjects import slots

SITE, OTHER_SITE = 7, 8


def asset(pk: int = 1, **more: object) -> tuple[Asset, str]:
    told: dict[str, object] = {
        "name": f"asset-{pk}",
        "host": f"asset-{pk}",
        "vendor": "Ricoh",
        "serial": f"SN{pk}",
        "site": SITE,
        "site_name": "Graz",
    }
    return Asset(pk=pk, **{**told, **more}), ""  # type: ignore[arg-type]


def rest(pk: int = 11, kind: str = "mfp", sites: tuple[int, ...] = (SITE,), **more: Any) -> Rest:
    return Rest(pk, kind, frozenset(sites), **more)


def test_suggests_the_only_one_left_and_says_why() -> None:
    (found,) = only_ones([asset()], [rest(), rest(12, "appliance"), rest(13, sites=(OTHER_SITE,))])
    assert (found.asset, found.item, found.is_linked) == (1, 11, False)
    assert "the only printer or scanner left that sends from Graz" in found.reason


def test_suggests_every_row_of_the_one_device() -> None:
    rows = [asset(1, serial="SN9"), asset(2, serial="SN9")]
    assert [each.asset for each in only_ones(rows, [rest()])] == [1, 2]


@pytest.mark.parametrize(
    ("rows", "items"),
    [
        ([asset(1), asset(2)], [rest()]),
        ([asset(1)], [rest(11), rest(12)]),
        ([asset(1)], [rest(sites=(SITE, OTHER_SITE))]),
        ([asset(1)], [rest(vendor="Brother")]),
        ([asset(1, site=None)], [rest()]),
        ([asset(1, vendor="", model="ThinkPad")], [rest(kind="")]),
    ],
    ids=["two in the list", "two that send", "sends from two sites", "another vendor", "no site",
         "no sort"],
)  # fmt: skip
def test_suggests_nothing_where_two_would_fit(
    rows: list[tuple[Asset, str]], items: list[Rest]
) -> None:
    assert only_ones(rows, items) == []


def test_keeps_what_a_person_ruled_out() -> None:
    assert only_ones([asset()], [rest()], {(1, 11)}) == []


@pytest.mark.parametrize(
    ("told", "sort"),
    [
        ({"vendor": "", "model": "Color LaserJet MFP"}, "mfp"),
        ({"vendor": "HP", "model": "ProLiant Server"}, "server"),
        ({"vendor": "Synology", "model": "RS820"}, "appliance"),
        ({"vendor": "", "host": "graz-mfp-02"}, "mfp"),
        ({"vendor": "Lenovo", "host": "lt-0815"}, ""),
    ],
)
def test_tells_the_sort_of_a_row(told: dict[str, object], sort: str) -> None:
    assert sort_of(asset(**told)[0]) == sort  # type: ignore[arg-type]


def of_model(pk: int, subject: str, **more: Any) -> Rest:
    return rest(pk, slots=frozenset(slots(subject)) - {""}, **more)


def test_suggests_the_only_one_left_of_a_model_among_others() -> None:
    rows = [asset(1, model="IM C3000"), asset(2, model="MP 305"), asset(3, model="MP 305")]
    items = [of_model(11, "Message from Aficio C3000"), rest(12), rest(13)]
    (found,) = only_ones(rows, items)
    assert (found.asset, found.item, found.is_linked) == (1, 11, False)
    assert "the only Ricoh IM C3000 left that sends from Graz" in found.reason


def test_suggests_none_of_several_of_a_model_but_says_that_they_are_as_many() -> None:
    rows = [asset(n, model="IM C3000") for n in (1, 2)]
    items = [of_model(n, "Message from Aficio C3000") for n in (11, 12)]
    assert only_ones(rows, items) == []
    told = as_many([each for each, _ in rows], items)
    assert set(told) == {1, 2}
    assert told[1].startswith("one of 2 Ricoh IM C3000 left at Graz; as many senders there")
    assert as_many([each for each, _ in rows], items[:1]) == {}
