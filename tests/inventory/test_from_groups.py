"""One application under two From addresses, from its reports to its page."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inventory.attribution import attribute
from inventory.models import Account, Event, Fingerprint, Item, Script, Sender, Tenant
from inventory.people import correct
from inventory.people.undo import undo
from inventory.senders.from_grouping import MOST_OF_A_HABIT
from inventory.senders.from_groups import sharing_habits
from tests.inventory.test_ingest import HEADER, TRACE, take

pytestmark = pytest.mark.django_db

TIMES = [(2, 3, 10), (5, 14, 41), (9, 8, 3), (13, 22, 17), (20, 11, 55), (24, 16, 29)]
"""(day, hour, minute) of runs in which both addresses are written as."""


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Fabrikam", domains=["fabrikam.example"])


@pytest.fixture
def person() -> User:
    return User.objects.create_superuser("vera")


def mails() -> list[tuple[str, dt.datetime, str, str]]:
    """(account, when, Message-ID, subject) of all runs."""
    found = []
    for n, (day, hour, minute) in enumerate(TIMES):
        at = dt.datetime(2026, 10, day, hour, minute, tzinfo=dt.UTC)
        for m, account in enumerate(("orders", "invoices")):
            when = at + dt.timedelta(minutes=3 * m)
            node = "DB7PR03MB1111"
            found.append(
                (account, when, f"{node}{n:010}{m}ABCDEF0@{node}.eurprd03.prod.outlook.com",
                 f"Order confirmation {4711 + 13 * n + m}")
            )  # fmt: skip
    return found


def detail() -> bytes:
    lines = [
        f"{at:%Y-%m-%dT%H:%M:%SZ},{account},fabrikam.example,Basic,203.0.113.9,TLS1.2,AES256,1,<{id}>"
        for account, at, id, _ in mails()
    ]
    return "\r\n".join([HEADER, *lines, ""]).encode("utf-16-le")


def trace() -> bytes:
    lines = [
        f"{at:%Y-%m-%dT%H:%M:%S},{account}@fabrikam.example,buyer{n}@example.net,{subject},"
        f"203.0.113.9,20000,<{id}>"
        for n, (account, at, id, subject) in enumerate(mails())
    ]
    return "\n".join([TRACE, *lines, ""]).encode()


def sign_ins(login: str = "erp") -> bytes:
    rows = [
        {
            "id": f"{login}-{n}",
            "createdDateTime": f"{at - dt.timedelta(seconds=2):%Y-%m-%dT%H:%M:%SZ}",
            "userPrincipalName": f"{login}@fabrikam.example",
            "ipAddress": "203.0.113.9",
            "clientAppUsed": "Authenticated SMTP",
            "userAgent": "BAV2ROPC",
            "status": {"errorCode": 0, "failureReason": ""},
        }
        for n, (_, at, _, _) in enumerate(mails())
    ]
    return json.dumps({"value": rows}).encode()


def senders() -> dict[str, Sender]:
    return {each.account.name.partition("@")[0]: each for each in Sender.objects.all()}


def labels(tenant: Tenant, folder: Path) -> set[str]:
    path = folder / "report.csv"
    path.write_bytes(detail())
    return {line[3] for line in attribute(tenant, path, dt.date(2026, 11, 1))}


def test_one_application_is_one_sender_and_one_item(tenant: Tenant, tmp_path: Path) -> None:
    for content in (detail(), trace(), sign_ins()):
        take(tenant, content)

    both = senders()
    assert both["orders"].item == both["invoices"].item
    assert Script.objects.get().message_count == len(mails())
    assert len(labels(tenant, tmp_path)) == 1
    joined = Sender.objects.exclude(one_with=None).get()
    assert joined.one_reason.startswith("both log in as erp@fabrikam.example; it logged in 6 times")
    assert "6 times one wrote within minutes of the other" in joined.one_reason


def test_says_the_same_in_whatever_order_reports_come(tenant: Tenant) -> None:
    for content in (sign_ins(), trace(), detail()):
        take(tenant, content)
    assert Sender.objects.exclude(one_with=None).get().one_confidence >= 70
    assert Script.objects.count() == 1


def test_stays_two_without_a_login_that_says_so(tenant: Tenant, tmp_path: Path) -> None:
    for content in (detail(), trace()):
        take(tenant, content)
    assert len(labels(tenant, tmp_path)) == 2


def test_stays_two_where_each_logs_in_itself(tenant: Tenant, tmp_path: Path) -> None:
    for content in (detail(), trace(), sign_ins("orders"), sign_ins("invoices")):
        take(tenant, content)
    assert len(labels(tenant, tmp_path)) == 2


def test_an_item_that_was_left_is_gone_from_the_outbox_too(tenant: Tenant) -> None:
    for content in (detail(), trace(), sign_ins()):
        take(tenant, content)
    kept = set(Item.objects.values_list("pk", flat=True))
    linked = Event.objects.filter(kind="item.linked").order_by("pk").last()
    assert linked is not None
    assert linked.data["item_id"] in kept
    assert linked.data["left_item_id"] not in kept


def test_a_person_who_says_two_is_not_asked_again(tenant: Tenant, person: User) -> None:
    for content in (detail(), trace(), sign_ins()):
        take(tenant, content)
    joined = Sender.objects.exclude(one_with=None).get()
    item, reason = joined.item, joined.one_reason

    said = correct.apart(joined, person)
    take(tenant, sign_ins() + b"\n")

    joined.refresh_from_db()
    assert joined.one_with is None
    assert joined.item != item

    undo(said, person)
    joined.refresh_from_db()
    assert (joined.item, joined.one_reason) == (item, reason)


def test_what_a_person_says_is_one_has_one_label(
    tenant: Tenant, person: User, tmp_path: Path
) -> None:
    for content in (detail(), trace()):
        take(tenant, content)
    both = senders()
    said = correct.unite(both.values(), both["orders"], person)
    take(tenant, detail() + "\r\n".encode("utf-16-le"))
    assert len(labels(tenant, tmp_path)) == 1

    undo(said, person)
    assert len(labels(tenant, tmp_path)) == 2


@pytest.mark.parametrize(("action", "is_one"), [("one", True), ("apart", False)])
def test_the_page_asks_whether_they_are_one(
    tenant: Tenant, person: User, client: Client, action: str, is_one: bool
) -> None:
    for content in (detail(), trace(), sign_ins()):
        take(tenant, content)
    joined = Sender.objects.exclude(one_with=None).get()
    page = f"/admin/inventory/sender/{joined.pk}/"
    client.force_login(person)

    assert "80 % sure: both log in as erp@" in client.get(f"{page}change/").content.decode()
    assert client.get(f"{page}{action}/").status_code == 200
    assert client.post(f"{page}{action}/").status_code == 302

    joined.refresh_from_db()
    assert (joined.one_with is not None) == is_one


def test_asks_those_that_share_a_habit_and_not_all_that_share_a_library(tenant: Tenant) -> None:
    def fingerprint(name: str, shape: str) -> None:
        account = Account.objects.get_or_create(tenant=tenant, name=name)[0]
        sender = Sender.objects.create(
            tenant=tenant, account=account, key=f"{Sender.objects.count()}"
        )
        Fingerprint.objects.create(
            tenant=tenant, account=name, sender=sender, digest=sender.key, message_id_shape=shape
        )

    for name in ("orders", "invoices"):
        fingerprint(name, "x.ERP@w.acme")
    for n in range(MOST_OF_A_HABIT + 1):
        fingerprint("orders" if n % 2 else "scans", "x.MailLib@w.acme")
    assert sharing_habits(tenant, {"orders"}) == {"orders", "invoices"}
