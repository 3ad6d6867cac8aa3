import random

from inventory.senders.turns import APART, IN_TURN, UNTOLD, told

DAY = 86_400
PLACES = ("203.0.113.5", "198.51.100.7")


def test_takes_a_daily_job_from_two_lines_for_one_thing() -> None:
    draw = random.Random(1)
    seconds = [day * DAY + 7_200 + draw.randint(0, 90) for day in range(40)]
    assert told(seconds, [draw.choice(PLACES) for _ in seconds]) == IN_TURN


def test_takes_daily_jobs_at_each_place_for_several_things() -> None:
    sent = sorted((day * DAY + 7_200 + n * 40, PLACES[n]) for day in range(40) for n in range(2))
    assert told([at for at, _ in sent], [place for _, place in sent]) == APART


def test_takes_alarms_that_repeat_from_where_they_began_for_several_things() -> None:
    draw = random.Random(2)
    sent = []
    for place in PLACES:
        for _ in range(8):
            at = draw.randint(0, 60 * DAY)
            sent += [(at, place), (at + 120, place), (at + 300, place)]
    sent.sort()
    assert told([at for at, _ in sent], [place for _, place in sent]) == APART


def test_takes_alarms_that_repeat_from_either_address_for_one_thing() -> None:
    draw = random.Random(3)
    seconds = sorted(
        at + later for at in (draw.randint(0, 60 * DAY) for _ in range(20)) for later in (0, 90)
    )
    assert told(seconds, [draw.choice(PLACES) for _ in seconds]) == IN_TURN


def test_takes_a_line_that_failed_for_weeks_for_one_thing() -> None:
    draw = random.Random(4)
    seconds = sorted(draw.randint(0, 90 * DAY) for _ in range(60))
    places = [PLACES[30 * DAY < at < 55 * DAY] for at in seconds]
    assert told(seconds, places) == IN_TURN


def test_says_nothing_of_rare_alarms_from_two_addresses() -> None:
    draw = random.Random(5)
    seconds = sorted(draw.randint(0, 90 * DAY) for _ in range(20))
    assert told(seconds, [draw.choice(PLACES) for _ in seconds]) == UNTOLD
