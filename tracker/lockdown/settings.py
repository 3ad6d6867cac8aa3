"""What a mailbox is set to, from what the exports of settings told."""

from __future__ import annotations

import datetime as dt

from inventory.exchange.effective import Effective, Settings, effective
from inventory.exchange.settings import Snapshot
from inventory.models import Report, Setting, Tenant

BASIC_PROOF = dt.timedelta(days=7)
"""Basic let in so shortly before tells that the security defaults do not refuse it."""


def primary_addresses(told: Snapshot) -> dict[str, str]:
    """{another address of a mailbox: the mailbox}."""
    return {
        alias: account
        for account, values in told.mailboxes.items()
        for alias in values.get("aliases", "").split()
        if alias not in told.mailboxes
    }


def mailboxes_known(told: Snapshot) -> set[str]:
    named = {name for name, values in told.mailboxes.items() if "is_mailbox" in values}
    if named:
        return named
    return {
        name
        for name, values in told.mailboxes.items()
        if "mailbox" in values.get("recipient_type", "mailbox").lower()
    }


def effective_of(
    account: str, told: Snapshot, *, basic_seen: dt.date | None, on: dt.date
) -> Effective:
    mailbox, organisation = told.mailboxes.get(account, {}), told.organisation
    defaults = organisation.get("security_defaults")
    if defaults is None and basic_seen and on - basic_seen <= BASIC_PROOF:
        defaults = "false"
    policies = {
        name: values["allow_basic_smtp"]
        for name, values in told.policies.items()
        if "allow_basic_smtp" in values
    }
    return effective(
        Settings(
            mailbox_disabled=mailbox.get("smtp_auth_disabled"),
            organisation_disabled=organisation.get("smtp_auth_disabled"),
            user_policy=mailbox.get("authentication_policy"),
            default_policy=organisation.get("default_authentication_policy"),
            policies=policies,
            security_defaults=defaults,
            account_disabled=mailbox.get("account_disabled"),
        )
    )


def with_note(setting: Effective, told: Snapshot) -> Effective:
    if told.later is None:
        return setting
    note = f"{setting.reason} (settings as exported later, on {told.later:%Y-%m-%d})"
    return Effective(
        setting.state, note, setting.missing, setting.is_switch_on, setting.is_basic_refused
    )


def switched_on_again(tenant: Tenant, moment: dt.datetime, told: Snapshot) -> dict[str, dt.date]:
    """{mailbox: when its own switch was last told to be off} of those that are off no more."""
    rows = Setting.objects.filter(
        report__tenant=tenant,
        report__state=Report.State.READ,
        report__period_end__lte=moment,
        scope=Setting.Scope.MAILBOX,
        name="smtp_auth_disabled",
        value="true",
    )
    found: dict[str, dt.date] = {}
    for account, at in rows.order_by("report__period_end").values_list(
        "subject", "report__period_end"
    ):
        if told.mailboxes.get(account, {}).get("smtp_auth_disabled", "true") != "true":
            found[account] = at.date()
    return found
