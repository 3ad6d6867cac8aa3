from dataclasses import replace
from itertools import chain

from inventory.senders.looks import Bunch, Look
from inventory.senders.pools import by_pools, first_word

OLD, NEW = (100, 120), (130, 160)


def looks(start: str, nets: list[str], days: tuple[int, int] = OLD, names: str = "") -> list[Look]:
    return [
        Look(
            n, "desk@fabrikam.example", f"{net}.7", "w.x", "mta.desk.example", "", "message",
            subject=f"{start} leave of absence {n}", names=names, count=4, days=days,
        )
        for n, net in enumerate(nets)
    ]  # fmt: skip


EAST, WEST = [f"198.51.{n}" for n in range(8)], [f"203.0.{n}" for n in range(8)]


def sizes(*several: list[Look]) -> list[int]:
    return sorted(each.count for each in by_pools(Bunch([*chain(*several)])))


def test_parts_brands_that_send_from_nowhere_in_common() -> None:
    assert sizes(looks("[lumea ##]", EAST), looks("[dorpz ##]", WEST)) == [32, 32]


def test_parts_brands_of_which_one_moved_away() -> None:
    stays = looks("[lumea ##]", EAST) + looks("[lumea ##]", EAST, NEW)
    moves = looks("[dorpz ##]", EAST) + looks("[dorpz ##]", WEST, NEW)
    assert sizes(stays, moves) == [64, 64]


def test_gives_answers_to_the_brand_that_they_name() -> None:
    brands = looks("[lumea ##]", EAST) + looks("[dorpz ##]", WEST)
    answers = looks("re: [A ##]", EAST[:1], names=first_word("[dorpz ##]"))
    assert sizes(brands, answers) == [32, 36]


def test_keeps_one_what_sends_all_it_says_from_everywhere() -> None:
    assert sizes(looks("[order ##]", EAST), looks("[invoice ##]", EAST)) == [64]


def test_keeps_one_what_sends_from_addresses_side_by_side() -> None:
    others = [replace(each, address="192.0.2.99") for each in looks("[invoice ##]", EAST)]
    assert sizes(looks("[order ##]", ["192.0.2"] * 8), others) == [64]


def test_keeps_one_what_people_wrote() -> None:
    those = [looks(f"word{n} of", EAST[n % 8 : n % 8 + 1]) for n in range(40)]
    assert sizes(*those) == [160]
