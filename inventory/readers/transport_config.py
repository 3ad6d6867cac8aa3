"""`Get-TransportConfig`: the organisation's SMTP AUTH switch; docs/readers."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers.setting_values import Values, switch
from inventory.records import Head, Setting

NAME = "transport_config"
TITLE = "Get-TransportConfig"
WANTED = {"smtpclientauthenticationdisabled": "SmtpClientAuthenticationDisabled"}

OWN = {"allowlegacytlsclients", "maxreceivesize", "maxsendsize", "externaldsnlanguagedetection"}
OF_MAILBOXES = {"primarysmtpaddress", "windowsemailaddress", "userprincipalname", "identity"}


def sniff(head: Head) -> bool:
    has_switch = "smtpclientauthenticationdisabled" in head.columns
    return bool(head.columns & OWN) or (has_switch and not head.columns & OF_MAILBOXES)


def settings(values: Values) -> Iterator[Setting]:
    for column, name in (
        ("smtpclientauthenticationdisabled", "smtp_auth_disabled"),
        ("allowlegacytlsclients", "allow_legacy_tls"),
    ):
        if column in values:
            yield Setting("organisation", "", name, switch(values[column]))
