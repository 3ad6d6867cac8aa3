import pytest

from tests.inventory.odd_tenants import (
    ODDITIES,
    SEVERAL_FROMS,
    Drawn,
    attribute,
    bcubed,
    kinds_right,
    several_froms,
    tenant,
)

DEVELOPED_ON = [1, 2, 3]
HELD_OUT = [101, 102, 103, 104, 105, 106]


@pytest.mark.parametrize("seed", DEVELOPED_ON + HELD_OUT)
def test_attributes_the_messages_of_odd_tenants(seed: int) -> None:
    mails = tenant(seed)
    label, kind = attribute(mails)
    precision, recall = bcubed([mail.truth for mail in mails], label)
    assert precision >= 0.98
    assert recall >= 0.95
    assert kinds_right(mails, label, kind) >= 0.9


@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda each: each.__name__)
def test_follows_each_oddity_alone(oddity: object) -> None:
    mails = sorted(oddity(Drawn(7)), key=lambda mail: mail.at)  # type: ignore[operator]
    label, _ = attribute(mails)
    precision, recall = bcubed([mail.truth for mail in mails], label)
    assert min(precision, recall) >= 0.95


def test_says_the_same_whatever_the_order() -> None:
    mails = tenant(5)
    forward, _ = attribute(mails)
    backward, _ = attribute(mails[::-1])
    assert bcubed(forward, backward[::-1]) == (1.0, 1.0)


@pytest.mark.parametrize("case", SEVERAL_FROMS, ids=lambda each: each.__name__)
def test_tells_one_thing_under_several_addresses_from_several_things(case: object) -> None:
    mails = sorted(case(Drawn(7)), key=lambda mail: mail.at)  # type: ignore[operator]
    label, _ = attribute(mails)
    precision, recall = bcubed([mail.truth for mail in mails], label)
    assert min(precision, recall) >= 0.95


def test_attributes_the_messages_of_tenants_with_several_from_addresses() -> None:
    mails = several_froms(8)
    label, kind = attribute(mails)
    precision, recall = bcubed([mail.truth for mail in mails], label)
    assert precision >= 0.98
    assert recall >= 0.95
    assert kinds_right(mails, label, kind) >= 0.9
