"""What scripts that a scan found log in with, collected for the lockdown."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Q

from inventory.models import Fingerprint, Submission, Tenant
from inventory.models.tenant import ScopedQuerySet
from tracker.lockdown.sources import Source, source_of
from tracker.lockdown.verdict import listed

Sources = Mapping[str, list[Source]]
"""By mailbox."""


def standing(tenant: Tenant, on: dt.date) -> ScopedQuerySet:
    """A file that was found later may have stood there on that day as well."""
    rows = Submission.objects.filter(tenant=tenant, auth__in=("basic", "oauth"))
    return rows.filter(Q(gone_at=None) | Q(gone_at__date__gt=on))


def sources_by_account(tenant: Tenant, on: dt.date, primary: Mapping[str, str]) -> Sources:
    found: dict[str, list[Source]] = defaultdict(list)
    rows = standing(tenant, on).exclude(login="").select_related("script")
    for each in rows.order_by("path", "line"):
        login = each.login.lower()
        host = f"{each.script.host_name}:" if each.script.host_name else ""
        source = Source(
            root=f"{host}{each.root}",
            path=each.path,
            where=f"{host}{each.path}:{each.line}",
            is_oauth=each.auth == "oauth",
            found_on=each.found_at.date(),
        )
        found[primary.get(login, login)].append(source)
    return found


def script_claims(sources: Sources) -> dict[str, list[str]]:
    """A script that holds a login uses it whenever it runs, be that once a year."""
    return {
        account: [
            f"{'Scripts log' if len(where) > 1 else 'A script logs'} in with it: {listed(where)}"
        ]
        for account, its in sources.items()
        if (where := [each.where for each in its if not each.is_oauth])
    }


def oauth_logins(sources: Sources) -> dict[str, str]:
    """{mailbox: which scripts log in to it with OAuth}, whether or not any mail shows it."""
    return {
        account: f"{'scripts log' if len(where) > 1 else 'a script logs'} in with OAuth: "
        f"{listed(where)}"
        for account, its in sources.items()
        if (where := [each.where for each in its if each.is_oauth])
    }


def homeless_scripts(tenant: Tenant, on: dt.date) -> int:
    """How many scripts log in as an account that the scan could not read: it may be any."""
    rows = standing(tenant, on).filter(login="", found_at__date__lte=on)
    return rows.values("script").distinct().count()


def moved_in_source(
    sources: Sources, likely: Mapping[str, tuple[str, int]], roots: set[str]
) -> dict[str, str]:
    """{account: the file that sends its mail and logs in with OAuth now}.

    `likely`: accounts that one sender used with Basic and nothing else: {account: (mailbox that
    it logs in with, sender)}.
    """
    if not (likely and roots):
        return {}
    subjects: dict[int, set[str]] = defaultdict(set)
    rows = Fingerprint.objects.filter(sender__in=[pk for _, pk in likely.values()])
    for pk, words in rows.values_list("sender", "subject_mask").distinct().order_by():
        subjects[pk].add(words)
    found = {
        account: source_of(login, subjects[pk], sources[login], roots)
        for account, (login, pk) in likely.items()
    }
    return {account: where for account, where in found.items() if where}
