"""Keeps what the rules gave an item beside what it is called and taken for now."""

import re

from django.db import migrations, models

ENDING = re.compile(r" \([^()]{0,20}@, [BCDFGHJKLMNPQRSTVWXZ]{5}\)$")


def tell_proposed(apps, schema_editor):
    """What was made for senders before and has the kind of one: the name only where it is such
    as rules give."""
    Item = apps.get_model("inventory", "Item")
    Sender = apps.get_model("inventory", "Sender")
    Submission = apps.get_model("inventory", "Submission")
    found = Submission.objects.values("script")
    items = Item.objects.exclude(pk__in=found).select_related("device", "script")
    kinds = {}
    for item, kind in Sender.objects.exclude(item=None).values_list("item", "kind"):
        kinds.setdefault(item, set()).add(kind)
    changed = []
    for item in items.filter(pk__in=kinds).iterator(chunk_size=2000):
        if item.kind in kinds[item.pk]:
            item.proposed = {"kind": item.kind, **name_of(item)}
            changed.append(item)
    Item.objects.bulk_update(changed, ["proposed"], batch_size=500)


def name_of(item):
    name = item.filled.get("was", item.name)
    part = getattr(item, item.category, None)
    host = getattr(part, "host_name", "")
    is_given = ENDING.search(name) or (
        host and (name in (host, host.upper()) or f" on {host} (" in name)
    )
    return {"name": name} if is_given else {}


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_near")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="proposed",
            field=models.JSONField(
                default=dict,
                editable=False,
                help_text=(
                    "The name and the kind that the rules gave; another one is somebody's word."
                ),
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="is_linked",
            field=models.BooleanField(
                default=True,
                editable=False,
                help_text="False while it waits for others to be linked with.",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["tenant"],
                condition=models.Q(is_linked=False),
                name="reports_that_wait",
            ),
        ),
        migrations.RunPython(tell_proposed, migrations.RunPython.noop),
    ]
