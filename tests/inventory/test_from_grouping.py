"""Which senders of several From addresses are one thing, and which only look alike."""

import datetime as dt

import pytest

from inventory.senders.from_grouping import (
    Attempt,
    Login,
    Seen,
    by_chance,
    decide,
    logins_of,
    said_by_refusal,
    sent_together,
)

START = dt.datetime(2026, 5, 4, 8, tzinfo=dt.UTC)
LOGIN = {1: Login("erp@a.example", ""), 2: Login("erp@a.example", "")}


def seen(pk: int, account: str, **more: object) -> Seen:
    marks: dict[str, object] = {
        "kind": "application",
        "shapes": frozenset({"server"}),
        "tls": frozenset({"TLS1.2 AES256"}),
        "places": frozenset({"192.0.2.1"}),
        "count": 100 - pk,
    }
    return Seen(pk, account, **{**marks, **more})  # type: ignore[arg-type]


def moments(*minutes: float) -> list[dt.datetime]:
    return [START + dt.timedelta(minutes=each) for each in minutes]


TOGETHER = {1: moments(0, 1500, 9000), 2: moments(4, 1503, 7000)}
WORDS = frozenset({"your order #"})
HOST = frozenset({"mfp-07"})


@pytest.mark.parametrize(
    ("one", "other", "logins", "times", "is_linked"),
    [
        ({}, {}, LOGIN, TOGETHER, True),
        ({"words": WORDS}, {"words": WORDS}, LOGIN, {}, True),
        ({}, {}, LOGIN, {}, False),
        ({"kind": "script", "words": WORDS}, {"kind": "script", "words": WORDS}, LOGIN, {}, False),
        ({"kind": "mfp"}, {"kind": "mfp"}, LOGIN, TOGETHER, False),
        ({"kind": "mfp", "hosts": HOST}, {"kind": "mfp", "hosts": HOST}, {}, {}, True),
        ({"kind": "script", "hosts": HOST}, {"kind": "script", "hosts": HOST}, {}, {}, False),
    ],
    ids=["in one go", "in the same words", "a login alone", "scripts of a login",
         "scanners of a login", "a device's own name", "scripts of a host"],
)  # fmt: skip
def test_says_one_only_of_what_no_two_share(
    one: dict[str, object],
    other: dict[str, object],
    logins: dict[int, Login],
    times: dict[int, list[dt.datetime]],
    is_linked: bool,
) -> None:
    found = decide([seen(1, "a@a.example", **one), seen(2, "b@a.example", **other)], logins, times)
    assert [(each.sender, each.head, each.is_linked) for each in found] == [(2, 1, is_linked)]


@pytest.mark.parametrize(
    "other",
    [
        {"shapes": frozenset({"x.x.x"})},
        {"tls": frozenset({"TLS1.3 CHACHA20"})},
        {"places": frozenset({"198.51.100.1"})},
        {"hosts": HOST},
        {"kind": "mfp"},
        {"ruled_out": frozenset({11})},
    ],
    ids=lambda each: next(iter(each)),
)
def test_keeps_apart_what_differs_in_anything(other: dict[str, object]) -> None:
    pair = [
        seen(1, "a@a.example", words=WORDS, item=11),
        seen(2, "b@a.example", **{"words": WORDS, **other}),
    ]
    assert decide(pair, LOGIN, TOGETHER) == []


def test_takes_a_factory_name_for_no_name() -> None:
    host = frozenset({"recorder"})
    pair = [seen(pk, f"{pk}@a.example", kind="appliance", hosts=host) for pk in (1, 2)]
    assert decide(pair) == []


def test_never_makes_one_of_two_devices_of_an_account() -> None:
    """Two by the same name under one address, told apart by their counters."""
    those = [
        seen(1, "a@a.example", kind="mfp", hosts=HOST),
        seen(2, "a@a.example", kind="mfp", hosts=HOST),
        seen(3, "b@a.example", kind="mfp", hosts=HOST),
    ]
    assert decide(those) == []


def test_keeps_what_a_person_linked_to_two_items() -> None:
    pair = [
        seen(pk, f"{pk}@a.example", kind="mfp", hosts=HOST, item=pk, is_settled=True)
        for pk in (1, 2)
    ]
    assert decide(pair) == []


def test_all_have_one_head() -> None:
    those = [seen(pk, f"{pk}@a.example", kind="mfp", hosts=HOST) for pk in range(1, 6)]
    assert {each.head for each in decide(those)} == {1}
    assert len(decide(those)) == 4


def test_a_nightly_hour_is_not_one_go() -> None:
    """Both write every night at two, as nightly jobs do."""
    nights = [1440.0 * n for n in range(30)]
    assert sent_together(moments(*nights), moments(*(n + 3 for n in nights))) == 0


def test_a_few_meetings_of_two_busy_programs_are_chance() -> None:
    """Each writes at all hours; they meet on some days as on others."""
    some = moments(*(n * 1440.0 + 37 * n % 1440 for n in range(60)))
    others = moments(*(n * 1440.0 + 41 * n % 1440 for n in range(60)))
    assert sent_together(some, others) == 0


