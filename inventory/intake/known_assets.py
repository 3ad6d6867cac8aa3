"""Stores lists of devices. Part of an import.

A newer list with the same columns takes the older one's standing; what people decided about an
asset goes over to its row in the newer list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from inventory.intake.column_mappings import tell_current
from inventory.intake.known_sites import SiteNames
from inventory.intake.reading_lists import ListReading
from inventory.models import ColumnMapping, Item, KnownAsset, Report, Tenant
from inventory.records import Asset

BATCH = 2_000
Match = KnownAsset.Match
DECIDED = {Match.CONFIRMED, Match.REJECTED}
NAMED_BY = ("serial_number", "mac_address", "host_name")
"""What says that a row of another list is the same asset, the surest first."""
FEW = 0.2
Key = tuple[str, str]
Decision = tuple[int | None, str, int, str]
"""Item, match, confidence, reason."""
UNDECIDED: Decision = (None, "", 0, "")


def decisions(tenant: Tenant) -> dict[Key, Decision]:
    """What people last decided, by all that names an asset.

    The newest row of an asset tells, even that nothing is decided any more; rows of one list that
    contradict each other tell nothing.
    """
    rows = KnownAsset.objects.filter(tenant=tenant)
    if not rows.filter(match__in=DECIDED).exists():
        return {}
    found: dict[Key, tuple[int, Decision]] = {}
    told = rows.order_by("report__received_at", "report").values_list(
        "report", *NAMED_BY, "item", "match", "match_confidence", "match_reason"
    )
    for report, *names, item, match, confidence, reason in told.iterator():
        decision = (item, match, confidence, reason) if match in DECIDED else UNDECIDED
        for key in keys_of(names):
            known = found.get(key)
            is_contradicted = known is not None and known[0] == report and known[1] != decision
            found[key] = (report, UNDECIDED if is_contradicted else decision)
    return {key: decision for key, (_, decision) in found.items() if decision != UNDECIDED}


def keys_of(names: Iterable[str]) -> list[Key]:
    pairs = zip(NAMED_BY, names, strict=True)
    return [(field, name.lower()) for field, name in pairs if name]


def store_assets(
    report: Report, mapping: ColumnMapping, found: ListReading, decided: dict[Key, Decision]
) -> list[str]:
    """Store the rows; returns what people should be told of it."""
    tenant = report.tenant
    before = mapping.current_report
    sites = SiteNames(tenant)
    kept = known_items(tenant, decided)
    KnownAsset.objects.bulk_create(
        (
            as_row(report, mapping, line, asset, sites, decision_on(asset, decided, kept))
            for line, asset in found.assets
        ),
        batch_size=BATCH,
    )
    tell_current(mapping)
    return list(told_of_replaced(report, mapping, before))


def known_items(tenant: Tenant, decided: dict[Key, Decision]) -> set[int]:
    items = {item for item, *_ in decided.values() if item is not None}
    return set(Item.objects.filter(tenant=tenant, pk__in=items).values_list("pk", flat=True))


def decision_on(asset: Asset, decided: dict[Key, Decision], kept: set[int]) -> Decision:
    for key in keys_of(getattr(asset, field) for field in NAMED_BY):
        decision = decided.get(key)
        if decision and (decision[0] is None or decision[0] in kept):
            return decision
    return UNDECIDED


def as_row(
    report: Report,
    mapping: ColumnMapping,
    line: int,
    asset: Asset,
    sites: SiteNames,
    decision: Decision,
) -> KnownAsset:
    item, match, confidence, reason = decision
    return KnownAsset(
        tenant_id=report.tenant_id,
        report=report,
        mapping=mapping,
        line=line,
        site_id=sites.find(asset.site_name),
        item_id=item,
        match=match,
        match_confidence=confidence,
        match_reason=reason,
        **asdict(asset),
    )


def told_of_replaced(
    report: Report, mapping: ColumnMapping, before: Report | None
) -> Iterable[str]:
    """A list that took another's place and has hardly anything of it is probably of elsewhere."""
    if before is None or before.pk == report.pk:
        return
    if mapping.current_report_id != report.pk:
        yield f"{before.file_name}, with the same columns, is newer: that one counts, not this"
        return
    old, new = names_in(before), names_in(report)
    if old and len(old & new) < FEW * len(old):
        yield (
            f"it takes the place of {before.file_name}, which has the same columns, and has "
            f"{len(old & new)} of its {len(old)} devices: if both hold, bring them in as one list"
        )


def names_in(report: Report) -> set[Key]:
    """The surest name of each row."""
    rows = KnownAsset.objects.filter(report=report).values_list(*NAMED_BY)
    return {keys[0] for names in rows if (keys := keys_of(names))}


def forget_assets(report: Report) -> None:
    """Take the list back; the one before it has its standing again."""
    mappings = list(ColumnMapping.objects.filter(assets__report=report).distinct())
    KnownAsset.objects.filter(report=report).delete()
    for mapping in mappings:
        tell_current(mapping)
