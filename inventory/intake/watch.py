"""The watched folder: whatever comes to rest in a tenant's subfolder is received as a report.

A file is claimed by an atomic rename into a folder of its own below `.taking`, and stays there
until its reports were read; then it goes to `done` or, with the reason beside it, to `refused`. A
worker that dies leaves it there for the next sweep: content that was received is known by its hash.
"""

from __future__ import annotations

import json
import logging
import os
import stat
import time
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from inventory.intake.receive import NotReceived, receive
from inventory.models import Report, Tenant

logger = logging.getLogger(__name__)

TAKING, DONE, REFUSED = ".taking", "done", "refused"
NOTE = ".reports.json"
"""Beside a claimed file: the reports that came of it."""
DRAFT = f"{NOTE}.new"
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".download")
UNREAD = (Report.State.RECEIVED, Report.State.READING)

told: set[str] = set()
"""Problems that this process has logged: a sweep comes every few seconds."""


@dataclass(frozen=True)
class Folder:
    tenant: Tenant
    path: Path


def sweep(inbox: Path | None = None) -> list[str]:
    """Take what has come to rest, and put away what was read; returns a line for each file."""
    inbox = inbox or settings.INBOX
    if inbox is None:
        return []
    ensure_folders(inbox)
    lines = []
    for folder in folders(inbox):
        try:
            lines += [*take_all(folder), *put_away(folder)]
        except OSError as error:
            tell(f"the watched folder of {folder.tenant} cannot be used: {error}")
    for problem in problems(inbox):
        tell(problem)
    return lines


def tell(problem: str) -> None:
    if problem not in told:
        told.add(problem)
        logger.warning("%s", problem)


# -- whose folder ------------------------------------------------------------------------------


def names_of(tenants: list[Tenant]) -> dict[str, list[Tenant]]:
    """{folder name: the tenants that it may stand for}."""
    found: dict[str, list[Tenant]] = defaultdict(list)
    for tenant in tenants:
        for name in {plain(tenant.name), slugify(tenant.name)} - {""}:
            found[name].append(tenant)
    exact = {plain(tenant.name): tenant for tenant in tenants}
    return {name: [exact[name]] if name in exact else each for name, each in found.items()}


def plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def folders(inbox: Path) -> Iterator[Folder]:
    known = names_of(list(Tenant.objects.all()))
    for path in inside(inbox):
        owners = known.get(plain(path.name), [])
        if len(owners) == 1 and is_folder(path):
            yield Folder(owners[0], path)


def problems(inbox: Path) -> Iterator[str]:
    """What lies in the inbox and belongs to nobody: it is never guessed whose it is."""
    known = names_of(list(Tenant.objects.all()))
    for path in inside(inbox):
        owners = known.get(plain(path.name), [])
        if not is_folder(path):
            yield f"{path.name} lies beside the tenants' folders of the watched folder"
        elif not owners:
            yield f"the watched folder {path.name!r} is called like no tenant"
        elif len(owners) > 1:
            names = ", ".join(sorted(tenant.name for tenant in owners))
            yield f"the watched folder {path.name!r} may be that of {names}: use a full name"


def ensure_folders(inbox: Path) -> None:
    """One folder for each tenant that has none."""
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        served = {folder.tenant.pk for folder in folders(inbox)}
        names = names_of(list(Tenant.objects.all()))
        for tenant in Tenant.objects.exclude(pk__in=served):
            name = slugify(tenant.name)
            if name and len(names[name]) == 1:
                (inbox / name).mkdir(exist_ok=True)
    except OSError as error:
        tell(f"the watched folder cannot be used: {error}")


