"""What a list or a log says, into the database: the part of an import that is not traffic."""

from __future__ import annotations

from collections.abc import Iterable

from inventory import bulk
from inventory.assets import matches as asset_matches
from inventory.events import Happened
from inventory.intake.column_mappings import remember
from inventory.intake.device_replies import store_replies
from inventory.intake.known_assets import Decision, Key, decisions, forget_assets, store_assets
from inventory.intake.known_sites import forget_sites, store_sites
from inventory.intake.reading_lists import ListReading
from inventory.models import DeviceReply, KnownAsset, Report, Tenant
from inventory.senders import touched
from inventory.senders.discovery import link_many
from inventory.sites import Sites


def decided(report: Report, found: object) -> dict[Key, Decision]:
    """What people decided about assets, asked before the report's own rows go."""
    if isinstance(found, ListReading) and found.assets:
        return decisions(report.tenant)
    return {}


def store_list(
    tenant: Tenant, report: Report, found: ListReading, kept: dict[Key, Decision]
) -> tuple[Iterable[Happened], dict[str, object]]:
    """Store it; what it led to, and what the report's own row says of it."""
    before = Sites(tenant)
    told = store_rows(tenant, report, found, kept)
    if found.assets or found.sites:
        if len(found.assets) >= bulk.AT_ONCE:
            bulk.recount(KnownAsset)
        asset_matches.match(tenant)
    taken = found.row_count - found.rejected_count
    new = store_replies(tenant, report, found) if found.replies else taken
    names = touched.at_moved_sites(tenant, before) if found.sites else set()
    names |= touched.named_by_refusals(report) if found.replies else set()
    times = [each.at for each in found.replies if each.at]
    return link_many(tenant, names) if names else [], {
        "warnings": [*found.warnings, *told],
        "period_start": min(times, default=None),
        "period_end": max(times, default=None),
        "row_count": found.row_count,
        "accepted_count": new,
        "rejected_count": found.rejected_count,
        "duplicate_count": taken - new,
    }


def store_rows(
    tenant: Tenant, report: Report, found: ListReading, kept: dict[Key, Decision]
) -> list[str]:
    """Of a list that has rows: one without takes no other's place."""
    if found.columns is None or not (found.assets or found.sites):
        return []
    mapping = remember(tenant, found.columns)
    if found.assets:
        return store_assets(report, mapping, found, kept)
    store_sites(tenant, report, found)
    mapping.current_report = report
    mapping.save(update_fields=["current_report"])
    return []


def forget_list(report: Report) -> None:
    """Take back what the report said, if it is a list or a log."""
    replies = DeviceReply.objects.filter(report=report)
    replies._raw_delete(replies.db)
    forget_assets(report)
    forget_sites(report)
