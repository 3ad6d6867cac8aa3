from dataclasses import replace

from inventory.senders.looks import Bunch, Look
from inventory.senders.stays import by_place

PLACES = ("203.0.113.9", "198.51.100.4", "192.0.2.7")


def look(address: str, n: int, to: str) -> Look:
    return Look(
        n, "alarm@fabrikam.example", address, "server", "", "", "message", subject=f"words {n}",
        count=3, days=(100, 160), recipients={to: 3},
    )  # fmt: skip


def said_at(places: dict[str, list[str]]) -> int:
    looks = [look(address, n, to) for address, who in places.items() for n, to in enumerate(who)]
    return len(by_place(Bunch(looks), {}))


def test_parts_free_text_where_each_place_tells_people_of_its_own() -> None:
    assert said_at({address: [f"to {address}"] * 9 for address in PLACES}) == 3


def test_keeps_somebody_one_who_writes_to_many_from_wherever_he_is() -> None:
    many = [f"to {n}" for n in range(9)]
    assert said_at({PLACES[0]: many, PLACES[1]: ["aa"] * 9}) == 1


def test_takes_a_line_whose_address_changes_for_one_place_though_one_comes_again() -> None:
    looks = [
        replace(
            look(f"192.0.2.{n}", n, ""),
            subject="words",
            days=(100 + 3 * n, 102 + 3 * n),
            recipients={f"to {n}": 1, f"to {n + 40}": 1, "to": 1},
        )
        for n in range(24)
    ]
    again = replace(looks[2], address="192.0.2.2", days=(106, 121))
    assert len(by_place(Bunch([*looks[:2], again, *looks[3:]]), {})) == 1
    at_once = [replace(each, days=(100, 160)) for each in looks]
    assert len(by_place(Bunch(at_once), {})) > 1
