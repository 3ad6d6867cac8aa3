"""Stored trails into fingerprints and observations: what all reports together say of a message.

Every report that touches an account can sharpen what older ones said of it, so the account's
observations are made anew from its trails; those that did not change are left alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from django.db.models import Count, Sum
from django.db.models.functions import Length

from inventory import bulk
from inventory.models import Fingerprint, Observation, Report, Tenant, Trail
from inventory.readers import PROVING
from inventory.senders import messages
from inventory.senders.fingerprints import Fingerprint as Marks

MOST_RECIPIENTS = 200
OFFICES = (0, -7, 8)
"""Hours from UTC."""
SPREAD = 5
"""Different hours of the day at which people send, not a clock."""


@dataclass(frozen=True)
class Seen:
    """What linking wants to know of a fingerprint's messages."""

    count: int
    days: tuple[int, int]
    recipients: Mapping[str, int]
    hints: Mapping[str, int]
    size: int
    office: float


Times = dict[int, np.ndarray]
"""When a report of SMTP AUTH saw messages of a fingerprint, by pk."""
Reach = dict[int, int]
"""`normalize.reach` of all that a fingerprint wrote to, by pk."""


def store(report: Report, parts: Iterable[pd.DataFrame]) -> set[str]:
    """Keep a report's rows (MESSAGE columns and `account`) of the accounts they tell of, all of an
    account in one part; returns the accounts."""
    names: set[str] = set()
    for rows in parts:
        packed = messages.pack_each(rows)
        trails = (Trail(report=report, account=name, rows=each) for name, each in packed)
        names |= {trail.account for trail in Trail.objects.bulk_create(trails, batch_size=50)}
    return names


def load(tenant: Tenant, accounts: Iterable[str] | None = None) -> pd.DataFrame | None:
    """The refined messages of these accounts (or all); None when there is none."""
    trails = Trail.objects.filter(report__tenant=tenant).order_by("report__received_at", "pk")
    if accounts is not None:
        trails = trails.filter(account__in=list(accounts))
    stored = list(trails.values_list("pk", "account", "report__reader", "rows"))
    if not stored:
        return None
    rows, lengths = messages.unpack([bytes(packed) for *_, packed in stored])
    for name, values in (
        ("trail", [pk for pk, *_ in stored]),
        ("account", [account for _, account, *_ in stored]),
        ("proves", [reader in PROVING for _, _, reader, _ in stored]),
    ):
        rows[name] = np.repeat(np.array(values, dtype=object), lengths)
    known = Fingerprint.objects.filter(tenant=tenant).exclude(part="")
    if accounts is not None:
        known = known.filter(account__in=list(accounts))
    parts = set(known.values_list("part", flat=True))
    return messages.refine(rows.astype({"trail": "int64", "proves": "bool"}), parts)


def weights_of(tenant: Tenant, accounts: Iterable[str]) -> dict[str, int]:
    """About how many bytes the messages of each account take, packed."""
    found: dict[str, int] = {}
    for part in bulk.batches(accounts):
        trails = Trail.objects.filter(report__tenant=tenant, account__in=part).order_by()
        sizes = trails.values("account").annotate(size=Sum(Length("rows")), count=Count("pk"))
        for row in sizes:
            found[row["account"]] = max(0, row["size"] - row["count"] * messages.OF_NO_ROWS)
    return found


class Told(NamedTuple):
    """What all reports together say of some accounts, by the keys of their fingerprints."""

    seen: dict[int, Seen]
    times: Times
    reach: Reach


