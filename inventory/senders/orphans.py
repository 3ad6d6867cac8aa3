"""Items that no report explains any more, and that no person has touched."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from inventory.models import (
    Account,
    Device,
    Item,
    KnownAsset,
    Observation,
    Script,
    SignIn,
    Submission,
    Tenant,
)
from inventory.readers import PROVING

OURS = "inventory"
FILLED = ("owner", "contact", "site_id")


def drop(tenant: Tenant, candidates: Iterable[int]) -> list[int]:
    """Delete the orphans among these; returns those that another app still holds."""
    items = list(Item.objects.filter(tenant=tenant, pk__in=list(candidates)))
    touched = logged(items)
    found = [item for item in items if item.pk not in touched and is_orphan(item)]
    held = [item.pk for item in found if is_held(item)]
    Item.objects.filter(pk__in={item.pk for item in found} - set(held)).delete()
    return held


def is_orphan(item: Item) -> bool:
    return not (has_word_of_people(item) or is_explained(item))


def is_touched(item: Item) -> bool:
    """Whether a person has changed it or said something of it."""
    return has_word_of_people(item) or bool(logged([item]))


def has_word_of_people(item: Item) -> bool:
    """Rules fill in none of these, and lists say what they filled in."""
    is_weighed = item.criticality != Item.Criticality.NORMAL
    filled = [getattr(item, name) for name in FILLED if item.filled.get(name) is None]
    said = (*filled, item.notes, item.tags)
    confirmed = KnownAsset.objects.filter(item=item, match=KnownAsset.Match.CONFIRMED)
    return is_weighed or any(said) or bool(confirmed.exists())


def is_explained(item: Item) -> bool:
    """Whether traffic, or for scripts their source, still says that there is such a thing."""
    if item.linked_senders.exists():
        return True
    if item.category == Item.Category.SCRIPT:
        return bool(Submission.objects.filter(script=item.pk).exists())
    if item.category == Item.Category.ACCOUNT:
        return bool(is_proven(item) or item.account.senders.exists())
    return False


def is_proven(account: Item) -> bool:
    """Whether some report proves that the account uses SMTP AUTH."""
    observed = Observation.objects.filter(
        fingerprint__tenant=account.tenant_id,
        fingerprint__account=account.name,
        report__reader__in=PROVING,
    )
    logged_in = SignIn.objects.filter(
        tenant=account.tenant_id, name=account.name, is_smtp=True, result=SignIn.Result.SUCCESS
    )
    return bool(observed.exists() or logged_in.exists())


def is_held(item: Item) -> bool:
    """Whether rows of another app hang on the item; it has to let go of them first."""
    relations = [
        relation
        for relation in Item._meta.related_objects
        if relation.related_model._meta.app_label != OURS
    ]
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: item.pk}).exists()
        for relation in relations
    )


def logged(items: list[Item]) -> set[int]:
    """Those that people have made or changed in the admin."""
    kinds = ContentType.objects.get_for_models(Item, Device, Script, Account).values()
    keys = [str(item.pk) for item in items]
    entries = LogEntry.objects.filter(content_type__in=kinds, object_id__in=keys)
    return {int(pk) for pk in entries.values_list("object_id", flat=True) if pk}
