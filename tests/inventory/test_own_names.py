import random

from inventory.senders.own_names import are_own
from inventory.senders.subjects import hashed

DAY = 86_400


def number(value: int | str) -> str:
    return f"d{hashed(str(value))}"


def bursts(names: list[str], draw: random.Random) -> list[tuple[int, str]]:
    found = []
    for name in names:
        for _ in range(8):
            at = draw.randint(0, 80 * DAY)
            found += [(at, name), (at + 200, name)]
    return sorted(found)


def test_takes_names_whose_mails_follow_each_other_for_those_of_senders() -> None:
    sent = bursts([number(n) for n in range(1, 7)], random.Random(1))
    assert are_own([at for at, _ in sent], [name for _, name in sent], [0] * len(sent))


def test_takes_names_with_mails_of_their_own_length_for_those_of_senders() -> None:
    draw = random.Random(2)
    usual = {number(n): 2_000 + 900 * n for n in range(5)}
    sent = sorted((draw.randint(0, 80 * DAY), name) for name in usual for _ in range(9))
    sizes = [usual[name] + draw.randint(-30, 30) for _, name in sent]
    assert are_own([at for at, _ in sent], [name for _, name in sent], sizes)


def test_takes_what_a_daily_report_counts_for_no_name() -> None:
    draw = random.Random(3)
    names = [number(draw.choice([0, 0, 1, 2])) for _ in range(60)]
    assert not are_own([day * DAY for day in range(60)], names, [2_000] * 60)


def test_takes_the_hour_for_no_name() -> None:
    draw = random.Random(4)
    sent = sorted(draw.randint(0, 80 * DAY) for _ in range(200))
    sent = sorted(later for at in sent for later in (at, at + 60))
    names = [number(f"{(at // 3600 + 2) % 24:02}") for at in sent]
    assert not are_own(sent, names, [2_000] * len(sent))


def test_takes_one_after_the_other_for_no_names() -> None:
    names = [number(day // 7 + 30) for day in range(70)]
    assert not are_own([day * DAY for day in range(70)], names, [2_000] * 70)


def test_takes_people_that_scan_several_times_for_no_names() -> None:
    draw = random.Random(5)
    sent = bursts(["w11111111", "w22222222", "w33333333"], draw)
    sizes = [int(draw.lognormvariate(12, 1)) for _ in sent]
    ats, names = [at for at, _ in sent], [name for _, name in sent]
    assert not are_own(ats, names, sizes, is_doubtful=True)
