"""The sources that there are: what they are called, how to get them, when they go stale."""

from __future__ import annotations

from dataclasses import dataclass

TRAFFIC_DAYS, SETTINGS_DAYS, LIST_DAYS = 14, 30, 180


@dataclass(frozen=True)
class Source:
    name: str
    title: str
    how: str
    """How to get it."""
    readers: tuple[str, ...] = ()
    pull: str = ""
    """The Pull.Source that collects it."""
    stale_after: int | None = TRAFFIC_DAYS
    """Days; None for what is told once."""
    is_dated: bool = True
    """Whether its rows cover days; else it tells how things are."""


SOURCES = (
    Source(
        "detail",
        "SMTP AUTH detail report",
        "Exchange admin center, Reports, Mail flow, SMTP AUTH clients: Request report",
        ("smtp_cs_report",),
    ),
    Source(
        "grid",
        "SMTP AUTH clients, grid export",
        "Exchange admin center, Reports, Mail flow, SMTP AUTH clients: Export",
        ("smtp_auth_grid",),
        is_dated=False,
    ),
    Source(
        "message_trace",
        "message trace",
        "collect it from Microsoft, or Get-MessageTraceV2 | Export-Csv",
        ("graph_message_trace", "message_trace", "message_trace_json"),
        pull="message_trace",
    ),
    Source(
        "summary",
        "message trace downloads (summary, extended)",
        "Exchange admin center, Mail flow, Message trace: a summary or extended report",
        ("mt_summary", "mt_detail"),
    ),
    Source(
        "sign_ins",
        "interactive sign-ins",
        "collect them from Microsoft, or Entra admin center, Sign-in logs: Download",
        ("entra_graph", "entra_logs", "entra_portal"),
        pull="sign_ins",
    ),
    Source(
        "background_sign_ins",
        "non-interactive sign-ins",
        "collect them from Microsoft, or Entra admin center, Sign-in logs: Download",
        ("entra_graph", "entra_logs", "entra_portal"),
        pull="background_sign_ins",
    ),
    Source(
        "mailbox_settings",
        "mailbox settings",
        "Get-CASMailbox -ResultSize Unlimited | Export-Csv, or collect them from Microsoft",
        ("cas_mailbox",),
        pull="cas_mailbox",
        stale_after=SETTINGS_DAYS,
        is_dated=False,
    ),
    Source(
        "transport_settings",
        "transport settings",
        "Get-TransportConfig | ConvertTo-Json, or collect them from Microsoft",
        ("transport_config",),
        pull="transport_config",
        stale_after=SETTINGS_DAYS,
        is_dated=False,
    ),
    Source(
        "policies",
        "authentication policies",
        "Get-AuthenticationPolicy | ConvertTo-Json, or collect them from Microsoft",
        ("authentication_policy",),
        pull="authentication_policy",
        stale_after=SETTINGS_DAYS,
        is_dated=False,
    ),
    Source(
        "assets",
        "asset list",
        "a list of devices, as CSV or Excel, from a CMDB, a printer fleet, NetBox or DHCP",
        stale_after=LIST_DAYS,
        is_dated=False,
    ),
    Source(
        "replies",
        "replies that devices logged",
        "the logs of devices and scripts, as text",
        stale_after=None,
        is_dated=False,
    ),
    Source(
        "scripts",
        "scripts",
        "manage.py scan_scripts --tenant NAME FOLDER",
        stale_after=LIST_DAYS,
        is_dated=False,
    ),
)

OTHER_TITLES = {
    "known_devices": "list of devices",
    "known_sites": "list of sites",
    "organization_config": "settings of the organisation",
    "security_defaults": "security defaults",
    "smtp_replies": "log with SMTP replies",
    "user": "policies of users",
}


def title_of(reader: str) -> str:
    """What a reader reads, in words."""
    found = (source.title for source in SOURCES if reader and reader in source.readers)
    return OTHER_TITLES.get(reader) or next(found, reader.replace("_", " ")) or "not known"


OTHER = Source(
    "other",
    "files that were not taken",
    "read them again, or remove them",
    stale_after=None,
    is_dated=False,
)
"""Refused before it was known what they are; shown only when there are any."""