def apply(tenant: Tenant, accounts: Iterable[str]) -> Told:
    """Give the observations of these accounts the fingerprints that all reports together tell;
    returns what was seen of each fingerprint, when, and how far it wrote."""
    names = list(accounts)
    rows = load(tenant, names)
    if rows is None:
        return Told({}, {}, {})
    codes, marks = messages.fingerprints(rows)
    ids = ensure(tenant, marks)
    keys = np.array([ids[each.digest] for each in marks], dtype=np.int64)
    rows = rows.assign(fingerprint=keys[codes.to_numpy()], day=rows["at"].dt.normalize())
    rewrite(tenant, names, rows)
    stale = Fingerprint.objects.filter(tenant=tenant, account__in=names, is_pinned=False)
    stale.filter(observations=None).delete()
    proving = rows[rows["proves"] & rows["is_first"]]
    reach = {pk: int(np.bitwise_or.reduce(bits)) for pk, bits in pieces(rows, "reach")}
    return Told(seen_in(rows), dict(pieces(proving, "at")), reach)


def pieces(rows: pd.DataFrame, column: str) -> Iterable[tuple[int, np.ndarray]]:
    """The column's values fingerprint by fingerprint; what groupby does, without its cost for
    each of many groups."""
    keys = rows["fingerprint"].to_numpy()
    order = np.argsort(keys, kind="stable")
    distinct, starts = np.unique(keys[order], return_index=True)
    values = np.split(rows[column].to_numpy()[order], starts[1:])
    return zip(distinct.tolist(), values, strict=True) if len(distinct) else []


def ensure(tenant: Tenant, marks: list[Marks]) -> dict[int, int]:
    """{digest: primary key}; new fingerprints start with the sender of those they grew out of."""
    by_digest = {each.digest: each for each in marks}
    known = keys_by_digest(tenant, by_digest)
    missing = {digest: each for digest, each in by_digest.items() if digest not in known}
    if not missing:
        return known
    parents = parents_of(tenant, sorted({each.account for each in missing.values()}))
    new = dict(zip(missing, bulk.reserve(Fingerprint, len(missing)), strict=True))
    rows = (
        (new[digest], tenant.pk, digest, *each, *heritage(each, parents.get(each[:4], [])))
        for digest, each in missing.items()
    )
    names = ["id", "tenant", "digest", *Marks._fields, "sender", "is_pinned"]
    bulk.insert(Fingerprint, names, rows)
    return known | new


class Parent(NamedTuple):
    """A stored fingerprint that others may have grown out of."""

    subject_mask: str
    sender: int
    is_pinned: bool


def parents_of(tenant: Tenant, accounts: list[str]) -> dict[tuple[str, ...], list[Parent]]:
    found: dict[tuple[str, ...], list[Parent]] = defaultdict(list)
    rows = Fingerprint.objects.filter(tenant=tenant, account__in=accounts).exclude(sender=None)
    for row in rows.order_by("pk").values_list(*Marks._fields[:4], *Parent._fields):
        found[row[:4]].append(Parent(*row[4:]))
    return found


def heritage(marks: Marks, parents: list[Parent]) -> tuple[int | None, bool]:
    """(sender, whether it is pinned) of a new fingerprint; a person's word on what it grew out of
    holds for it."""
    same = [row for row in parents if row.subject_mask == marks.subject_mask]
    bare = [row for row in parents if not row.subject_mask]
    close = same or bare or parents
    pinned = [row for row in close if row.is_pinned]
    senders = {row.sender for row in pinned or close}
    return (senders.pop(), bool(pinned)) if len(senders) == 1 else (None, False)


