import pandas as pd

from inventory.senders.jobs import parts


def daily(
    mask: str, minute: int, to: str, days: range = range(40), tls: str = "AES256"
) -> pd.DataFrame:
    at = pd.Timestamp("2026-09-01") + pd.to_timedelta([day * 1440 + minute for day in days], "min")
    return pd.DataFrame(
        {
            "account": "svc@fabrikam.example", "host": "app-7", "shape": "x.x.x", "mask": mask,
            "at": at, "recipients": to, "tls_version": "TLS1.2", "tls_cipher": tls,
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


def test_parts_programs_that_each_talk_tls_in_a_way_of_their_own() -> None:
    backup = daily("backup ok", 60, "aa", tls="AES128")
    assert jobs(backup, daily("[success] backup job", 300, "aa")) == 2


def test_keeps_a_program_one_whose_tls_varies_or_is_another_from_one_day_on() -> None:
    said, before, since = "backup ok", range(20), range(20, 40)
    varying = daily(said, 60, "aa", range(0, 40, 2), "AES128")
    assert jobs(varying, daily(said, 60, "aa", range(1, 40, 2))) == 0
    old = daily(said, 60, "aa", before, "AES128")
    assert jobs(old, daily("backup has finished", 60, "aa", since)) == 0
