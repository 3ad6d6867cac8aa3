from typing import Any

import pandas as pd
import pytest

from inventory.senders.messages import lasting_hosts, without_drawn_ends


def rows(hosts: list[str]) -> pd.DataFrame:
    fixed = {"account": "a@example.org", "shape": "uuid"}
    return pd.DataFrame([{**fixed, "host": host, "key": n} for n, host in enumerate(hosts)])


DRAWN = [f"{n * 2_654_435_761 % 2**32:08x}.com" for n in range(3, 43)]


def test_forgets_hosts_that_are_drawn_for_each_message() -> None:
    told = lasting_hosts(rows([*DRAWN, "srv01", "srv01"]))
    assert list(told) == [*[""] * len(DRAWN), "srv01", "srv01"]


@pytest.mark.parametrize(
    "hosts",
    [
        [f"npi{n:06x}" for n in range(12)],
        [f"0a1b2c3d{n:02x}e5" for n in range(12) for _ in range(4)],
        [str(4_511_200 + n) for n in range(12)],
        DRAWN[:3],
    ],
    ids=["with a vendor's letters", "that come back", "of numbers alone", "too few"],
)
def test_keeps_hosts_that_name_something(hosts: list[str]) -> None:
    assert list(lasting_hosts(rows(hosts))) == hosts


def sent_from(hosts: list[str], addresses: Any = "203.0.113.9") -> list[str]:
    at = pd.Timestamp("2026-09-01") + pd.to_timedelta(range(len(hosts)), "h")
    return list(without_drawn_ends(rows(hosts).assign(at=at, address=addresses)))


PODS = ["export-gj6tqhmgn-9tqmc", "export-dsxnwcpc4-l4dw9", "export-zbkl4t49ng-p5mkp"]


def test_calls_containers_by_the_part_of_their_name_that_lasts() -> None:
    assert sent_from([pod for pod in PODS for _ in range(3)]) == ["export"] * 9


def test_forgets_names_of_containers_of_which_nothing_lasts() -> None:
    drawn = ["5d55fb54efcb", "cb4b6d6e919d", "8421a7bde193"]
    assert sent_from([each for each in drawn for _ in range(3)]) == [""] * 9


@pytest.mark.parametrize(
    "hosts",
    [PODS * 3, ["0a1b2c3d01e5", "0a1b2c3d9fe5", "0a1b2c3d7ae5"], ["mfp-kb", "mfp-hall", "nas-7"]],
    ids=["side by side", "of one vendor", "of words"],
)
def test_keeps_names_that_are_not_given_one_after_the_other(hosts: list[str]) -> None:
    assert sent_from(hosts) == hosts


def test_keeps_names_of_devices_each_at_a_place_of_its_own() -> None:
    ups = [each for each in ("ups-4d751e", "ups-ab411f", "ups-b54b46") for _ in range(3)]
    assert sent_from(ups, [f"203.0.113.{n // 3}" for n in range(9)]) == ups
    assert sent_from(ups, [f"203.0.113.{n}" for n in range(9)]) == ["ups"] * 9
