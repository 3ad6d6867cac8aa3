"""A file comes in: kept on disk under its hash, a row for it, and a nudge to read it.

The same content comes in once for each tenant, whatever it is called. Archives are opened here,
so that each file in them is a report of its own.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.db import IntegrityError, transaction

from inventory import archives, events
from inventory.ingest import read_again, take_again
from inventory.models import Report, Tenant
from inventory.nudge import nudge
from inventory.readers.grids import is_workbook


class NotReceived(Exception):
    """The file was not taken in at all; the message says why to the person."""


@dataclass(frozen=True)
class Received:
    report: Report
    is_known: bool
    """The tenant had this content already and it was not refused then: nothing is counted."""


def receive(
    tenant: Tenant,
    stream: BinaryIO,
    file_name: str,
    *,
    origin: str,
    sent_by: User | None = None,
    date_order: str = "",
) -> list[Received]:
    """Take a file in, streamed; one report, or one for each file of a zip archive.

    `date_order`, a DateOrder, says how to read dates when the file does not tell.
    Raises NotReceived for a file over `OFFRAMP_REPORT_LIMIT_MB`.
    """
    with spooled(archives.chunks(stream)) as path:
        with path.open("rb") as file:
            if is_workbook(path) or not archives.is_archive(file.read(4)):
                return [keep(tenant, path, file_name, origin, sent_by, date_order)]
        try:
            archives.check(path, settings.REPORT_SIZE_LIMIT)
        except archives.BadArchive as error:
            refusal = str(error)
            return [keep(tenant, path, file_name, origin, sent_by, date_order, refusal)]
        found = []
        for member, content in archives.members(path, file_name):
            with spooled(archives.chunks(content)) as unpacked:
                found.append(keep(tenant, unpacked, member, origin, sent_by, date_order))
        return found


class spooled:
    """A temporary file with these chunks, on the disk where reports are kept."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        handle, name = tempfile.mkstemp(dir=settings.FILE_UPLOAD_TEMP_DIR)
        self.path = Path(name)
        size = 0
        with os.fdopen(handle, "wb") as file:
            try:
                for chunk in chunks:
                    size += len(chunk)
                    if size > settings.REPORT_SIZE_LIMIT:
                        limit = settings.REPORT_SIZE_LIMIT // 1024 // 1024
                        raise NotReceived(f"the file is larger than {limit:,} MB")
                    file.write(chunk)
            except BaseException:
                self.path.unlink()
                raise

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *error: object) -> None:
        self.path.unlink(missing_ok=True)


def keep(
    tenant: Tenant,
    path: Path,
    file_name: str,
    origin: str,
    sent_by: User | None,
    date_order: str,
    refusal: str = "",
) -> Received:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    known = Report.objects.filter(tenant=tenant, sha256=sha256).first()
    if known is not None:
        is_queued = read_again(known, sent_by, date_order=date_order) or take_again(
            known, name_of(file_name), sent_by
        )
        return Received(known, is_known=not (refusal or is_queued))
    report = Report(
        tenant=tenant,
        file_name=name_of(file_name),
        byte_count=path.stat().st_size,
        sha256=sha256,
        origin=origin,
        sent_by=sent_by,
        state=Report.State.REFUSED if refusal else Report.State.RECEIVED,
        refusal=refusal,
        date_order=date_order,
    )
    try:
        with transaction.atomic(), path.open("rb") as file:
            report.content.save(report.file_name, File(file), save=False)
            report.save(force_insert=True)
            tell(report)
    except IntegrityError:  # Another process took in the same content at the same time.
        return Received(Report.objects.get(tenant=tenant, sha256=sha256), is_known=True)
    return Received(report, is_known=False)


def name_of(file_name: str) -> str:
    return Path(file_name).name[:255] or "unnamed"


def tell(report: Report) -> None:
    events.record("report.received", report.tenant, report.pk, file=report.file_name)
    if report.state == Report.State.REFUSED:
        data = {"file": report.file_name, "reason": report.refusal}
        events.record("report.refused", report.tenant, report.pk, **data)
    else:
        nudge("inventory.read_report", report.pk)
