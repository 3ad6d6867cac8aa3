import pytest

from inventory.senders.continuing import bare_host, joined
from inventory.senders.looks import Bunch, Look

FIRST, SECOND = (100, 140), (142, 190)
PEOPLE = {"aa": 9, "bb": 8, "cc": 7}


def look(days: tuple[int, int], **marks: object) -> Look:
    told: dict[str, object] = {
        "address": "203.0.113.9", "shape": "x.x", "host": "", "site": "", "proof": "message",
        "tls": "TLS1.2", "subject": "scan finished", "count": 24, "recipients": PEOPLE,
    }  # fmt: skip
    return Look(days[0], "scan@fabrikam.example", days=days, **(told | marks))  # type: ignore[arg-type]


def parts(*looks: Look) -> int:
    return len(joined([Bunch([each]) for each in looks], {}))


@pytest.mark.parametrize(
    ("before", "since"),
    [
        ({}, {"shape": "x-w", "tls": "TLS1.3"}),
        ({"host": "mfp-7.lan"}, {"host": "MFP-7".lower(), "shape": "x~w"}),
        ({"host": "mfp-lobby-7"}, {"host": "mfp-lobby-7b"}),
        ({"host": "druk-biuro2"}, {"host": "prn-mag4"}),
        (
            {"host": "10.4.8.181", "names": "n0000000a"},
            {"host": "192.168.50.1", "names": "n0000000a", "address": "198.51.100.4"},
        ),
        (
            {"host": "till-0128", "recipients": {"aa": 24}},
            {"host": "pay8-0128", "shape": "uuid", "tls": "TLS1.3", "recipients": {"aa": 24}},
        ),
        ({"part": "id 00409d1f2a3b", "shape": "x$x"}, {"host": "00409d1f2a3b.maker.local"}),
        (
            {"shape": "server", "subject": "lager-A A #.#.#"},
            {"shape": "w.w", "subject": "lager-A A #.#.#", "host": "lager-ost"},
        ),
    ],
    ids=[
        "updated",
        "updated host",
        "renamed",
        "renamed wholly",
        "moved",
        "numbered",
        "from number to host",
        "from its name alone to host",
    ],
)
def test_goes_on_under_other_marks(before: dict[str, object], since: dict[str, object]) -> None:
    assert parts(look(FIRST, **before), look(SECOND, **since)) == 1


def test_stays_two_where_both_send_at_the_same_time() -> None:
    assert parts(look((100, 160)), look((120, 190), shape="x-w")) == 2


def test_stays_two_where_another_model_took_the_name() -> None:
    old, new = look(FIRST, host="mfp-7"), look(SECOND, host="mfp-7", shape="w", subject="message")
    assert parts(old, new) == 2


def test_stays_two_where_other_people_are_written_to() -> None:
    assert parts(look(FIRST), look(SECOND, shape="x-w", recipients={"dd": 9, "ee": 9})) == 2


def test_stays_two_where_another_device_took_over_from_a_part_of_the_people() -> None:
    others = {"aa": 9, "dd": 8, "ee": 7}
    assert parts(look(FIRST, host="kop-a1"), look(SECOND, host="zw9", recipients=others)) == 2


def test_stays_three_where_either_could_go_on() -> None:
    others = [look(SECOND, shape="x-w"), look(SECOND, shape="x~w")]
    assert parts(look(FIRST), *others) == 3


def test_knows_a_host_without_the_domain_inside() -> None:
    names = ("mfp-7", "mfp-7.lan", "mfp-7.sales.corp.local", "mfp-7.invalid")
    assert {bare_host(each) for each in names} == {"mfp-7"}
    assert bare_host("mail.maker.example") == "mail.maker.example"
    assert bare_host("10.1.2.3") == "10.1.2.3"


OFTEN: dict[str, object] = {"count": 120}


def test_goes_on_a_week_later_where_its_subjects_name_the_same() -> None:
    before, since = {"names": "n0000000a"} | OFTEN, {"names": "n0000000a", "tls": "TLS1.3"} | OFTEN
    assert parts(look((100, 140), **before), look((145, 190), **since)) == 1


def test_stays_two_a_week_later_where_nothing_is_named() -> None:
    assert parts(look((100, 140), **OFTEN), look((145, 190), tls="TLS1.3", **OFTEN)) == 2
