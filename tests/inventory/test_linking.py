from dataclasses import replace
from typing import Any

import pytest

from inventory.senders.linking import group, propose
from inventory.senders.looks import Look


def look(pk: int = 1, **changes: Any) -> Look:
    fields: dict[str, Any] = {
        "address": "203.0.113.9",
        "shape": "x.x",
        "host": "",
        "site": "",
        "proof": "message",
    }
    return Look(pk=pk, account="post@contoso.com", **{**fields, **changes})


def test_keeps_one_host_together_whatever_its_address() -> None:
    keys = group([look(1, host="mfp-01"), look(2, host="mfp-01", address="192.0.2.7")])
    assert keys[1] == keys[2]


def test_keeps_hosts_behind_one_address_apart() -> None:
    keys = group([look(1, host="mfp-01"), look(2, host="mfp-02")])
    assert keys[1] != keys[2]


def test_keeps_rotating_ipv6_together() -> None:
    keys = group([look(1, address="2001:db8::aaaa"), look(2, address="2001:db8::bbbb")])
    assert keys[1] == keys[2]


def test_takes_a_site_for_its_addresses() -> None:
    keys = group([look(1, address="192.0.2.1", site="Oslo"), look(2, site="Oslo")])
    assert keys[1] == keys[2]


def test_lets_a_trace_join_only_what_was_proven() -> None:
    keys = group(
        [look(1, host="mfp-01"), look(2, host="mfp-01", proof=""), look(3, host="pc", proof="")]
    )
    assert keys[2] == keys[1]
    assert 3 not in keys


def test_drops_a_total_once_messages_are_known() -> None:
    total = look(2, address="", shape="", proof="total")
    assert group([total]) == {2: "unmarked"}
    assert 2 not in group([look(1, host="mfp-01"), total])


@pytest.mark.parametrize(
    ("host", "shape", "kind", "category", "vendor"),
    [
        ("brn0080927afb12", "x.x", "mfp", "device", "Brother"),
        ("ups-basement", "x", "appliance", "device", ""),
        ("lds-srv01", "x.x.x", "script", "script", ""),
        ("kiosk", "x-x-x", "appliance", "device", ""),
        ("", "server", "", "account", ""),
    ],
)
def test_proposes_what_stands_behind(
    host: str, shape: str, kind: str, category: str, vendor: str
) -> None:
    it = look(host=host, shape=shape)
    found = propose("scan@contoso.com", "key", [it])
    assert (found.kind, found.category, found.vendor) == (kind, category, vendor)
    assert found.reason
    assert 0 < found.confidence < 100


def test_is_least_sure_where_nothing_tells_senders_apart() -> None:
    marked, bare = look(host="mfp-01"), look(shape="server")
    sure = propose("scan@contoso.com", "key", [marked]).confidence
    assert propose("scan@contoso.com", "key", [bare]).confidence < sure


def test_is_called_by_the_words_that_traces_tell_of_some_of_its_mail() -> None:
    bare = look(1, count=90, subject="")
    told = propose("post@contoso.com", "key", [bare, look(2, count=5, subject="scanned from A")])
    assert "“Scanned from …”" in told.name
    assert "“Scanned from …”" in told.item_name or told.category == "account"


def panel(pk: int, name: int, **changes: Any) -> Look:
    """Of alarm panels that all say to be at a host named after their model."""
    fields = {
        "host": "ja107",
        "subject": "panel #: zone # open",
        "names": f"n{name:08x}",
        "address": f"192.0.2.{name}",
        "count": 6,
        "days": (739_000, 739_080),
        **changes,
    }
    return look(pk, **fields)


def test_parts_a_model_by_names_that_come_from_addresses_of_their_own() -> None:
    keys = group([panel(n, n) for n in range(1, 5)])
    assert len(set(keys.values())) == 4


def test_gives_a_part_what_no_trace_told_from_its_address() -> None:
    untold = panel(9, 2, subject="", names="")
    keys = group([*(panel(n, n) for n in range(1, 5)), untold])
    assert keys[9] == keys[2]


@pytest.mark.parametrize(
    "changes",
    [{"address": "192.0.2.1"}, {"count": 2}],
    ids=["from one address", "seldom"],
)
def test_keeps_a_host_one_that_speaks_of_several(changes: dict[str, Any]) -> None:
    keys = group([panel(n, n, **changes) for n in range(1, 5)])
    assert len(set(keys.values())) == 1


def test_parts_a_model_whose_name_has_a_number_by_what_its_message_ids_name() -> None:
    looks = [look(n, host="norwin-2", part=f"id {n}{n}765623", count=9) for n in range(1, 4)]
    assert len(set(group(looks).values())) == 3


