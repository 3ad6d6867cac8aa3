"""A file comes in: kept on disk under its hash, a row for it, and a nudge to read it.

The same content comes in once for each tenant, whatever it is called. Archives are opened here,
so that each file in them is a report of its own.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.db import IntegrityError, transaction

from inventory import events
from inventory.intake import archives
from inventory.intake.ingest import read_again, take_again
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
    if (known := known_already(tenant, stream)) is not None:
        return [again(known, file_name, sent_by, date_order)]
    with Spooled(archives.chunks(stream)) as whole:
        with whole.path.open("rb") as file:
            if is_workbook(whole.path) or not archives.is_archive(file.read(4)):
                return [keep(tenant, whole, file_name, origin, sent_by, date_order)]
        try:
            archives.check(whole.path, settings.REPORT_SIZE_LIMIT)
        except archives.BadArchive as error:
            refusal = str(error)
            return [keep(tenant, whole, file_name, origin, sent_by, date_order, refusal)]
        found = []
        for member, content in archives.members(whole.path, file_name):
            with Spooled(archives.chunks(content)) as unpacked:
                found.append(keep(tenant, unpacked, member, origin, sent_by, date_order))
        return found


def known_already(tenant: Tenant, stream: BinaryIO) -> Report | None:
    """The report with this content, if there is one; a file that can be is hashed where it lies."""
    if not stream.seekable():
        return None
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if not Report.objects.filter(tenant=tenant, byte_count=size).exists():
        return None
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)
    return standing(tenant, sha256)


class Spooled(File):  # type: ignore[type-arg]
    """A temporary file with these chunks, on the disk where reports are kept."""

    def __init__(self, chunks: Iterable[memoryview]) -> None:
        handle, name = tempfile.mkstemp(dir=settings.FILE_UPLOAD_TEMP_DIR)
        self.path = Path(name)
        digest = hashlib.sha256()
        hashing: Future[None] | None = None
        self.byte_count = 0
        with os.fdopen(handle, "wb") as file, ThreadPoolExecutor(max_workers=1) as hasher:
            try:
                for chunk in chunks:
                    self.byte_count += len(chunk)
                    if self.byte_count > settings.REPORT_SIZE_LIMIT:
                        limit = settings.REPORT_SIZE_LIMIT // 1024 // 1024
                        raise NotReceived(f"the file is larger than {limit:,} MB")
                    before, hashing = hashing, hasher.submit(digest.update, chunk)
                    file.write(chunk)
                    if before is not None:
                        before.result()  # One chunk behind: reading and writing go on.
            except BaseException:
                self.path.unlink()
                raise
        self.sha256 = digest.hexdigest()
        super().__init__(self.path.open("rb"), name)

    def temporary_file_path(self) -> str:
        """Tells the storage that it may move the file instead of copying it."""
        return str(self.path)

    def __exit__(self, *error: object) -> None:
        self.close()
        self.path.unlink(missing_ok=True)


def keep(
    tenant: Tenant,
    content: Spooled,
    file_name: str,
    origin: str,
    sent_by: User | None,
    date_order: str,
    refusal: str = "",
) -> Received:
    known = standing(tenant, content.sha256)
    if known is not None:
        return again(known, file_name, sent_by, date_order, refusal)
    report = Report(
        tenant=tenant,
        file_name=name_of(file_name),
        byte_count=content.byte_count,
        sha256=content.sha256,
        origin=origin,
        sent_by=sent_by,
        state=Report.State.REFUSED if refusal else Report.State.RECEIVED,
        refusal=refusal,
        date_order=date_order,
    )
    try:
        with transaction.atomic():
            report.content.save(report.file_name, content, save=False)
            report.save(force_insert=True)
            tell(report)
    except IntegrityError:  # Another process took in the same content at the same time.
        return Received(standing(tenant, content.sha256) or report, is_known=True)
    return Received(report, is_known=False)


def again(
    known: Report, file_name: str, sent_by: User | None, date_order: str, refusal: str = ""
) -> Received:
    is_queued = read_again(known, sent_by, date_order=date_order) or take_again(
        known, name_of(file_name), sent_by
    )
    return Received(known, is_known=not (refusal or is_queued))


def standing(tenant: Tenant, sha256: str) -> Report | None:
    """The report of this content; one that was removed is none, so that it can come in again."""
    found: Report | None = (
        Report.objects.filter(tenant=tenant, sha256=sha256).exclude(state__in=Report.GONE).first()
    )
    return found


def name_of(file_name: str) -> str:
    return Path(file_name).name[:255] or "unnamed"


def tell(report: Report) -> None:
    events.record("report.received", report.tenant, report.pk, file=report.file_name)
    if report.state == Report.State.REFUSED:
        data = {"file": report.file_name, "reason": report.refusal}
        events.record("report.refused", report.tenant, report.pk, **data)
    else:
        nudge("inventory.read_report", report.pk)
