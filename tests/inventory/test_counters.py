import datetime as dt
import random

import pytest

from inventory.senders.counters import id_numbers, part_by_counters, subject_numbers


def runs(*starts: int, count: int = 60, seed: int = 1) -> tuple[list[int], list[str], list[int]]:
    """(seconds, numbers, the counter) of mails from devices that count on from these starts."""
    draw = random.Random(seed)
    mails = []
    for which, number in enumerate(starts):
        at = 1_790_000_000 + draw.randint(0, 9_000)
        for _ in range(count):
            at += draw.choice([40, 90, 4_000, 30_000])
            number += draw.randint(1, 5)
            mails.append((at, f"{number}", which))
    mails.sort()
    return [at for at, _, _ in mails], [text for _, text, _ in mails], [n for _, _, n in mails]


@pytest.mark.parametrize("starts", [(1_000,), (1_000, 50_000), (7, 9_000, 800_000)])
def test_parts_by_numbers_that_run_on(starts: tuple[int, ...]) -> None:
    seconds, numbers, truth = runs(*starts)
    found = part_by_counters(seconds, numbers)
    assert found is not None
    assert len(set(zip(truth, found, strict=True))) == len(starts)


@pytest.mark.parametrize("spelled", ["{:x}", "{:o}", "0{}a"])
def test_reads_numbers_in_other_bases(spelled: str) -> None:
    seconds, numbers, _ = runs(1_000_000, 9_000_000)
    found = part_by_counters(seconds, [spelled.format(int(each)) for each in numbers])
    assert found is not None
    assert len(set(found)) == 2


def test_takes_a_counter_that_starts_anew_for_one() -> None:
    seconds, numbers, _ = runs(500_000)
    again = [str(int(each) - 499_999) for each in numbers]
    later = [each + 9_000_000 for each in seconds]
    assert set(part_by_counters(seconds + later, numbers + again) or []) == {0}


@pytest.mark.parametrize(
    "spelled", ["%Y%m%d%H%M%S", "%H%M%S", "%y%m%d%H%M", "%s", "%d", "%Y", "%j%H"]
)
def test_takes_no_time_for_a_counter(spelled: str) -> None:
    seconds, _, _ = runs(1)
    stamps = [f"{dt.datetime.fromtimestamp(at, dt.UTC):{spelled}}" for at in seconds]
    assert part_by_counters(seconds, stamps) is None


@pytest.mark.parametrize("count", [12, 40, 400, 3_000])
def test_takes_no_random_number_for_a_counter(count: int) -> None:
    draw = random.Random(count)
    numbers = [f"{draw.randint(0, 999_999)}" for _ in range(count)]
    assert part_by_counters(list(range(0, count * 700, 700)), numbers) is None


def test_says_nothing_of_counters_too_near_each_other() -> None:
    seconds, numbers, truth = runs(1_000, 1_003)
    found = part_by_counters(seconds, numbers)
    assert found is None or len(set(zip(truth, found, strict=True))) == 2


def test_keeps_no_long_number_of_a_subject() -> None:
    assert subject_numbers("Call 4798765432 about job 1234567 and 12345678") == "1234567"


def test_keeps_the_left_part_of_a_message_id() -> None:
    assert id_numbers("20261122.0042.abc@host.example") == "20261122.0042.abc"
    assert id_numbers("") == ""


def test_keeps_what_stands_right_after_a_time() -> None:
    assert id_numbers("2026112209301400042@host.example") == "00042"
    assert id_numbers("2019112209301400042.64eb8c0102@localhost") == "00042.64eb8c0102"
    assert id_numbers("20261122093014@host.example") == "20261122093014"
    assert id_numbers("2026992209301400042@host.example") == "202699220930140"