def inside(folder: Path) -> list[Path]:
    """What is in a folder, in the order of names, without what is hidden."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def is_folder(path: Path) -> bool:
    """Of the tree itself: a link leads out of it and is not followed."""
    return stat.S_ISDIR(path.lstat().st_mode) if os.path.lexists(path) else False


# -- taking ------------------------------------------------------------------------------------


def take_all(folder: Folder) -> Iterator[str]:
    for path in inside(folder.path):
        if is_at_rest(path) and (claimed := claim(folder, path)):
            yield take(folder, claimed)


def is_at_rest(path: Path) -> bool:
    """A plain file that nobody has written to for a while; a copy that is under way changes.

    A copy keeps the times of what it copies: the change of the file's own record counts too.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:  # Another worker was faster.
        return False
    if not stat.S_ISREG(found.st_mode) or path.suffix.lower() in UNFINISHED:
        return False
    now = time.time()
    changed = max(moment for moment in (found.st_ctime, found.st_mtime, 0) if moment <= now + 1)
    return now - changed >= settings.INBOX_REST_SECONDS


def claim(folder: Folder, path: Path) -> Path | None:
    """Move the file where this worker alone looks after it; None when another was faster."""
    place = folder.path / TAKING / uuid.uuid4().hex
    place.mkdir(parents=True)
    try:
        path.rename(place / path.name)
    except FileNotFoundError:
        place.rmdir()
        return None
    return place / path.name


def take(folder: Folder, path: Path) -> str:
    """Receive a claimed file; its reports are noted beside it."""
    try:
        before = path.lstat()
        with open(path, "rb", opener=no_links) as stream:
            found = receive(folder.tenant, stream, path.name, origin=Report.Origin.WATCHED)
        after = path.lstat()
    except NotReceived as error:
        return put(folder, path, REFUSED, str(error))
    except FileNotFoundError:
        return f"{path.name}: taken by another worker"
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        path.rename(free(folder.path, path.name))
        path.parent.rmdir()
        return f"{path.name}: somebody still writes to it, it is taken later"
    # Whole at once, for others that put away look at it meanwhile.
    draft = path.parent / DRAFT
    draft.write_text(json.dumps([received.report.pk for received in found]))
    draft.rename(path.parent / NOTE)
    return f"{path.name}: received for {folder.tenant}"


def no_links(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


# -- putting away ------------------------------------------------------------------------------


def put_away(folder: Folder) -> Iterator[str]:
    """Move files whose reports were read; receive again what a dead worker left."""
    for place in inside_hidden(folder.path / TAKING):
        files = inside(place)
        note = place / NOTE
        if not files:
            forget(place)
        elif note.exists():
            yield from settle(folder, files[0], json.loads(note.read_text()))
        elif time.time() - place.lstat().st_mtime > settings.REPORT_LEASE_SECONDS:
            os.utime(place)
            yield take(folder, files[0])


def inside_hidden(folder: Path) -> list[Path]:
    return [path for path in inside(folder) if is_folder(path)] if is_folder(folder) else []


def forget(place: Path) -> None:
    """A claim without a file: another worker was faster, or died just before or after moving it."""
    if time.time() - place.lstat().st_mtime > settings.REPORT_LEASE_SECONDS:
        leave(place)


def leave(place: Path) -> None:
    for name in (NOTE, DRAFT):
        (place / name).unlink(missing_ok=True)
    place.rmdir()


def settle(folder: Folder, path: Path, keys: list[int]) -> Iterator[str]:
    reports = Report.objects.filter(pk__in=keys)
    if reports.filter(state__in=UNREAD).exists():
        return
    refused = reports.filter(state=Report.State.REFUSED).order_by("pk")
    reasons = [f"{report.file_name}: {report.refusal}" for report in refused]
    yield put(folder, path, REFUSED if reasons else DONE, "\n".join(reasons))


def put(folder: Folder, path: Path, name: str, reason: str = "") -> str:
    target = folder.path / name
    target.mkdir(exist_ok=True)
    end = free(target, path.name)
    if reason:
        end.with_name(f"{end.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
    path.rename(end)
    leave(path.parent)
    return f"{path.name}: {name}{f', {reason}' if reason else ''}"


def free(folder: Path, name: str) -> Path:
    """A path of this name, or one like it, at which nothing lies."""
    path = folder / name
    if not os.path.lexists(path):
        return path
    return path.with_name(f"{path.stem}~{uuid.uuid4().hex[:8]}{path.suffix}")
