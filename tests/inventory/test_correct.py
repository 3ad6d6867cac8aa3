"""What people say of senders: it outlives imports, and each word can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from inventory.models import Account, Correction, Device, Event, Fingerprint, Sender, Tenant
from inventory.people import correct, snapshots
from inventory.people.undo import undo
from tests.inventory.test_ingest import detail, row, take

pytestmark = pytest.mark.django_db

DOUBTFUL = "weird-box"
"""A host name that tells of no kind: what stands behind it is a suggestion."""


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso")


@pytest.fixture
def person() -> User:
    return User.objects.create_user("vera")


def fresh(sender: Sender) -> Sender:
    return Sender.objects.get(pk=sender.pk)


def state() -> Any:
    """All that undoing has to restore."""
    marks = Fingerprint.objects.order_by("pk").values_list("pk", "sender", "is_pinned")
    senders = snapshots.take(Sender.objects.order_by("pk"))
    counts = Sender.objects.order_by("pk").values_list("pk", "message_count")
    items = Device.objects.order_by("pk").values_list("pk", "message_count")
    return senders, list(marks), list(counts), list(items)


# -- suggestions -------------------------------------------------------------------------------


def test_suggests_what_is_not_certain_enough_to_link(tenant: Tenant) -> None:
    take(tenant, detail(row(1, account="post", host=DOUBTFUL), row(2, host="mfp-02")))
    links = dict(Sender.objects.values_list("item__name", "link"))
    assert links == {DOUBTFUL: "suggested", "mfp-02": "inferred"}


def test_a_confirmed_suggestion_stays_confirmed(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1, host=DOUBTFUL)))
    correct.confirm(Sender.objects.get(), person)
    take(tenant, detail(row(2, host=DOUBTFUL)))
    sender = Sender.objects.get()
    assert (sender.link, sender.link_confidence, sender.message_count) == ("confirmed", 100, 2)


def test_never_proposes_again_what_was_rejected(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1, host=DOUBTFUL)))
    correct.reject(Sender.objects.get(), person, "it was scrapped")
    take(tenant, detail(row(2, host=DOUBTFUL), row(3, host=DOUBTFUL, ip="192.0.2.1")))
    sender = Sender.objects.get()
    assert (sender.item_id, sender.link) == (sender.account_id, "rejected")
    assert sender.link_reason == "vera says that it is not weird-box: it was scrapped"
    assert sender.message_count == 3
    assert Device.objects.get(name=DOUBTFUL).message_count == 0


def test_keeps_a_rejected_sender_that_no_fingerprint_has(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1, host=DOUBTFUL), row(2, host="mfp-02")))
    sender = Sender.objects.get(item__name=DOUBTFUL)
    correct.reject(sender, person)
    Fingerprint.objects.filter(sender=sender).update(sender=None, account="gone@contoso.com")
    take(tenant, detail(row(3, host="mfp-02")))
    assert fresh(sender).link == "rejected"


def test_refuses_to_reject_the_account_itself(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1, account="post", host="contoso.com")))
    sender = Sender.objects.get()
    assert sender.item_id == sender.account_id
    with pytest.raises(correct.CorrectionRefused, match="correct it instead"):
        correct.reject(sender, person)


def test_accepts_what_was_rejected_when_a_person_says_so(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1, host=DOUBTFUL)))
    correct.reject(Sender.objects.get(), person)
    correct.correct(Sender.objects.get(), Device.objects.get(), person)
    assert Sender.objects.get().rejected_items == []


# -- all one -----------------------------------------------------------------------------------


def test_unites_senders_of_one_account_and_of_several(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1), row(2, host="mfp-02"), row(3, account="other", host="mfp-03")))
    one, two = Sender.objects.filter(account__name="scan@contoso.com").order_by("key")
    other = Sender.objects.get(account__name="other@contoso.com")

    correct.unite([one, two, other], one, person)

    assert fresh(two).merged_into_id == one.pk
    assert (fresh(other).item_id, fresh(other).link) == (fresh(one).item_id, "corrected")
    assert Device.objects.get(name=str(fresh(one).item)).message_count == 3


def test_refuses_to_unite_one_with_itself(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1)))
    sender = Sender.objects.get()
    with pytest.raises(correct.CorrectionRefused, match="at least two"):
        correct.unite([sender], sender, person)


# -- undoing -----------------------------------------------------------------------------------


def one_of_each(kind: str, person: User) -> Correction:
    """A correction of this kind, of senders of mfp-01 and weird-box."""
    certain, doubtful = Sender.objects.order_by("-item__name").reverse()
    match kind:
        case "confirmed":
            return correct.confirm(doubtful, person)
        case "rejected":
            return correct.reject(doubtful, person)
        case "corrected":
            return correct.correct(doubtful, certain.item, person)
        case "merged":
            return correct.merge([certain, doubtful], certain, person)
        case "united":
            return correct.unite([certain, doubtful], certain, person)
    correct.split(doubtful, doubtful.fingerprints.filter(address="192.0.2.1"), person)
    return Correction.objects.get()


KINDS = ["confirmed", "rejected", "corrected", "merged", "united", "split"]


@pytest.fixture
def seen(tenant: Tenant) -> Tenant:
    boxes = [row(2, host=DOUBTFUL), row(3, host=DOUBTFUL, ip="192.0.2.1")]
    take(tenant, detail(row(1), *boxes))
    return tenant


@pytest.mark.parametrize("kind", KINDS)
def test_undoing_restores_exactly_what_was_before(kind: str, seen: Tenant, person: User) -> None:
    before = state()
    correction = one_of_each(kind, person)
    assert correction.kind == kind
    changed = state()
    assert changed[:2] != before[:2]
    undo(correction, person)
    after = state()
    assert after[:3] == before[:3]
    # The item that a split made stays, with nothing behind it.
    assert after[3][: len(before[3])] == before[3]
    assert all(count == 0 for _, count in after[3][len(before[3]) :])


@pytest.mark.parametrize("kind", KINDS)
def test_undoing_holds_whatever_came_in_between(kind: str, seen: Tenant, person: User) -> None:
    before = {row.pk: (row.item_id, row.link) for row in Sender.objects.all()}
    correction = one_of_each(kind, person)
    later = [row(4), row(5, host=DOUBTFUL), row(6, host=DOUBTFUL, ip="192.0.2.1")]
    take(seen, detail(*later, row(7, host=DOUBTFUL, ip="192.0.2.7")))
    undo(correction, person)
    take(seen, detail(row(8), row(9, host=DOUBTFUL, ip="192.0.2.9")))
    assert {row.pk: (row.item_id, row.link) for row in Sender.objects.all()} == before
    counts = Sender.objects.order_by("item__name").values_list("item__name", "message_count")
    assert list(counts) == [("mfp-01", 3), (DOUBTFUL, 6)]
    assert not Fingerprint.objects.filter(is_pinned=True).exists()


def test_undoing_keeps_what_an_earlier_split_pinned(seen: Tenant, person: User) -> None:
    doubtful = Sender.objects.get(item__name=DOUBTFUL)
    part = correct.split(doubtful, doubtful.fingerprints.filter(address="192.0.2.1"), person)
    merged = correct.merge([doubtful, part], doubtful, person)
    take(seen, detail(row(5, host=DOUBTFUL, ip="192.0.2.1"), row(6, host=DOUBTFUL)))
    undo(merged, person)
    counts = [fresh(doubtful).message_count, fresh(part).message_count]
    assert counts == [2, 2]
    take(seen, detail(row(7, host=DOUBTFUL, ip="192.0.2.1")))
    assert fresh(part).message_count == 3


def test_is_not_undone_under_a_later_correction(seen: Tenant, person: User) -> None:
    doubtful = Sender.objects.get(item__name=DOUBTFUL)
    before = doubtful.link
    first = correct.confirm(doubtful, person)
    second = correct.reject(fresh(doubtful), person)
    with pytest.raises(correct.CorrectionRefused, match="a later correction stands on it"):
        undo(first, person)
    undo(second, person)
    undo(first, person)
    assert fresh(doubtful).link == before != "confirmed"


def test_is_undone_once(seen: Tenant, person: User) -> None:
    correction = correct.confirm(Sender.objects.get(item__name=DOUBTFUL), person)
    undo(correction, person)
    with pytest.raises(correct.CorrectionRefused, match="undone already"):
        undo(correction, person)


def test_lets_the_rules_link_when_the_item_is_gone(seen: Tenant, person: User) -> None:
    doubtful = Sender.objects.get(item__name=DOUBTFUL)
    correction = correct.correct(doubtful, Account.objects.get(), person)
    Device.objects.filter(name=DOUBTFUL).delete()
    undo(correction, person)
    assert fresh(doubtful).item_id is None
    take(seen, detail(row(5, host=DOUBTFUL)))
    assert str(fresh(doubtful).item) == DOUBTFUL


def test_tells_of_a_correction_and_of_its_undoing(seen: Tenant, person: User) -> None:
    doubtful = Sender.objects.get(item__name=DOUBTFUL)
    correction = correct.reject(doubtful, person)
    undo(correction, person)
    told = {event.kind: event for event in Event.objects.order_by("pk")}
    assert told["sender.corrected"].subject_id == doubtful.pk
    assert told["sender.corrected"].data["kind"] == "rejected"
    assert told["correction.undone"].subject_id == correction.pk
    # Behind which item it stands now is told too: a cutover may have to be opened.
    assert told["item.linked"].data["item"] == DOUBTFUL
    assert correction.summary == f"{doubtful}: not weird-box"
