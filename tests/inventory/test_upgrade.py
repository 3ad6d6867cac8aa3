"""A database of an older version takes its rows along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("inventory", "0010_near")]


def migrated(targets: list[tuple[str, str]]) -> Any:
    """The models as they are after these migrations."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def older() -> Iterator[Any]:
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        yield migrated(BEFORE)
    finally:
        migrated(latest)


def made(apps: Any, model: str, kind: str = "", sender_kind: str = "", **fields: Any) -> int:
    """An item of an older version, with a sender behind it where `sender_kind` is given."""
    tenant, _ = apps.get_model("inventory", "Tenant").objects.get_or_create(name="A")
    item = apps.get_model("inventory", model).objects.create(
        tenant=tenant, category=model.lower(), kind=kind, **fields
    )
    if sender_kind:
        account, _ = apps.get_model("inventory", "Account").objects.get_or_create(
            tenant=tenant, category="account", name="scan@example.org"
        )
        apps.get_model("inventory", "Sender").objects.create(
            tenant=tenant,
            account=account,
            key=f"key {item.pk}",
            name=f"sender {item.pk}",
            kind=sender_kind,
            item_id=item.pk,
        )
    return int(item.pk)


def test_takes_names_and_kinds_that_the_rules_gave_for_proposed(older: Any) -> None:
    unnamed = "Printer or scanner at 192.0.2.1 (scan@, BCDFG)"
    given = made(older, "Device", "mfp", "mfp", name=unnamed)
    by_host = made(older, "Device", "mfp", "mfp", name="brn1", host_name="brn1")
    renamed = made(older, "Device", "mfp", "mfp", name="Third floor", host_name="brn2")
    other_kind = made(older, "Device", "appliance", "mfp", name=unnamed.replace("BCDFG", "BCDFH"))
    by_hand = made(older, "Script", "script", name="nightly.ps1")

    migrated(MigrationExecutor(connection).loader.graph.leaf_nodes())

    from inventory.models import Item

    proposed = dict(Item.objects.values_list("pk", "proposed"))
    assert proposed[given] == {"name": unnamed, "kind": "mfp"}
    assert proposed[by_host] == {"name": "brn1", "kind": "mfp"}
    assert proposed[renamed] == {"kind": "mfp"}
    assert proposed[other_kind] == proposed[by_hand] == {}
