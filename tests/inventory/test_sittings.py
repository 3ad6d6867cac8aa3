import random

import pytest

from inventory.senders.sittings import longest_pause, part_by_sittings

Mails = list[tuple[int, tuple[str, ...], bool, int]]


def device(which: int, people: list[str], seed: int, *, from_day: int | None = None) -> Mails:
    """Mails of one device in sittings; from `from_day` on it logs in by OAuth."""
    draw = random.Random(seed)
    found: Mails = []
    for day in range(80):
        for _ in range(draw.choice([1, 2])):
            at = 1_790_000_000 + day * 86_400 + draw.randint(0, 30_000)
            for _ in range(draw.choice([1, 2, 3, 4])):
                is_oauth = from_day is not None and day >= from_day
                found.append((at, (draw.choice(people),), is_oauth, which))
                at += draw.randint(20, 100)
    return found


def parted(*devices: Mails) -> tuple[list[int] | None, list[int]]:
    """(labels, truth)"""
    mails = sorted(mail for each in devices for mail in each)
    labels = part_by_sittings(
        [mail[0] for mail in mails], [mail[1] for mail in mails], [mail[2] for mail in mails]
    )
    return labels, [mail[3] for mail in mails]


def right(labels: list[int], truth: list[int]) -> float:
    same = sum(label == true for label, true in zip(labels, truth, strict=True)) / len(truth)
    return max(same, 1 - same)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parts_devices_with_people_of_their_own(seed: int) -> None:
    labels, truth = parted(
        device(0, ["a", "b", "c", "s"], seed), device(1, ["d", "e", "f", "s"], seed + 50)
    )
    assert labels is not None
    assert right(labels, truth) > 0.9


@pytest.mark.parametrize("seed", range(8))
def test_leaves_one_device_whole(seed: int) -> None:
    people = ["a", "b", "c", "d", "e", "f"][: 3 + seed % 4]
    assert parted(device(0, people, seed))[0] is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_leaves_a_device_whole_whose_people_write_to_themselves(seed: int) -> None:
    people = [device(0, [name], seed * 10 + n) for n, name in enumerate("abcdef")]
    assert parted(*people)[0] is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_leaves_a_device_whole_that_goes_to_and_fro_between_basic_and_oauth(seed: int) -> None:
    draw = random.Random(seed)
    mails = [
        (at, who, draw.random() < 0.5 and at > 1_793_000_000, which)
        for at, who, _, which in device(0, ["a", "b", "c", "d", "e"], seed)
    ]
    assert parted(mails)[0] is None


def test_knows_a_device_again_by_how_it_logs_in() -> None:
    labels, truth = parted(
        device(0, ["a", "b", "c", "s", "t"], 5, from_day=30),
        device(1, ["d", "e", "s", "t", "b"], 6),
    )
    assert labels is not None
    assert right(labels, truth) > 0.9


def test_finds_no_sittings_where_mails_come_by_chance() -> None:
    import numpy as np

    draw = np.random.default_rng(1)
    assert longest_pause(draw.exponential(3_000, 4_000).astype(np.int64)) == 0
