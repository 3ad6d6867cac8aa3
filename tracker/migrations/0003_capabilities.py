"""What vendors said by November 2026. Data from here on: people edit it."""

import csv
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEED = Path(__file__).parent.parent / "knowledge" / "capabilities.csv"


def seed(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    capability = apps.get_model("tracker", "Capability")
    with SEED.open(encoding="utf-8", newline="") as file:
        capability.objects.bulk_create(capability(**row) for row in csv.DictReader(file))


class Migration(migrations.Migration):
    dependencies = [("tracker", "0002_deadlines")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