def test_takes_a_name_and_the_same_with_the_model_for_one() -> None:
    people = {"aa": 9}
    looks = [
        look(10 * n + m, subject=subject, names=names.format(n), recipients=people, count=9)
        for n in (1, 2)
        for m, (subject, names) in enumerate(
            [("reader #", "n0000000{}"), ("kabala # #", "nffffffff.n0000000{}")]
        )
    ]
    keys = group(looks)
    assert keys[10] == keys[11] != keys[20] == keys[21]


def test_gives_what_no_trace_told_to_nearly_all_else_from_its_address() -> None:
    people = {"aa": 40}
    looks = [
        look(1, subject="door #", names="n00000001", recipients=people, count=40),
        look(2, subject="door #", names="n00000002", recipients={"bb": 3}, count=3),
        look(3, count=30),
    ]
    keys = group(looks)
    assert keys[3] == keys[1] != keys[2]


def test_knows_watched_things_from_those_that_name_themselves_at_their_own_address() -> None:
    alarms = [
        look(n, subject="rut #: restart", names=f"n0000000{n}", recipients={"aa": 5}, count=5,
             address=f"192.0.2.{n}", days=(739_000, 739_050 + n))
        for n in range(1, 8)
    ]  # fmt: skip
    assert len(set(group(alarms).values())) == 7
    watched = [replace(each, address="192.0.2.1") for each in alarms]
    assert len(set(group(watched).values())) == 1


def test_follows_a_serial_number_from_an_address_to_a_name() -> None:
    ids = {"part": "id 58387964a1ed", "count": 9}
    before = look(1, host="192.168.10.194", days=(100, 130), **ids)
    since = look(2, host="drucker-bi-01", days=(131, 160), **ids)
    assert len(set(group([before, since]).values())) == 1
    beside = replace(since, days=(110, 160))
    assert len(set(group([before, beside]).values())) == 2


def test_takes_no_count_that_two_hosts_reach_for_a_serial_number() -> None:
    hosts = [look(n, host=f"sca-{n}", part="id 00000ad6", days=(n, n)) for n in (1, 2)]
    others = [look(n + 2, host=f"sca-{n}", count=40, days=(0, 9)) for n in (1, 2)]
    assert len(set(group([*hosts, *others]).values())) == 2


def test_takes_dashes_that_were_drawn_for_one_way_to_write() -> None:
    forms = ["w", "w", "w", "w", "w-w", "w_w", "-w_w", "w-Kx"]
    drawn = [look(n, host="app-11", shape=form) for n, form in enumerate(forms)]
    assert len(set(group(drawn).values())) == 1


def test_keeps_two_programs_of_a_host_that_place_dashes_alike() -> None:
    two = [look(1, host="app-11", shape="w-w-w", count=9), look(2, host="app-11", shape="w")]
    assert len(set(group(two).values())) == 2


def test_joins_what_changed_before_any_trace_told_its_words() -> None:
    before = look(1, tls="TLS1.2", shape="server", count=40, days=(100, 130))
    since = replace(before, pk=2, tls="TLS1.3", subject="scan", days=(131, 160))
    assert len(set(group([before, since]).values())) == 1


def test_takes_many_that_say_the_same_for_a_product() -> None:
    it = look(1, host="wh-07", subject="uplink of A down", recipients={"one": 9}, count=9)
    assert propose("post@contoso.com", "key", [it], fleet=9).kind == "appliance"
    assert propose("post@contoso.com", "key", [it], fleet=2).kind != "appliance"


def told_to(who: str, first: int, **changes: Any) -> list[Look]:
    """What somebody is told again and again, in words of several kinds."""
    said = [f"{who} is {word}" for word in ("up", "down", "late")]
    marks = {"shape": "server", "host": "", "tls": "TLS1.2", "count": 4, "recipients": {who: 4}}
    return [look(first + n, subject=each, **(marks | changes)) for n, each in enumerate(said)]


def test_parts_programs_that_say_much_each_to_people_of_its_own() -> None:
    those = [*told_to("aa", 1), *told_to("bb", 4), *told_to("cc", 7), look(10, host="till-7")]
    assert len(set(group(those).values())) == 1 + 3


def test_keeps_what_somebody_writes_to_few_people_in_ever_other_words_one() -> None:
    once = {"count": 1, "recipients": {"aa": 1}}
    those = [
        *told_to("aa", 1, **once),
        *told_to("bb", 4, **once),
        *told_to("cc", 7, **once),
        look(10, host="till-7"),
    ]
    assert len(set(group(those).values())) == 1 + 1
