"""Stores sign-ins with SMTP AUTH and says which accounts they prove. Part of an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd
from django.db.models import F, Max, Q

from inventory import bulk
from inventory.models import Account, Item, Report, Sender, SignIn, Tenant
from inventory.models.tenant import ScopedQuerySet

BATCH = 2_000
BY = ["account", "address", "day", "client", "is_smtp", "result", "error_code"]


def store_sign_ins(report: Report, new: pd.DataFrame) -> set[str]:
    """Aggregate the new rows by day; returns the accounts that they prove to use SMTP AUTH."""
    rows = new[new["is_kept"].astype(bool)]
    grouped = rows.groupby(BY, sort=False).agg(
        reason=("reason", "max"),
        attempt_count=("at", "size"),
        first_at=("at", "min"),
        last_at=("at", "max"),
    )
    table: Iterable[Any] = grouped.reset_index().itertuples(index=False)
    SignIn.objects.bulk_create((as_row(report, row) for row in table), batch_size=BATCH)
    proving = rows[(rows["result"] == "success") & rows["is_smtp"].astype(bool)]
    return set(proving["account"].unique())


def as_row(report: Report, row: Any) -> SignIn:
    return SignIn(
        tenant=report.tenant,
        report=report,
        name=row.account,
        address=row.address,
        day=row.day.date(),
        client=row.client,
        is_smtp=row.is_smtp,
        result=row.result,
        error_code=row.error_code,
        reason=row.reason,
        attempt_count=row.attempt_count,
        first_at=row.first_at.to_pydatetime().replace(tzinfo=dt.UTC),
        last_at=row.last_at.to_pydatetime().replace(tzinfo=dt.UTC),
    )


def attach(tenant: Tenant, names: Collection[str] | None = None) -> None:
    """Show sign-ins under the accounts, these or all, that are known by now."""
    loose = SignIn.objects.filter(tenant=tenant, account=None)
    for part in parts_of(names):
        mine = loose if part is None else loose.filter(name__in=part)
        told = mine.order_by().values_list("name", flat=True).distinct()
        for account in Account.objects.filter(tenant=tenant, name__in=told):
            loose.filter(name=account.name).update(account=account)


def tell_last_basic(tenant: Tenant, names: Collection[str] | None = None) -> None:
    """Accounts were last seen with Basic when they last logged in, if no message is later.

    `names`: those that something changed for; with them go accounts that a person linked their
    senders to.
    """
    for part in parts_of(names):
        accounts = Account.objects.filter(tenant=tenant)
        if part is not None:
            senders = Sender.objects.filter(tenant=tenant, account__name__in=part)
            accounts = accounts.filter(Q(name__in=part) | Q(pk__in=senders.values("item")))
        tell(accounts)


def parts_of(names: Collection[str] | None) -> Iterable[list[str] | None]:
    return [None] if names is None else bulk.batches(names)


def tell(accounts: ScopedQuerySet) -> None:
    is_proof = Q(sign_ins__is_smtp=True, sign_ins__result=SignIn.Result.SUCCESS)
    rows = accounts.annotate(logged_in_at=Max("sign_ins__last_at", filter=is_proof))
    never = Q(last_basic_at=None)
    changed = []
    for account in rows.filter(never | Q(last_basic_at__lt=F("logged_in_at"))).exclude(
        logged_in_at=None
    ):
        at = account.logged_in_at
        account.last_basic_at = at
        account.last_seen_at = max(at, account.last_seen_at or at)
        account.first_seen_at = account.first_seen_at or at
        changed.append(account)
    bulk.save(Item, changed, ["last_basic_at", "last_seen_at", "first_seen_at"])
