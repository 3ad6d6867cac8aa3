import pandas as pd
import pytest

from inventory.senders.messages import lasting_hosts


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
