"""What lockdown decides on, collected for one tenant and one day, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from inventory.exchange.effective import BASIC_BLOCKED, BLOCKED, Effective
from inventory.exchange.settings import Snapshot, snapshot
from inventory.models import Tenant
from tracker.lockdown.borrowed import as_another, borrowed, lent, sent_for
from tracker.lockdown.claims import asset_claims, failure_claims, joined, reply_claims
from tracker.lockdown.coverage import coverage_of, other_mail
from tracker.lockdown.lending_facts import (
    hints_of,
    lenders_of,
    lending_claims,
    named_by_refusals,
    sole_logins,
)
from tracker.lockdown.logins import Logins, explained, login_checks, login_claims, logins_of
from tracker.lockdown.mail import Mail, basic_from, mail_of
from tracker.lockdown.quiet import Use
from tracker.lockdown.reach import lending
from tracker.lockdown.settings import (
    effective_of,
    mailboxes_known,
    primary_addresses,
    switched_on_again,
    with_note,
)
from tracker.lockdown.sources_facts import Sources, oauth_logins, script_claims, sources_by_account
from tracker.lockdown.uses import Total, accounts_seen, senders_seen, totals_of, uses_by_account
from tracker.lockdown.verdict import Coverage, Mailbox, Organisation, Verdict, decide, is_unused
from tracker.lockdown.waivers import waivers_by_account
from tracker.lockdown.word import words_by_account

NO_BASIC = (BLOCKED, BASIC_BLOCKED)


@dataclass(frozen=True)
class Ground:
    """What is looked at of the whole tenant, whoever is asked for."""

    tenant: Tenant
    on: dt.date
    told: Snapshot
    primary: dict[str, str]
    coverage: Coverage
    partial: tuple[str, ...]
    mail: Mail
    totals: list[Total]
    accounts: set[str]
    """All that were seen with SMTP AUTH."""
    logins: dict[str, Logins]
    checks: dict[str, str]
    sources: Sources
    named: dict[str, str]
    """{From address: who logs in}, by refusals."""

    @property
    def moment(self) -> dt.datetime:
        return dt.datetime.combine(self.on, dt.time.max, dt.UTC)

    @property
    def until(self) -> dt.date:
        return self.coverage.until or self.on

    @cached_property
    def known(self) -> set[str]:
        return mailboxes_known(self.told)

    @cached_property
    def basic_seen(self) -> dt.date | None:
        told = (each.day for each in self.totals if each.auth_method != "oauth")
        return max([*self.mail.last_basic.values(), *told], default=None)

    @cached_property
    def able(self) -> set[str]:
        """Mailboxes that may log in with Basic."""
        return {each for each in self.known if self.may_log_in(each)}

    def setting_of(self, account: str) -> Effective:
        return effective_of(account, self.told, basic_seen=self.basic_seen, on=self.on)

    def may_log_in(self, account: str) -> bool:
        """With Basic, as far as is known."""
        return self.setting_of(account).state not in NO_BASIC


def lockdown(tenant: Tenant, on: dt.date, accounts: Collection[str] | None = None) -> list[Verdict]:
    """A verdict for every mailbox that settings or traffic know of, by what was told up to `on`;
    or for some alone, which is the same."""
    ground = ground_of(tenant, on)
    if accounts is None:
        asked, reach = None, None
    else:
        asked = {ground.primary.get(each, each) for each in accounts}
        reach = reach_of(ground, asked)
    seen = senders_seen(tenant, on, ground.primary, ground.totals, reach)
    sole = {
        address: login
        for address, login in sole_logins(tenant, on, ground.named, ground.told).items()
        if not ground.may_log_in(address)
    }
    uses = uses_by_account(tenant, ground.told, seen, ground.sources, sole, on, ground.coverage)
    mailboxes = mailboxes_of(ground, uses, sole, asked)
    lost = [each for each in lost_addresses(ground, uses) if each not in sole]
    organisation = Organisation(
        on=on,
        coverage=ground.coverage,
        partial=ground.partial,
        borrowed=tuple(lost),
        suspects=suspects_of(ground, uses) if lost else frozenset(),
    )
    return [decide(mailbox, organisation) for mailbox in mailboxes]


def ground_of(tenant: Tenant, on: dt.date) -> Ground:
    told = snapshot(tenant, dt.datetime.combine(on, dt.time.max, dt.UTC))
    primary = primary_addresses(told)
    coverage, partial = coverage_of(tenant, on)
    mail = mail_of(tenant, on, primary)
    logins = logins_of(tenant, on, primary)
    detailed = accounts_seen(tenant, on, primary)
    totals = list(totals_of(tenant, on, primary, coverage, detailed))
    return Ground(
        tenant=tenant,
        on=on,
        told=told,
        primary=primary,
        coverage=coverage,
        partial=tuple(partial),
        mail=mail,
        totals=totals,
        accounts=detailed | {each.account for each in totals},
        logins=logins,
        checks=login_checks(tenant, on, primary, logins, mail, coverage),
        sources=sources_by_account(tenant, on, primary),
        named=named_by_refusals(tenant, on, primary),
    )


def reach_of(ground: Ground, asked: Collection[str]) -> set[str]:
    """The mailboxes whose senders have a say in the answer for those asked for."""
    unable = ground.accounts - ground.able if ground.known else set()
    return {
        *asked,
        *unable,
        *ground.named,
        *ground.sources,
        *lending(asked, ground.logins, ground.mail),
    }


def mailboxes_of(
    ground: Ground,
    uses: dict[str, list[Use]],
    sole: dict[str, str],
    asked: Collection[str] | None,
) -> list[Mailbox]:
    """With what is known of each. What a refusal says is sent as somebody else is added to the
    uses of who does it."""
    tenant, on, told, primary = ground.tenant, ground.on, ground.told, ground.primary
    logins, mail = ground.logins, ground.mail
    silent = sent_for(uses, logins, primary, ground.until)
    lenders = lenders_of(tenant, ground.moment, silent)
    hints = hints_of(tenant, ground.moment, silent, lenders)
    lent_out = {address for address, lender in lenders.items() if lender.is_for_all}
    refused, let_in = reply_claims(tenant, on, told, mail, logins, lent_out)
    for address, login in ground.named.items():
        if login in let_in or address in sole:
            uses[login] = [*uses.get(login, []), *as_another(uses.get(address, []), address)]
    oauth = {**let_in, **oauth_logins(ground.sources)}
    claims = joined(
        lending_claims(lenders, primary),
        login_claims(logins, mail, ground.checks),
        failure_claims(tenant, on, primary, mail, lent_out),
        refused,
        script_claims(ground.sources),
        asset_claims(tenant, on, primary, mail),
    )
    accounts = (ground.known or claims.keys()) | ground.accounts | logins.keys()
    was_off = switched_on_again(tenant, ground.moment, told)
    waivers = waivers_by_account(tenant, primary, on)
    words = words_by_account(tenant, primary, on)
    other = other_mail(tenant, on, primary, ground.coverage)
    return [
        Mailbox(
            account=account,
            effective=with_note(ground.setting_of(account), told),
            uses=lent(uses.get(account, []), account, lenders, ground.able),
            waivers=tuple(sorted(waivers.get(account, ()))),
            other_mail_on=len(other.get(account, ())),
            claims=claims.get(account, ()),
            oauth=oauth.get(account, ""),
            hint=hints.get(account, ""),
            off_until=was_off.get(account),
            login_check=ground.checks.get(account, ""),
            word=words.get(account, ""),
        )
        for account in sorted(accounts if asked is None else accounts & set(asked))
    ]


def lost_addresses(ground: Ground, uses: dict[str, list[Use]]) -> list[str]:
    """Addresses of which nothing at all tells who logs in for them."""
    if not ground.known:
        return []
    found = list(borrowed(ground.tenant, uses, ground.able, ground.until))
    places = {address for account, address in ground.mail.from_address if account in found}
    sent = basic_from(ground.tenant, ground.on, ground.primary, places)
    told = explained(ground.logins, sent, ground.checks)
    return [each for each in found if each not in told]


def suspects_of(ground: Ground, uses: dict[str, list[Use]]) -> frozenset[str]:
    """Mailboxes that may log in and show no use at all."""
    other = other_mail(ground.tenant, ground.on, ground.primary, ground.coverage)
    idle = (ground.known | ground.logins.keys()) - ground.accounts - uses.keys()
    return frozenset(
        account
        for account in idle
        if ground.may_log_in(account)
        and is_unused(
            Mailbox(
                account,
                ground.setting_of(account),
                other_mail_on=len(other.get(account, ())),
                login_check=ground.checks.get(account, ""),
            )
        )
    )
