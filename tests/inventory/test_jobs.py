import pandas as pd

from inventory.senders.jobs import parts


def daily(mask: str, minute: int, to: str, days: range = range(40)) -> pd.DataFrame:
    at = pd.Timestamp("2026-09-01") + pd.to_timedelta([day * 1440 + minute for day in days], "min")
    return pd.DataFrame(
        {
            "account": "svc@fabrikam.example", "host": "app-7", "shape": "x.x.x", "mask": mask,
            "at": at, "recipients": to,
        }
    )  # fmt: skip


def jobs(*frames: pd.DataFrame) -> int:
    rows = pd.concat(frames, ignore_index=True).sort_values("at")
    return sum(part.nunique() for part in parts(rows))


def test_parts_jobs_that_tell_others_at_other_times() -> None:
    assert jobs(daily("disk report", 60, "aa"), daily("sales of #", 300, "bb")) == 2


def test_keeps_what_tells_the_same_people_one() -> None:
    assert jobs(daily("disk report", 60, "aa"), daily("sales of #", 300, "aa")) == 0


def test_keeps_a_job_one_that_fails_now_and_then() -> None:
    done, failed = range(0, 40, 2), range(1, 40, 2)
    assert jobs(daily("backup done", 60, "aa", done), daily("backup failed", 61, "bb", failed)) == 0
