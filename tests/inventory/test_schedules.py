"""What is on time only together, and what is by itself."""

from typing import Any

import pandas as pd

from inventory.senders.looks import DUE
from inventory.senders.schedules import one_schedule, several_schedules


def mails(at: pd.DatetimeIndex, **columns: Any) -> pd.DataFrame:
    fixed = {
        "account": "shop@fabrikam.example", "address": "203.0.113.9", "host": "", "shape": "x",
        "tls_cipher": "", "tls_version": "", "names": "", "recipients": "", "mask": "",
    }  # fmt: skip
    return pd.DataFrame({"at": at} | fixed).assign(**columns).sort_values("at", kind="stable")


def days(first: str, count: int, step: int = 1) -> pd.DatetimeIndex:
    return pd.Timestamp(first) + pd.to_timedelta([n * step for n in range(count)], "D")


KINDS = ["order", "bill", "bill", "order", "order", "order", "bill"]


def test_takes_what_is_sent_once_a_day_for_one_whatever_it_says() -> None:
    daily = mails(days("2026-09-01 17:26", 28), mask=KINDS * 4, shape=[f"x-{k}" for k in KINDS] * 4)
    (found,) = one_schedule(daily)
    assert len(found) == 28
    assert found.nunique() == 1
    assert str(found.iat[0]).startswith(DUE)


def test_leaves_alone_what_comes_beside_the_schedule() -> None:
    daily = mails(days("2026-09-01 17:26", 28), mask=KINDS * 4)
    alarms = mails(days("2026-09-03 03:10", 3, 7), mask="alarm")
    both = pd.concat([daily, alarms], ignore_index=True).sort_values("at")
    (found,) = one_schedule(both)
    assert set(both.loc[found.index, "mask"]) == {"order", "bill"}


def test_leaves_a_host_whole_whose_words_keep_a_schedule_and_others_not() -> None:
    daily = mails(days("2026-09-01 17:26", 28), mask=KINDS * 4, host="nas-7")
    alarms = mails(days("2026-09-03 03:10", 3, 7), mask="alarm", host="nas-7")
    assert not list(one_schedule(pd.concat([daily, alarms], ignore_index=True).sort_values("at")))


def test_takes_all_of_a_host_for_one_whose_message_ids_have_several_words() -> None:
    shapes = [f"x-{kind}" for kind in KINDS] * 4
    daily = mails(days("2026-09-01 17:26", 28), shape=shapes, host="erp-1", names="w1.own")
    daily["at"] = [*daily["at"][:27], pd.Timestamp("2026-09-27 17:28")]
    (found,) = one_schedule(daily)
    assert len(found) == 28


def test_leaves_alone_what_nothing_would_part() -> None:
    assert not list(one_schedule(mails(days("2026-09-01", 28), mask=KINDS * 4, recipients="a.b")))


def test_leaves_two_daily_jobs_at_times_of_their_own_alone() -> None:
    jobs = [mails(days(f"2026-09-01 {at}", 28), mask=at) for at in ("04:00", "17:26")]
    assert not list(one_schedule(pd.concat(jobs, ignore_index=True).sort_values("at")))


def test_leaves_devices_alone_that_take_a_day_of_the_week_each_at_places_of_their_own() -> None:
    week = [f"203.0.{n}.7" for n in range(7)]
    daily = mails(days("2026-09-01 06:00", 28), mask=week * 4, address=week * 4)
    assert not list(one_schedule(daily))


def weekly(first: str, who: str) -> pd.DataFrame:
    return mails(days(first, 9, 7), mask="alarm A #", host="nvr", recipients=who)


def test_parts_what_is_weekly_to_people_of_its_own() -> None:
    one, other = weekly("2026-09-01 19:33", "a.b"), weekly("2026-09-02 02:30", "c")
    one.loc[4, "recipients"] = "b.d"
    rows = pd.concat([one, other], ignore_index=True).sort_values("at")
    (found,) = several_schedules(rows)
    parts = found.sort_index().tolist()
    assert [len(set(parts)), len(set(parts[:9])), len(set(parts[9:]))] == [2, 1, 1]


def test_parts_what_is_weekly_to_somebody_in_common_and_others_besides() -> None:
    rows = pd.concat(
        [weekly("2026-09-01 19:33", "a.b"), weekly("2026-09-02 02:30", "b.c")], ignore_index=True
    )
    (found,) = several_schedules(rows.sort_values("at"))
    assert found.nunique() == 2


def test_keeps_one_that_writes_to_two_at_the_same_time() -> None:
    one, other = weekly("2026-09-01 19:33", "a.b"), weekly("2026-09-01 19:34", "c")
    assert not list(several_schedules(pd.concat([one, other]).sort_values("at")))