def test_tells_who_logs_in_for_an_address_that_never_does() -> None:
    sent = {"192.0.2.1": [(at, "orders@a.example") for at in moments(0, 95, 400)]}
    attempts = [Attempt("erp@a.example", "192.0.2.1", at - dt.timedelta(seconds=2))
                for at in moments(0, 95, 400)]  # fmt: skip
    assert logins_of(attempts, sent)["orders@a.example"].name == "erp@a.example"


def test_a_login_from_elsewhere_or_at_another_time_tells_nothing() -> None:
    sent = {"192.0.2.1": [(at, "orders@a.example") for at in moments(0, 95, 400)]}
    attempts = [Attempt("erp@a.example", "192.0.2.9", at) for at in moments(0, 95, 400)]
    attempts += [Attempt("erp@a.example", "192.0.2.1", at) for at in moments(5, 99, 410)]
    assert logins_of(attempts, sent) == {}


def test_a_login_at_all_times_tells_nothing() -> None:
    sent = {"192.0.2.1": [(at, "orders@a.example") for at in moments(*range(0, 600, 20))]}
    attempts = [Attempt("busy@a.example", "192.0.2.1", at) for at in moments(*range(600))]
    assert logins_of(attempts, sent) == {}


def test_reads_who_a_refusal_names() -> None:
    line = "550 5.2.252 SendAsDenied; erp@a.example not allowed to send as Orders@a.example; STORE"
    assert said_by_refusal(line) == ("erp@a.example", "orders@a.example")
    assert said_by_refusal("550 5.7.60 SMTP; Client does not have permissions") is None


@pytest.mark.parametrize(
    ("count", "usual", "chance"),
    [(1, 0.5, 0.393), (3, 0.5, 0.014), (5_000, 4_990.5, 0.45), (5_000, 1_000.5, 0.0)],
)
def test_tells_how_likely_so_many_are_however_many_they_are(
    count: int, usual: float, chance: float
) -> None:
    assert by_chance(count, usual) == pytest.approx(chance, abs=0.01)


CLOUD = {"places": frozenset({"198.51.100.7", "198.51.100.9", "198.51.100.80", "192.0.2.44"})}
"""Addresses of a service."""


@pytest.mark.parametrize(
    ("one", "other", "is_linked"),
    [
        ({"shapes": {"x.ERP-w.acme"}, "words": WORDS}, {"words": WORDS}, True),
        ({"shapes": {"x.ERP-w.acme"}, "words": WORDS}, {}, False),
        ({"shapes": {"server"}, "words": WORDS}, {"words": WORDS}, False),
        ({"shapes": {"x.ERP-w.acme"}, "words": WORDS, "kind": "mfp"}, {"words": WORDS}, False),
        ({"shapes": {"w.x@service.example"}, "kind": "", **CLOUD}, CLOUD, True),
        ({"shapes": {"w.x@service.example"}, "kind": ""}, {}, False),
    ],
    ids=["in a way of its own", "in other words", "by the server", "by scanners", "by a service",
         "by programs of an office"],
)  # fmt: skip
def test_knows_a_program_by_how_it_puts_message_ids_together(
    one: dict[str, object], other: dict[str, object], is_linked: bool
) -> None:
    marks = {**one, "shapes": frozenset(one["shapes"])}  # type: ignore[call-overload]
    both = {"shapes": marks["shapes"], "kind": marks.get("kind", "application")}
    told = decide([seen(1, "a@a.example", **marks), seen(2, "b@a.example", **{**both, **other})])
    assert any(each.is_linked for each in told) == is_linked


def test_knows_a_program_that_writes_as_three_from_its_host() -> None:
    marks = {"hosts": frozenset({"forum-1"}), "kind": "client", "shapes": frozenset({"x.w"})}
    accounts = [f"{name}@a.example" for name in ("forum", "courses", "grades")]
    told = decide(seen(n, account, **marks) for n, account in enumerate(accounts, start=1))
    assert [each.is_linked for each in told] == [True, True]
    assert decide(seen(n, account, **marks) for n, account in enumerate(accounts[:2], 1)) == []


SAID = frozenset({"order # confirmed", "delivery note #"})


def linked(*senders: Seen) -> set[int]:
    return {one.sender for one in decide(senders) if one.is_linked}


def test_takes_an_application_that_says_the_same_things_under_both_for_one() -> None:
    assert linked(seen(1, "orders@a", words=SAID), seen(2, "noreply@a", words=SAID)) == {2}


def test_takes_one_thing_said_by_both_for_too_little() -> None:
    few = frozenset({"delivery note #"})
    assert linked(seen(1, "orders@a", words=SAID), seen(2, "noreply@a", words=few)) == set()


def test_takes_devices_that_say_the_same_things_for_several() -> None:
    both = [seen(n, f"scan{n}@a", words=SAID, kind="mfp") for n in (1, 2)]
    assert linked(*both) == set()


def test_takes_a_host_of_a_single_word_that_writes_as_three_for_one() -> None:
    same = {"hosts": frozenset({"sap"}), "shapes": frozenset({"x"})}
    assert linked(*(seen(n, f"{n}@a", **same) for n in (1, 2, 3))) == {2, 3}
    assert linked(*(seen(n, f"{n}@a", **same) for n in (1, 2))) == set()
