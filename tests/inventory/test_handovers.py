import pandas as pd

from inventory.senders.handovers import to_heirs


def mails(*told: tuple[str, int, str], mask: str = "alarm") -> pd.DataFrame:
    """(mask, day, recipients) of one account."""
    return pd.DataFrame(
        {
            "account": "alarms@fabrikam.example",
            "host": "",
            "mask": [mask for mask, _, _ in told],
            "names": "",
            "at": pd.to_datetime([f"2026-10-{day:02}" for _, day, _ in told]),
            "recipients": [to for _, _, to in told],
        }
    )


def test_takes_who_followed_for_who_went() -> None:
    rows = mails(*(("alarm", day, "aa" if day < 15 else "bb") for day in range(1, 29)))
    assert set(to_heirs(rows)) == {"bb"}


def test_takes_what_ended_before_along() -> None:
    alarms = [("alarm", day, "aa" if day < 15 else "bb") for day in range(1, 29)]
    rows = mails(*alarms, *(("test", day, "aa") for day in range(2, 10)))
    assert set(to_heirs(rows)) == {"bb"}


def test_keeps_two_that_are_written_to_side_by_side() -> None:
    rows = mails(*(("alarm", day, "aa" if day % 2 else "bb") for day in range(1, 29)))
    assert list(to_heirs(rows)) == list(rows["recipients"])


def test_keeps_the_first_where_he_is_still_written_to() -> None:
    alarms = [("alarm", day, "aa" if day < 15 else "bb") for day in range(1, 29)]
    rows = mails(*alarms, *(("scan", day, "aa") for day in range(10, 28)))
    found = to_heirs(rows)
    assert set(found[rows["mask"] == "scan"]) == {"aa"}
