"""What reports speak for is decided from what was seen and from what they cover."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tracker.evidence.findings import Facts, Sign, find
from tracker.lockdown.verdict import Period, covered

CUT = dt.date(2026, 9, 1)
DAY = dt.timedelta(days=1)
START = CUT - 80 * DAY
DUE = CUT + 35 * DAY
WHOLE = covered([Period(START, DUE)])


def sign(kind: str, day: dt.date, where: str = "203.0.113.9", what: str = "") -> Sign:
    return Sign(kind, dt.datetime.combine(day, dt.time(7), dt.UTC), where, what)


OAUTH = (sign("oauth", CUT + DAY), sign("oauth", DUE))
READY = Facts(CUT, DUE + 3 * DAY, new_way=OAUTH, quiet_days=35, coverage=WHOLE)
"""It calls for `verified`."""
FAILED = (sign("failure", DUE + DAY, what="login as scan@ failed: Invalid password"),)


@pytest.mark.parametrize(
    ("facts", "verdict", "says"),
    [
        (READY, "verified", "OAuth on 2 days, last on 2026-10-06; no Basic for 35 days"),
        (
            replace(READY, new_way=(sign("other", DUE),)),
            "verified",
            "Mail without SMTP AUTH on 2026-10-06",
        ),
        (
            replace(READY, basic=(sign("basic", CUT + DAY),)),
            "basic_again",
            "Basic was seen after the cut on 2026-09-02: 203.0.113.9",
        ),
        (replace(READY, basic=(sign("basic", CUT, ""),)), "basic_again", "no address told"),
        (
            replace(READY, failures=FAILED),
            "broken",
            "It fails since the cut on 2026-10-07: 203.0.113.9 (login as scan@ failed: Invalid "
            "password). Nothing on the new way since 2026-10-06.",
        ),
        (replace(READY, new_way=(), failures=FAILED), "broken", "Invalid password)"),
        # A failure that a success has followed is over.
        (replace(READY, failures=(sign("reply", DUE - DAY),)), "verified", "OAuth"),
        # Basic that gets through says more than what fails.
        (replace(READY, basic=OAUTH, failures=FAILED), "basic_again", "Basic was seen"),
        (replace(READY, new_way=()), "waiting", "nothing was seen on the new way"),
        (
            replace(READY, quiet_days=36),
            "waiting",
            "reports up to 2026-10-07 have to say so, they end on 2026-10-06",
        ),
        (replace(READY, coverage=covered([])), "unknown", "no detail report of SMTP AUTH was read"),
        (
            replace(READY, today=DUE + 8 * DAY),
            "unknown",
            "the detail reports end on 2026-10-06; one up to 2026-10-14 is missing",
        ),
        (
            replace(
                READY,
                coverage=covered([Period(START, CUT + 9 * DAY), Period(CUT + 19 * DAY, DUE)]),
                partial=("cut.csv",),
            ),
            "unknown",
            "no detail report covers 2026-09-11 to 2026-09-19 (not read whole: cut.csv)",
        ),
        (
            replace(READY, today=CUT + DAY, coverage=covered([Period(START, CUT - DAY)])),
            "waiting",
            "reports up to 2026-10-06 have to say so, they end on 2026-08-31",
        ),
    ],
)
def test_finds_what_the_reports_speak_for(facts: Facts, verdict: str, says: str) -> None:
    finding = find(facts)

    assert finding.verdict == verdict
    assert says in finding.reason


def test_names_what_proves_it_and_what_is_missing() -> None:
    hole = replace(READY, coverage=covered([Period(START, CUT), Period(CUT + 3 * DAY, DUE)]))

    assert find(READY).proof == OAUTH
    assert find(replace(READY, failures=FAILED)).proof == FAILED
    assert find(hole).missing == (Period(CUT + DAY, CUT + 2 * DAY),)
