"""Stores lists of sites. Part of an import.

What is missing is added and what is blank is filled; nothing that is there is changed. A site or
network that only a list told of goes when the list is taken back.
"""

from __future__ import annotations

from collections import defaultdict

from inventory.intake.reading_lists import ListReading
from inventory.models import EgressNetwork, Item, KnownAsset, Report, Site, Tenant
from inventory.records import SiteTold


class SiteNames:
    """Sites by name or code, and by a city that only one of them is in; case does not count."""

    def __init__(self, tenant: Tenant) -> None:
        self.by_name: dict[str, int] = {}
        by_city: defaultdict[str, list[int]] = defaultdict(list)
        for pk, name, code, city in Site.objects.filter(tenant=tenant).values_list(
            "pk", "name", "code", "city"
        ):
            by_city[folded(city)].append(pk)
            self.by_name.setdefault(folded(code), pk)
            self.by_name[folded(name)] = pk
        for city, found in by_city.items():
            if len(found) == 1:
                self.by_name.setdefault(city, found[0])
        self.by_name.pop("", None)

    def find(self, name: str) -> int | None:
        return self.by_name.get(folded(name))


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def store_sites(tenant: Tenant, report: Report, found: ListReading) -> None:
    known = {folded(site.name): site for site in Site.objects.filter(tenant=tenant)}
    by_code = {folded(site.code): site for site in known.values() if site.code}
    for told in found.sites:
        site = known.get(folded(told.name)) or by_code.get(folded(told.code or told.name))
        if site is None:
            site = Site.objects.create(tenant=tenant, name=told.name)
            site.told_by.add(report)
            known[folded(told.name)] = site
        elif site.told_by.exists():
            site.told_by.add(report)
        fill(site, told)
        add_networks(site, told, report)
    find_sites_of_assets(tenant)


def fill(site: Site, told: SiteTold) -> None:
    missing = [
        name
        for name in ("code", "city", "country", "notes")
        if getattr(told, name) and not getattr(site, name)
    ]
    for name in missing:
        setattr(site, name, getattr(told, name))
    if missing:
        site.save(update_fields=missing)


def add_networks(site: Site, told: SiteTold, report: Report) -> None:
    known = {network.cidr: network for network in site.egress_networks.all()}
    for cidr in told.networks:
        network = known.get(cidr)
        if network is None:
            network = known[cidr] = EgressNetwork.objects.create(site=site, cidr=cidr)
            network.told_by.add(report)
        elif network.told_by.exists():
            network.told_by.add(report)


def find_sites_of_assets(tenant: Tenant) -> None:
    """Assets that named a site before it was known."""
    names = SiteNames(tenant)
    loose = KnownAsset.objects.filter(tenant=tenant, site=None).exclude(site_name="")
    for name in loose.order_by().values_list("site_name", flat=True).distinct():
        if site := names.find(name):
            loose.filter(site_name=name).update(site=site)


def forget_sites(report: Report) -> None:
    """Take back what only this list told of; a site that something stands at stays."""
    for network in report.egress_networks.all():
        network.told_by.remove(report)
        if not network.told_by.exists():
            network.delete()
    for site in report.sites.all():
        is_used = Item.objects.filter(site=site).exists() or site.egress_networks.exists()
        if site.told_by.exclude(pk=report.pk).exists():
            site.told_by.remove(report)
        elif not is_used:
            site.delete()
