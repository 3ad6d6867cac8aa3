"""Which mailboxes of a tenant are asked for: a domain's, a site's, or a list of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from inventory.models import Fingerprint, Sender, Site, Tenant
from tracker.lockdown.verdict import Verdict
from tracker.places import is_inside, networks_of


@dataclass(frozen=True)
class Group:
    """All mailboxes that every part which is given allows."""

    domain: str = ""
    site: Site | None = None
    accounts: Collection[str] = ()

    @property
    def named(self) -> set[str] | None:
        """The mailboxes that are asked for by name; None for any."""
        return {each.strip().lower() for each in self.accounts} or None

    @property
    def is_whole(self) -> bool:
        return not (self.domain or self.site or self.accounts)


def chosen(tenant: Tenant, verdicts: list[Verdict], group: Group) -> list[Verdict]:
    wanted = group.named
    ending = "@" + group.domain.strip().lower().removeprefix("@")
    at_site = accounts_at(tenant, group.site) if group.site else set()
    return [
        verdict
        for verdict in verdicts
        if (not group.domain or verdict.account.endswith(ending))
        and (not group.site or verdict.account in at_site)
        and (not wanted or verdict.account in wanted)
    ]


def accounts_at(tenant: Tenant, site: Site) -> set[str]:
    """Mailboxes of items that stand there, and those used from behind its addresses."""
    standing = Sender.objects.filter(tenant=tenant, item__site=site)
    found = set(standing.values_list("account__name", flat=True))
    if networks := networks_of(tenant, site):
        seen = Fingerprint.objects.filter(tenant=tenant).exclude(address="")
        pairs = seen.values_list("account", "address").distinct()
        found |= {account for account, address in pairs if is_inside(address, networks)}
    return found


def domains_of(verdicts: list[Verdict]) -> list[str]:
    return sorted({verdict.account.rpartition("@")[2] for verdict in verdicts})
