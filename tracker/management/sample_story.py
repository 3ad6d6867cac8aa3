"""What people did in the sample tenant: worked on what its reports show, up to where they end.

A first look at Offramp has a wave to follow, cutovers in every state and proof to read. Telling it
twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import F

from inventory.models import Item, Sender, Submission, Tenant
from inventory.people.correct import confirm
from inventory.queries import covered_until, to_review
from tracker import waivers
from tracker.evidence.moving import apply_evidence
from tracker.models import Cutover, CutoverMove, Wave
from tracker.waves import members as waves
from tracker.workflow import move

DAY = dt.timedelta(days=1)
Status, Route = Cutover.Status, Cutover.Route
BEFORE_THE_CUT = ((Status.ASSESSED, 12), (Status.PLANNED, 8), (Status.IN_PROGRESS, 2))
"""Each with how many days before."""


def scan_sources(tenant: Tenant, packed: Path, folder: Path) -> bool:
    """Unpack source files and find what in them submits mail; whether that was new."""
    if Submission.objects.filter(tenant=tenant).exists():
        return False
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    call_command("scan_scripts", str(folder), "--tenant", tenant.name, stdout=io.StringIO())
    return True


def tell(tenant: Tenant, now: dt.datetime) -> bool:
    """Whether it was new."""
    end = covered_until(tenant)
    if tenant.waves.exists() or end is None or end > now:
        return False
    anna, ben = (person(name, tenant) for name in ("anna", "ben"))
    began = end - 75 * DAY
    opened = Cutover.objects.filter(item__tenant=tenant, status=Status.DISCOVERED)
    CutoverMove.objects.filter(cutover__in=opened).update(moved_at=began)
    opened.update(opened_at=began, moved_at=began)
    group_printers(tenant, began.date(), end.date())
    for cutover in gone_to_oauth(tenant):
        last = cutover.item.last_basic_at
        if last is not None:
            cut_over(cutover, Route.OAUTH, midnight_after(last), anna)
    for cutover in still_busy(tenant)[:2]:
        cut_over(cutover, Route.RELAY_CONNECTOR, midnight_after(end - 20 * DAY), anna)
    apply_evidence([tenant], end)
    prepare(still_busy(tenant)[:14], end, anna)
    allow_to_wait(tenant, anna, ben, now)
    for sender in to_review(Sender.objects.filter(tenant=tenant)).order_by("-message_count")[:1]:
        confirm(sender, by=anna)
    return True


def person(name: str, tenant: Tenant) -> User:
    """Somebody in the story; nobody can log in as them."""
    found, is_new = User.objects.get_or_create(username=name, defaults={"is_active": False})
    if is_new:
        found.set_unusable_password()
        found.save()
        tenant.people.add(found)
    return found


def midnight_after(moment: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(moment.date() + DAY, dt.time.min, dt.UTC)


def group_printers(tenant: Tenant, start_on: dt.date, today: dt.date) -> None:
    wave = Wave.objects.create(
        tenant=tenant,
        name="Printers and scanners",
        goal="No printer logs in with a password any more",
        start_on=start_on,
        due_on=today + 26 * DAY,
        filter={"kind": [Item.Kind.MFP]},
    )
    waves.saved(wave, today)


def things(tenant: Tenant) -> list[Cutover]:
    """Cutovers of devices and scripts, those with the most mail first."""
    rows = Cutover.objects.filter(item__tenant=tenant, status=Status.DISCOVERED)
    rows = rows.exclude(item__category=Item.Category.ACCOUNT).select_related("item__tenant")
    return list(rows.order_by("-item__message_count", "pk"))


def gone_to_oauth(tenant: Tenant) -> list[Cutover]:
    moved = Item.objects.filter(tenant=tenant, last_oauth_at__gt=F("last_basic_at"))
    known = set(moved.values_list("pk", flat=True))
    return [cutover for cutover in things(tenant) if cutover.item_id in known]


def still_busy(tenant: Tenant) -> list[Cutover]:
    return [cutover for cutover in things(tenant) if cutover.item.last_oauth_at is None]


def cut_over(cutover: Cutover, route: str, at: dt.datetime, by: User) -> None:
    choose(cutover, route)
    for status, days in BEFORE_THE_CUT:
        move(cutover, status, now=at - days * DAY, by=by)
    move(cutover, Status.CUT_OVER, now=at, by=by)


def choose(cutover: Cutover, route: str) -> None:
    cutover.route = route
    cutover.save(update_fields=["route"])


def prepare(cutovers: list[Cutover], end: dt.datetime, by: User) -> None:
    """Some of them planned, some looked at."""
    for number, cutover in enumerate(cutovers):
        choose(cutover, Route.RELAY_CONNECTOR if cutover.item.kind == Item.Kind.MFP else Route.HVE)
        at = end - (number % 7 + 1) * DAY
        move(cutover, Status.ASSESSED, now=at, by=by)
        if number % 2:
            move(cutover, Status.PLANNED, now=at + DAY / 2, by=by)


def allow_to_wait(tenant: Tenant, anna: User, ben: User, now: dt.datetime) -> None:
    """One waiver that holds, and one that waits for somebody's word."""
    appliances = [each for each in things(tenant) if each.item.kind == Item.Kind.APPLIANCE]
    until = now.date() + 60 * DAY
    for cutover in appliances[:1]:
        reason = "The vendor's firmware with OAuth is due in January"
        waivers.approve(waivers.ask(cutover, reason, until, by=anna, now=now), by=ben, now=now)
    for cutover in appliances[1:2]:
        waivers.ask(cutover, "To be replaced with the new UPS", until, by=anna, now=now)
