"""What a wave's saved filter asks for, and which cutovers answer it.

A filter names criteria with the values that will do: all criteria have to hold, any one value of
each is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from inventory.models import Item, Sender
from tracker.models import Cutover, Wave

Filter = dict[str, list[str]]

CHOICES: dict[str, list[str]] = {
    "status": Cutover.Status.values,
    "route": Cutover.Route.values,
    "kind": Item.Kind.values,
    "criticality": Item.Criticality.values,
}
"""Criteria with fixed values; of the others any text will do, in capitals or not."""
WORDS = ("site", "vendor", "account", "tag", "owner")
CRITERIA = (*CHOICES, *WORDS)
LONGEST = 320


class FilterRefused(ValueError):
    """It is no filter; the message says why to the person."""


def cleaned(told: Any) -> Filter:
    """The filter without blanks and repetitions; raises FilterRefused."""
    if not isinstance(told, dict):
        raise FilterRefused("a filter is an object of criteria, each with a list of values")
    if unknown := sorted(set(map(str, told)) - set(CRITERIA)):
        raise FilterRefused(
            f"there is no criterion {', '.join(unknown)}; there are {', '.join(CRITERIA)}"
        )
    return {name: values for name in CRITERIA if (values := cleaned_values(name, told.get(name)))}


def cleaned_values(name: str, told: Any) -> list[str]:
    values = [] if told is None else told if isinstance(told, list) else [told]
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in values):
        raise FilterRefused(f"{name}: values are texts of at most {LONGEST} characters")
    if name not in CHOICES:
        return list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if wrong := [value for value in values if value not in CHOICES[name]]:
        raise FilterRefused(f"{name}: {', '.join(wrong)} is none of its values")
    return list(dict.fromkeys(values))


def matching(wave: Wave, *, without: str = "") -> QuerySet[Cutover]:
    """The tenant's cutovers that the wave's filter asks for; none when it asks for nothing."""
    cutovers: QuerySet[Cutover] = Cutover.objects.filter(item__tenant=wave.tenant_id)
    criteria = {name: values for name, values in wave.filter.items() if name != without}
    if not criteria:
        return cutovers.none()
    for name, values in criteria.items():
        cutovers = cutovers.filter(CONDITIONS[name](wave.tenant_id, values))
    return cutovers


def any_of(field: str) -> Callable[[int, list[str]], Q]:
    return lambda tenant, values: Q(**{f"{field}__in": values})


def alike(field: str) -> Callable[[int, list[str]], Q]:
    def condition(tenant: int, values: list[str]) -> Q:
        found = Q(pk__in=[])
        for value in values:
            found |= Q(**{f"{field}__iexact": value})
        return found

    return condition


def of_account(tenant: int, values: list[str]) -> Q:
    """The account itself, and whatever logs in with it."""
    names = [value.lower() for value in values]
    senders = Sender.objects.filter(tenant=tenant, merged_into=None, account__name__in=names)
    itself = Q(item__category=Item.Category.ACCOUNT, item__name__in=names)
    return itself | Q(item__in=senders.exclude(item=None).values("item"))


def tagged(tenant: int, values: list[str]) -> Q:
    # SQLite cannot ask what a JSON list contains.
    wanted = {value.lower() for value in values}
    tags = Item.objects.filter(tenant=tenant).exclude(tags=[]).values_list("pk", "tags")
    return Q(item__in=[pk for pk, own in tags if wanted & {str(tag).lower() for tag in own or []}])


CONDITIONS: dict[str, Callable[[int, list[str]], Q]] = {
    "status": any_of("status"),
    "route": any_of("route"),
    "kind": any_of("item__kind"),
    "criticality": any_of("item__criticality"),
    "site": alike("item__site__name"),
    "vendor": alike("item__device__vendor"),
    "owner": alike("owner"),
    "account": of_account,
    "tag": tagged,
}
