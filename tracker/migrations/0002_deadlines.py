"""Microsoft's milestones, as they stood in November 2026. Data from here on: people edit them."""

import datetime as dt
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

TIMELINE: dict[str, Any] = {
    "source_url": "https://techcommunity.microsoft.com/blog/exchange/"
    "updated-exchange-online-smtp-auth-basic-authentication-deprecation-timeline/4489835",
    "as_of": dt.date(2026, 1, 29),
}
MOVED = (
    "The dates have moved three times: announced on 15 April 2024 for September 2025, moved to "
    "1 March to 30 April 2026, and on 27 January 2026 to the present timeline. Many pages still "
    "name the superseded 1 March to 30 April 2026."
)
SEED: list[dict[str, Any]] = [
    {
        "name": "Basic authentication off by default for existing tenants",
        "on": dt.date(2026, 12, 31),
        "stated_as": "end of December 2026",
        "is_binding": True,
        "notes": "The day in December is not known, nor which switch Microsoft turns. "
        "Administrators can turn Basic authentication on again until its final removal. " + MOVED,
        **TIMELINE,
    },
    {
        "name": "Basic authentication not available by default for new tenants",
        "on": dt.date(2026, 12, 31),
        "stated_as": "tenants created after December 2026",
        "is_binding": False,
        "notes": "Such a tenant starts with OAuth alone.",
        **TIMELINE,
    },
    {
        "name": "Final removal date of Basic authentication to be announced",
        "on": dt.date(2027, 12, 31),
        "stated_as": "second half of 2027",
        "is_binding": False,
        "notes": "An announcement: nothing stops working on this day. " + MOVED,
        **TIMELINE,
    },
    {
        "name": "Basic authentication removed for good",
        "on": None,
        "stated_as": "not announced",
        "is_binding": True,
        "notes": "Enter the date once Microsoft names it. From then on every submission with a "
        "password gets the reply 550 5.7.30.",
        **TIMELINE,
    },
    {
        "name": "High Volume Email accepts Basic authentication until here",
        "on": dt.date(2028, 9, 30),
        "stated_as": "September 2028",
        "is_binding": False,
        "notes": "For cutovers with the route High Volume Email (smtp-hve.office365.com): it takes "
        "internal recipients only, and a password is not for good there either.",
        "source_url": "https://techcommunity.microsoft.com/blog/exchange/"
        "high-volume-email-continued-support-for-basic-authentication--other-important-up/4411197",
        "as_of": dt.date(2025, 5, 8),
    },
    {
        "name": "Exchange Web Services removed from Exchange Online",
        "on": dt.date(2027, 4, 1),
        "stated_as": "1 April 2027",
        "is_binding": False,
        "notes": "Not a route: an application that is rewritten anyway goes to Microsoft Graph, "
        "not to Exchange Web Services. Off by default since 1 October 2026.",
        "source_url": "https://techcommunity.microsoft.com/blog/exchange/"
        "exchange-online-ews-your-time-is-almost-up/4492361",
        "as_of": dt.date(2026, 2, 5),
    },
]


def sow(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add what is missing; what a person has edited or renamed stays as it is."""
    shared = apps.get_model("tracker", "Deadline").objects.filter(tenant=None)
    for row in SEED:
        same = Q(source_url=row["source_url"], stated_as=row["stated_as"])
        if not shared.filter(Q(name=row["name"]) | same).exists():
            shared.create(**row)


def take_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove what nobody has edited and no cutover is due for."""
    shared = apps.get_model("tracker", "Deadline").objects.filter(tenant=None, cutovers=None)
    for row in SEED:
        shared.filter(**row).delete()


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_initial")]

    operations = [migrations.RunPython(sow, take_back)]
