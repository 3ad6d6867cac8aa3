"""Accounts of which a list or a log tells something new: their senders are linked again."""

from __future__ import annotations

from inventory import bulk
from inventory.models import Account, DeviceReply, Fingerprint, Report, Tenant
from inventory.senders.from_grouping import said_by_refusal
from inventory.sites import Sites


def at_moved_sites(tenant: Tenant, before: Sites) -> set[str]:
    """Those with mail from addresses that are at another site than before."""
    now = Sites(tenant)
    marks = Fingerprint.objects.filter(tenant=tenant).exclude(sender=None).order_by()
    addresses = marks.values_list("address", flat=True).distinct()
    moved = [each for each in addresses if now.at(each) != before.at(each)]
    found: set[str] = set()
    for part in bulk.batches(moved):
        found |= set(marks.filter(address__in=part).values_list("account", flat=True).distinct())
    return found


def named_by_refusals(report: Report) -> set[str]:
    """Those that a log names as who logged in and whom it sent as."""
    texts = DeviceReply.objects.filter(report=report, family="send_as")
    pairs = map(said_by_refusal, texts.values_list("text", flat=True))
    names = {name for pair in pairs if pair for name in pair}
    known = Account.objects.filter(tenant=report.tenant_id, name__in=names)
    return set(known.values_list("name", flat=True))
