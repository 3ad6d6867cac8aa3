"""One counter that runs through what looks like several senders."""

from typing import Any

import pandas as pd

from inventory.senders.parting import parts
from inventory.senders.turns import IN_TURN


def mails(count: int = 40, **columns: Any) -> pd.DataFrame:
    at = pd.Timestamp("2026-09-01") + pd.to_timedelta([n * 131 for n in range(count)], "min")
    fixed = {
        "account": "shop@fabrikam.example", "address": "203.0.113.9", "host": "", "shape": "x",
        "tls_cipher": "", "tls_version": "", "names": "", "recipients": "", "auth_method": "",
        "id_numbers": "", "subject_numbers": "", "mask": "", "size": 0,
    }  # fmt: skip
    return pd.DataFrame({"at": at} | fixed, index=range(count)).assign(**columns)


def numbers(count: int = 40, step: int = 3) -> list[str]:
    return [f"{46_000 + n * step + n % 2}" for n in range(count)]


def test_takes_orders_and_invoices_that_one_counter_numbers_for_one() -> None:
    words = ["order #", "invoice #"] * 20
    assert parts(mails(mask=words, subject_numbers=numbers())).nunique() == 1
    assert parts(mails(mask=words, subject_numbers=numbers())).iat[0] != ""


def test_leaves_several_counters_of_several_words_alone() -> None:
    words = ["order #", "factura #", "shipped #", "recordatorio #"] * 10
    several = [f"{each}" if n % 2 else f"9{each}" for n, each in enumerate(numbers())]
    assert set(parts(mails(mask=words, subject_numbers=several))) == {""}


def test_takes_one_counter_in_message_ids_of_several_forms_at_a_host_for_one() -> None:
    shapes = ["issue_x", "merge_request_x"] * 20
    told = [f"issue.{each}" for each in numbers()]
    told = [
        each.replace("issue", "merge.request") if n % 2 else each for n, each in enumerate(told)
    ]
    found = parts(mails(shape=shapes, host=["git"] * 40, id_numbers=told))
    assert found.nunique() == 1
    assert found.iat[0] != ""


def test_takes_a_daily_job_with_two_lines_for_one_thing_wherever_its_people_are() -> None:
    days = pd.Timestamp("2026-09-01 17:26") + pd.to_timedelta(range(60), "D")
    lines = [f"203.0.113.{9 if n % 7 in (0, 1, 4) else 23}" for n in range(60)]
    daily = mails(60, at=days, address=lines, mask=["export #"] * 60, recipients=["a.b"] * 60)
    assert set(parts(daily)) == {IN_TURN}
