"""The weekly export: what a tenant has and where its cutovers stand, for people with Excel."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from django.utils.text import slugify

from inventory.models import Tenant
from inventory.sources.facts import health
from tracker.exports.csv_file import write_csv
from tracker.exports.forecast import forecast_rows
from tracker.exports.rows import frame_of
from tracker.exports.workbook import NO_SENDERS, UNKNOWN, write_workbook
from tracker.queries import Standing, standing


def export_weekly(tenant: Tenant, folder: Path, now: dt.datetime) -> list[Path]:
    """Write `offramp-<tenant>-<date>.csv` and `.xlsx`; returns their paths. Raises OSError.

    A file of that name is replaced, in one step: nobody ever reads half of one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    today = now.date()
    found = standing(Tenant.objects.filter(pk=tenant.pk), today)
    frame = told(frame_of(tenant, today), found)
    name = f"offramp-{slug_of(tenant)}-{today:%Y-%m-%d}"
    paths = [folder / f"{name}.csv", folder / f"{name}.xlsx"]
    with replacing(paths[0]) as path:
        write_csv(frame, path)
    with replacing(paths[1]) as path:
        rows = forecast_rows(tenant, today)
        write_workbook(tenant, found, frame, path, rows, health(tenant, now))
    return paths


def told(frame: pd.DataFrame, found: Standing) -> pd.DataFrame:
    """An export without an item says why, for a table without rows looks like clean."""
    if len(frame):
        return frame
    row: dict[str, Any] = dict.fromkeys(frame.columns)
    row["name"] = "no item: " + (NO_SENDERS if found.is_known else UNKNOWN)
    return pd.DataFrame([row], columns=frame.columns, dtype=object)


def slug_of(tenant: Tenant) -> str:
    """The tenant's name as a file name, never that of another tenant's file."""
    slug = slugify(tenant.name, allow_unicode=True)
    others = Tenant.objects.exclude(pk=tenant.pk).values_list("name", flat=True)
    is_taken = any(slugify(name, allow_unicode=True) == slug for name in others)
    # No slug holds two dashes in a row.
    return f"{slug or 'tenant'}--{tenant.pk}" if is_taken or not slug else slug


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside this one, which takes its place when all went well."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".offramp-") as folder:
        temporary = Path(folder) / path.name
        yield temporary
        os.replace(temporary, path)
