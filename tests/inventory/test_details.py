"""What is kept of rows, by account and on disk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from inventory.intake import details
from inventory.intake.details import Details
from inventory.intake.ledger import Counted
from inventory.senders import messages


def rows(*accounts: str) -> pd.DataFrame:
    return pd.DataFrame({"account": list(accounts), "auth_method": "basic", "n": len(accounts)})


@pytest.fixture(params=[2, 50_000], ids=["on disk", "in memory"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Details:
    monkeypatch.setattr(details, "AT_ONCE", request.param)
    found = Details()
    for each in (rows("a", "b", "a"), rows("c"), rows("b", "a"), rows("d")):
        found.add(each)
    return found


def test_gives_back_all_rows_in_their_order(kept: Details) -> None:
    found = kept.frame()
    assert list(found["account"]) == ["a", "b", "a", "c", "b", "a", "d"]
    assert list(found.index) == list(range(7))
    assert len(kept) == 7
    assert kept.noted == {"account": {"a", "b", "c", "d"}, "auth_method": {"basic"}}


def test_keeps_the_rows_of_an_account_together(kept: Details) -> None:
    together = [part.index[part["account"] == name].tolist() for name in "abcd"
                for part in kept.by_account() if (part["account"] == name).any()]  # fmt: skip
    assert together == [[0, 2, 5], [1, 4], [3], [6]]


def test_takes_of_each_part_what_was_new(kept: Details) -> None:
    counted = Counted(3, np.array([0, 4, 5]), np.array([True, False, True]))
    fresh = pd.concat(map(counted.fresh, kept.by_account())).sort_index()
    assert list(fresh.index) == [0, 4, 5]
    assert list(fresh["is_first"]) == [True, False, True]
    nothing = Counted(0, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))
    assert not len(nothing.fresh(kept.frame()))


def test_packs_each_account_with_its_own_texts_alone() -> None:
    count = 6
    table = pd.DataFrame({name: [f"{name} {n}" for n in range(count)] for name in messages.WORDS})
    for name, kind in messages.NUMBERS.items():
        table[name] = np.arange(count).astype(kind)
    table["account"] = ["b", "a", "b", "a", "c", "b"]
    table.loc[2, "subject"] = None
    packed = dict(messages.pack_each(table))
    assert list(packed) == ["a", "b", "c"]
    found, lengths = messages.unpack([packed["b"], packed["a"]])
    assert lengths == [3, 2]
    wanted = table.loc[[0, 2, 5, 1, 3], messages.MESSAGE].fillna("").reset_index(drop=True)
    pd.testing.assert_frame_equal(found[messages.MESSAGE], wanted, check_dtype=False)
    assert b"subject 0" not in packed["a"]


def test_packs_nothing_of_no_rows() -> None:
    table = pd.DataFrame({name: [] for name in [*messages.MESSAGE, "account"]})
    assert list(messages.pack_each(table)) == []
