"""Every route of the API as the schema lists it, and how to call each for a tenant's rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from inventory.models import (
    Correction,
    Device,
    DeviceReply,
    Fingerprint,
    KnownAsset,
    Report,
    Sender,
    Setting,
    Suggestion,
    Tenant,
)
from tests.factories import ReportFactory
from tests.world import World
from tracker.models import Cutover, Deadline, Vouch, Waiver, Wave

PREFIX = "/api/v1/"
OPEN = {("get", "/api/v1/schema"), ("get", "/api/v1/docs")}
"""What anybody may read: it tells of the API and of nobody's data."""

SUBJECTS: dict[str, type[Model]] = {
    "tenants": Tenant,
    "reports": Report,
    "senders": Sender,
    "corrections": Correction,
    "items": Device,
    "assets": KnownAsset,
    "device-replies": DeviceReply,
    "cutovers": Cutover,
    "deadlines": Deadline,
    "waivers": Waiver,
    "waves": Wave,
    "unused-mailboxes": Vouch,
    "lockdown": Tenant,
    "sources": Tenant,
    "forecast": Tenant,
}
"""The row that `{id}` means. A new route without an entry fails the tests that walk them."""


QUERIES = {
    "/api/v1/lockdown": "?tenant={}",
    "/api/v1/sources": "?tenant={}",
    "/api/v1/forecast": "?tenant={}",
}
"""Routes that are told in their query which row they are about."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str

    @property
    def is_write(self) -> bool:
        return self.method != "get"

    @property
    def is_of_one_row(self) -> bool:
        return "{" in self.path or self.path in QUERIES

    @property
    def subject(self) -> type[Model]:
        return SUBJECTS[self.path.removeprefix(PREFIX).split("/")[0]]

    def url(self, rows: World) -> str:
        query = QUERIES.get(self.path, "").format(rows[self.subject].pk)
        path = self.path.replace("{id}", str(rows[self.subject].pk)).replace("{step}", "switch")
        return path + query

    def body(self, rows: World) -> dict[str, Any]:
        """What would be accepted from somebody who may see these rows."""
        return BODIES[self.method, self.path](rows) if self.is_write else {}


def upload(rows: World) -> dict[str, Any]:
    file = SimpleUploadedFile("anything.csv", b"anything")
    return {"data": {"tenant": rows[Tenant].pk, "file": file}, "format": "multipart"}


def wave(rows: World) -> dict[str, Any]:
    told = {"tenant": rows[Tenant].pk, "name": "aardvark 2", "start_on": soon(), "due_on": soon()}
    return {"data": told, "format": "json"}


def unused_mailbox(rows: World) -> dict[str, Any]:
    """One that an export of settings names and nothing else."""
    tenant = rows[Tenant]
    account = f"fax@{tenant.name}.example"
    told = {"subject": account, "name": "smtp_auth_disabled", "value": ""}
    report = ReportFactory.create(tenant=tenant, reader="cas_mailbox")
    Setting.objects.create(report=report, scope="mailbox", **told)
    return as_json(tenant=tenant.pk, account=account, reason="x", expires_on=soon())


def as_json(**data: Any) -> dict[str, Any]:
    return {"data": data, "format": "json"}


def soon() -> str:
    return f"{timezone.now() + dt.timedelta(days=30):%Y-%m-%d}"


BODIES: dict[tuple[str, str], Any] = {
    ("post", "/api/v1/reports"): upload,
    ("delete", "/api/v1/reports/{id}"): lambda rows: {},
    ("patch", "/api/v1/cutovers/{id}"): lambda rows: {"data": {"owner": "them"}, "format": "json"},
    ("post", "/api/v1/cutovers/{id}/move"): lambda rows: {
        "data": {"to": "assessed"},
        "format": "json",
    },
    ("post", "/api/v1/cutovers/{id}/waive"): lambda rows: {
        "data": {"reason": "later", "expires_on": soon()},
        "format": "json",
    },
    ("post", "/api/v1/cutovers/{id}/runbook/{step}"): lambda rows: {
        "data": {"done": True},
        "format": "json",
    },
    ("patch", "/api/v1/deadlines/{id}"): lambda rows: {"data": {"on": soon()}, "format": "json"},
    ("post", "/api/v1/waves"): wave,
    ("patch", "/api/v1/waves/{id}"): lambda rows: {"data": {"goal": "all"}, "format": "json"},
    ("delete", "/api/v1/waves/{id}"): lambda rows: {},
    ("post", "/api/v1/senders/{id}/confirm"): lambda rows: {},
    ("post", "/api/v1/senders/{id}/reject"): lambda rows: as_json(reason="scrapped"),
    ("post", "/api/v1/senders/{id}/correct"): lambda rows: as_json(item=rows[Device].pk),
    ("post", "/api/v1/senders/{id}/merge"): lambda rows: as_json(senders=[rows[Suggestion].pk]),
    ("post", "/api/v1/senders/{id}/unite"): lambda rows: as_json(senders=[rows[Suggestion].pk]),
    ("post", "/api/v1/senders/{id}/split"): lambda rows: as_json(
        fingerprints=[rows[Fingerprint].pk]
    ),
    ("post", "/api/v1/assets/{id}/confirm"): lambda rows: as_json(item=rows[Device].pk),
    ("post", "/api/v1/assets/{id}/reject"): lambda rows: {},
    ("post", "/api/v1/corrections/{id}/undo"): lambda rows: {},
    ("post", "/api/v1/waivers/{id}/approve"): lambda rows: {},
    ("post", "/api/v1/waivers/{id}/decline"): lambda rows: {},
    ("post", "/api/v1/unused-mailboxes"): unused_mailbox,
    ("post", "/api/v1/unused-mailboxes/{id}/withdraw"): lambda rows: {},
}


@cache
def routes() -> list[Route]:
    generator: Any = SchemaGenerator
    schema: dict[str, Any] = generator().get_schema(public=True)
    return [
        Route(method, path)
        for path, operations in schema["paths"].items()
        for method in operations
        if method in {"get", "post", "put", "patch", "delete"} and (method, path) not in OPEN
    ]
