"""Two devices that differ only in the numbers that they count, through the database."""

import datetime as dt
import io
import random

import pytest
from django.contrib.auth.models import User

from inventory.intake.ingest import read_report, read_waiting
from inventory.intake.receive import receive
from inventory.models import (
    Account,
    Device,
    EgressNetwork,
    Fingerprint,
    Report,
    Sender,
    Site,
    Tenant,
)
from inventory.people import correct
from inventory.queries import looks_behind
from inventory.senders.stories import story

HEADER = (
    "date,senderName,senderDomain,authMethod,original_client_ip,"
    "tls_version,tls_cipher,message_count,message_id"
)
STARTS = (1_000, 700_000)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Fabrikam", domains=["fabrikam.example"])


def month(number: int) -> bytes:
    """What both devices sent in a month; their counters run on from month to month."""
    draw = random.Random(number)
    rows = []
    for start in STARTS:
        count = start + number * 1_000
        at = dt.datetime(2026, number, 1, 8, tzinfo=dt.UTC)
        for _ in range(40):
            at += dt.timedelta(minutes=draw.choice([1, 2, 50, 600, 1_500]))
            count += draw.randint(1, 4)
            rows.append((at, f"jx-{count}@fabrikam.example"))
    lines = [
        f"{at:%Y-%m-%dT%H:%M:%SZ},scan,fabrikam.example,Basic,203.0.113.9,TLS1.2,AES256,1,<{name}>"
        for at, name in sorted(rows)
    ]
    return "\r\n".join([HEADER, *lines, ""]).encode("utf-16-le")


def take(tenant: Tenant, content: bytes) -> None:
    for received in receive(tenant, io.BytesIO(content), "r.csv", origin=Report.Origin.COMMAND):
        read_report(received.report.pk)
    read_waiting(tenant)


def shares(tenant: Tenant) -> list[int]:
    senders = Sender.objects.filter(tenant=tenant, message_count__gt=0)
    return sorted(senders.values_list("message_count", flat=True))


def test_finds_both_and_says_why(tenant: Tenant) -> None:
    take(tenant, month(9))
    assert shares(tenant) == [40, 40]
    sender = Sender.objects.first()
    assert sender is not None
    assert "a number in its mails runs on" in sender.link_reason
    assert "message trace of" in sender.doubt
    assert story(looks_behind(sender))[0].endswith("first seen, from 203.0.113.9.")


@pytest.mark.parametrize("months", [(9, 10), (10, 9)], ids=["forward", "backward"])
def test_keeps_a_persons_word_on_one_of_them(tenant: Tenant, months: tuple[int, int]) -> None:
    person = User.objects.create(username="ada")
    take(tenant, month(months[0]))
    sender = Sender.objects.order_by("pk").first()
    assert sender is not None
    lobby = Device.objects.create(tenant=tenant, name="Copier in the lobby")
    correct.correct(sender, lobby, person)

    take(tenant, month(months[1]))

    assert shares(tenant) == [80, 80]
    sender.refresh_from_db()
    assert (sender.item_id, sender.message_count) == (lobby.pk, 80)


def test_gives_two_by_one_name_an_item_each(tenant: Tenant) -> None:
    rows = []
    for n in range(60):
        for who, hour in (("a", 6), ("b", 15)):
            at = dt.datetime(2026, 8, 1, hour, n % 9, tzinfo=dt.UTC) + dt.timedelta(days=n)
            rows.append((at, who, f"{at:%Y%m%d%H%M}{n}.{who * 2}7@camera"))
    rows.sort()
    take(tenant, detail_of(rows))
    take(tenant, trace_of(rows))
    senders = Sender.objects.filter(tenant=tenant, message_count__gt=0)
    assert senders.count() == 2
    assert len(set(senders.values_list("item", flat=True))) == 2
    assert Account.objects.count() == 1
    assert Fingerprint.objects.filter(message_id_host="camera").exists()


def detail_of(rows: list[tuple[dt.datetime, str, str]]) -> bytes:
    lines = [
        f"{at:%Y-%m-%dT%H:%M:%SZ},cam,fabrikam.example,Basic,203.0.113.9,TLS1.2,AES256,1,<{name}>"
        for at, _, name in rows
    ]
    return "\r\n".join([HEADER, *lines, ""]).encode("utf-16-le")


def trace_of(rows: list[tuple[dt.datetime, str, str]]) -> bytes:
    head = "Received,SenderAddress,RecipientAddress,Subject,FromIP,Size,MessageId"
    lines = [
        f"{at:%Y-%m-%dT%H:%M:%SZ},cam@fabrikam.example,{who}@fabrikam.example,Motion,203.0.113.9,900,"
        f"<{name}>"
        for at, who, name in rows
    ]
    return "\n".join([head, *lines, ""]).encode()


def test_lets_the_name_of_an_item_follow_what_is_known_until_a_person_renames_it(
    tenant: Tenant,
) -> None:
    take(tenant, month(9))
    one, other = Device.objects.order_by("pk")
    assert "at 203.0.113.9" in one.name
    Device.objects.filter(pk=other.pk).update(name="Copier in the lobby")
    site = Site.objects.create(tenant=tenant, name="Dublin")
    EgressNetwork.objects.create(site=site, cidr="203.0.113.0/24")

    take(tenant, month(10))

    one.refresh_from_db()
    other.refresh_from_db()
    assert " Dublin" in one.name
    assert other.name == "Copier in the lobby"
