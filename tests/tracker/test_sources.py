"""A source with OAuth shows a move only where mail agrees with its tree, and it is the sender's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tracker.lockdown.sources import Last, Source, source_of, true_roots

ON = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)
STOCK = Source("/srv", "jobs/stock-count.py", "jobs/stock-count.py:9", True, ON)
PRICES = Source("/srv", "jobs/price-list.py", "jobs/price-list.py:9", True, ON)
SOURCES = {"stock@contoso.com": [STOCK], "prices@contoso.com": [PRICES]}
ACCOUNT = "svc-stock-count@contoso.com"
SUBJECT = "stock counted: # items"


@pytest.mark.parametrize(
    ("prices", "stock", "is_true"),
    [
        (Last(None, ON), Last(ON - 30 * DAY), True),
        (Last(ON - 60 * DAY, ON - 50 * DAY), Last(ON - 30 * DAY), True),
        # Nothing of the tree was seen with OAuth; something still sends with Basic.
        (Last(), Last(ON - 30 * DAY), False),
        (Last(None, ON), Last(ON - 3 * DAY), False),
    ],
)
def test_a_tree_is_what_runs_where_mail_agrees(prices: Last, stock: Last, is_true: bool) -> None:
    last = {"prices@contoso.com": prices, "stock@contoso.com": stock}

    assert true_roots(SOURCES, last, ON) == ({"/srv"} if is_true else set())


def test_basic_after_the_source_was_found_is_sent_by_something_else() -> None:
    found = {**SOURCES, "stock@contoso.com": [replace(STOCK, found_on=ON - 40 * DAY)]}
    last = {
        "prices@contoso.com": Last(None, ON),
        "stock@contoso.com": Last(ON - 30 * DAY),
    }

    assert true_roots(found, last, ON) == set()


@pytest.mark.parametrize(
    ("account", "subjects", "sources"),
    [
        (ACCOUNT, [SUBJECT], [STOCK]),
        (ACCOUNT, [SUBJECT], [replace(STOCK, path="stock-count/Mailer.cs")]),
        (ACCOUNT, [SUBJECT, "stock count failed"], [STOCK, replace(STOCK, where="x:20")]),
    ],
)
def test_a_file_sends_the_mail_that_says_what_it_is_called(
    account: str, subjects: list[str], sources: list[Source]
) -> None:
    assert source_of(account, subjects, sources, {"/srv"}) == STOCK.where


@pytest.mark.parametrize(
    ("account", "subjects", "sources"),
    [
        # Another mailbox, another subject, one that no trace told, none at all.
        ("noreply@contoso.com", [SUBJECT], [STOCK]),
        (ACCOUNT, [SUBJECT, "toner is low"], [STOCK]),
        (ACCOUNT, [SUBJECT, ""], [STOCK]),
        (ACCOUNT, [], [STOCK]),
        # A copy with the password, a copy elsewhere, a tree that nothing agrees with.
        (ACCOUNT, [SUBJECT], [STOCK, replace(STOCK, is_oauth=False)]),
        (ACCOUNT, [SUBJECT], [STOCK, replace(STOCK, path="old/stock-count.py")]),
        (ACCOUNT, [SUBJECT], [replace(STOCK, root="/branch")]),
        # One word of a name may be a chance.
        ("svc-stock@contoso.com", ["stock"], [replace(STOCK, path="jobs/stock.py")]),
    ],
)
def test_no_other_mail_has_moved_with_a_source(
    account: str, subjects: list[str], sources: list[Source]
) -> None:
    assert source_of(account, subjects, sources, {"/srv"}) == ""
