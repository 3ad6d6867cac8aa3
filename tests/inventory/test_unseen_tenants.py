from collections.abc import Callable, Iterator

import pytest

from tests.inventory.odd_tenants import Mail, attribute, bcubed, kinds_right
from tests.inventory.unseen_tenants import DOMAIN, UNSEEN, Plan, in_order, tenant


@pytest.mark.parametrize("seed", [1, 2])
def test_attributes_the_messages_of_unseen_tenants(seed: int) -> None:
    mails = tenant(seed)
    label, kind = attribute(mails, DOMAIN)
    precision, recall = bcubed([mail.truth for mail in mails], label)
    assert precision >= 0.98
    assert recall >= 0.95
    assert kinds_right(mails, label, kind) >= 0.8  # Words of no language leave some untold.


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda each: each.__name__)
def test_follows_each_unseen_thing_alone(unseen: Callable[[Plan], Iterator[Mail]]) -> None:
    mails = in_order(unseen(Plan(31)))
    label, _ = attribute(mails, DOMAIN)
    precision, recall = bcubed([mail.truth for mail in mails], label)
    assert min(precision, recall) >= 0.9
