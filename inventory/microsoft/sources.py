"""What can be fetched: the first address of each source, and the body that Exchange wants."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

ORGANISATION_MAILBOX = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"
"""Anchors an app-only request of Exchange Online."""


@dataclass(frozen=True)
class Request:
    url: str
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


def message_trace(graph: str, start: dt.datetime, end: dt.datetime) -> Request:
    """https://learn.microsoft.com/graph/api/messagetracingroot-list-messagetraces"""
    period = f"receivedDateTime ge {stamp(start)} and receivedDateTime le {stamp(end)}"
    query = urlencode({"$filter": period, "$top": 5000})
    return Request(f"{graph}/v1.0/admin/exchange/tracing/messageTraces?{query}")


def sign_ins(graph: str, start: dt.datetime, end: dt.datetime, event_type: str) -> Request:
    """Sign-ins with SMTP AUTH; only the beta tells the event types apart.

    https://learn.microsoft.com/graph/api/signin-list
    """
    wanted = (
        f"createdDateTime ge {stamp(start)} and createdDateTime le {stamp(end)}"
        " and (clientAppUsed eq 'Authenticated SMTP' or clientAppUsed eq 'SMTP')"
        f" and signInEventTypes/any(t: t eq '{event_type}')"
    )
    query = urlencode({"$filter": wanted, "$top": 1000})
    return Request(f"{graph}/beta/auditLogs/signIns?{query}")


def cmdlet(exchange: str, directory_id: str, name: str) -> Request:
    """A reading cmdlet over the interface that Exchange's own PowerShell module uses.

    Undocumented; seen in the module (3.10.1) and in public clients (2026-09).
    """
    return Request(
        f"{exchange}/adminapi/beta/{directory_id}/InvokeCommand",
        body={"CmdletInput": {"CmdletName": name, "Parameters": {"ResultSize": "Unlimited"}}}
        if name == "Get-CASMailbox"
        else {"CmdletInput": {"CmdletName": name, "Parameters": {}}},
        headers={
            "X-AnchorMailbox": f"APP:{ORGANISATION_MAILBOX}@{directory_id}",
            "Prefer": "odata.maxpagesize=1000",
        },
    )


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row without the notes on types that Exchange puts beside each value."""
    return {name: value for name, value in row.items() if "@" not in name}


def stamp(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