def keys_by_digest(tenant: Tenant, digests: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in bulk.batches(digests):
        rows = Fingerprint.objects.filter(tenant=tenant, digest__in=part)
        found |= dict(rows.values_list("digest", "pk"))
    return found


def rewrite(tenant: Tenant, accounts: list[str], rows: pd.DataFrame) -> None:
    """Make the observations of these accounts anew, of trails whose fingerprints changed."""
    stored = Trail.objects.filter(report__tenant=tenant, account__in=accounts).defer("rows")
    by_trail: Iterable[Any] = rows.groupby("trail")["fingerprint"]
    given = {int(pk): digest(part.to_numpy()) for pk, part in by_trail}
    changed = [trail for trail in stored if trail.applied != given.get(trail.pk, NOTHING)]
    by_report: dict[int, list[str]] = defaultdict(list)
    for trail in changed:
        by_report[trail.report_id].append(trail.account)
        trail.applied = given.get(trail.pk, NOTHING)
    of_tenant = Fingerprint.objects.filter(tenant=tenant)
    for report_id, names in by_report.items():
        # Asked by the account alone PostgreSQL may join the whole table with itself, row by row.
        marks = of_tenant.filter(account__in=names)
        Observation.objects.filter(report=report_id, fingerprint__in=marks.values("pk")).delete()
    report_of = pd.Series({trail.pk: trail.report_id for trail in changed}, dtype="int64")
    rows = rows[rows["trail"].isin(report_of.index)]
    observe(rows.assign(report=rows["trail"].map(report_of)))
    bulk.save(Trail, changed, ["applied"])


def digest(fingerprints: np.ndarray) -> int:
    return int.from_bytes(hashlib.blake2b(fingerprints.tobytes(), digest_size=8).digest()) >> 1


NOTHING = digest(np.zeros(0, dtype=np.int64))


def observe(rows: pd.DataFrame) -> None:
    """Store observations of rows with `report`, `fingerprint`, `day` and the MESSAGE columns."""
    by = ["report", "fingerprint", "day", "auth_method", "tls_version"]
    table = (
        rows[rows["is_first"]]
        .groupby(by, sort=False)
        .agg(
            message_count=("message_count", "sum"),
            byte_count=("byte_count", "sum"),
            first_at=("at", "min"),
            last_at=("at", "max"),
        )
        .reset_index()
    )
    for name in ("day", "first_at", "last_at"):
        table[name] = table[name].dt.strftime("%Y-%m-%d" if name == "day" else "%Y-%m-%d %H:%M:%S")
    lines = table.astype(object).itertuples(index=False, name=None)
    bulk.insert(Observation, list(table.columns), lines)


def seen_in(rows: pd.DataFrame) -> dict[int, Seen]:
    """Of each fingerprint; a message that several reports tell of is taken once."""
    ordered = rows.sort_values("proves", ascending=False, kind="stable")
    once = ordered.drop_duplicates(["account", "key", "fingerprint"])
    once = once.assign(office=at_office(once))
    counts = once.groupby("fingerprint").agg(
        count=("message_count", "sum"),
        first=("day", "min"),
        last=("day", "max"),
        size=("size", "mean"),
        office=("office", "mean"),
    )
    recipients = tally(once[once["recipients"] != ""], "recipients")
    hints = tally(once[once["subject"] != ""], "hint")
    lines: Iterable[Any] = counts.rename(columns={"count": "count_", "size": "size_"}).itertuples()
    return {
        int(row.Index): Seen(
            count=int(row.count_),
            days=(row.first.toordinal(), row.last.toordinal()),
            recipients=dict(recipients[row.Index].most_common(MOST_RECIPIENTS)),
            hints=dict(hints[row.Index]),
            size=int(row.size_),
            office=float(row.office),
        )
        for row in lines
    }


def at_office(rows: pd.DataFrame) -> pd.Series:
    """Whether each message was sent in working hours: those of Europe, America or East Asia,
    whichever fit most of what is put together alike."""
    alike = [rows[name] for name in ("account", "host", "shape")]
    is_spread = rows["at"].dt.hour.groupby(alike).transform("nunique") >= SPREAD
    found = pd.Series(data=False, index=rows.index)
    best = pd.Series(-1.0, index=rows.index)
    for shift in OFFICES:
        local = rows["at"] + pd.Timedelta(hours=shift)
        inside = (local.dt.day_of_week < 5) & local.dt.hour.between(5, 18)
        share = inside.groupby(alike).transform("mean")
        is_better = (share > best) & (is_spread | (shift == 0))
        found = found.where(~is_better, inside)
        best = best.where(~is_better, share)
    return found


def tally(rows: pd.DataFrame, column: str) -> dict[int, Counter[str]]:
    """How often each text of the column comes with each fingerprint."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    counts: Iterable[Any] = rows.groupby(["fingerprint", column]).size().items()
    for (pk, text), count in counts:
        found[pk][text] = int(count)
    return found
