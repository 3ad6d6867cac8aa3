"""`Get-CASMailbox`: whether SMTP AUTH is switched off for each mailbox; docs/readers.

`SmtpClientAuthenticationDisabled` is True, False or blank, and blank inherits the organisation's.
`Get-EXOCasMailbox` without `-PropertySets All` leaves the property out: that is not blank, it is
not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from inventory import normalize
from inventory.readers.setting_values import Values, switch, text
from inventory.records import Head, Setting

NAME = "cas_mailbox"
TITLE = "Get-CASMailbox"
WANTED = {"smtpclientauthenticationdisabled": "SmtpClientAuthenticationDisabled"}

ADDRESSES = ("primarysmtpaddress", "windowsemailaddress", "emailaddress", "userprincipalname")
NAMES = {*ADDRESSES, "identity"}
CLIENT_ACCESS = {"popenabled", "imapenabled", "owaenabled", "activesyncenabled", "ewsenabled"}
OTHERS = {"allowlegacytlsclients", "maxreceivesize", "maxsendsize", "externaldsnlanguagedetection"}
"""Of the organisation's transport settings, which have the same switch."""


HOST = re.compile(r"[a-z0-9][a-z0-9._-]{2,62}")


def sniff(head: Head) -> bool:
    has_switch = "smtpclientauthenticationdisabled" in head.columns
    is_mailbox = has_switch or bool(head.columns & CLIENT_ACCESS)
    return is_mailbox and bool(head.columns & NAMES) and not head.columns & OTHERS


def settings(values: Values) -> Iterator[Setting]:
    account = address_of(values)
    yield Setting("mailbox", account, "is_mailbox", "true")
    if "smtpclientauthenticationdisabled" in values:
        disabled = switch(values["smtpclientauthenticationdisabled"])
        yield Setting("mailbox", account, "smtp_auth_disabled", disabled)
    if named := host_in(values):
        yield Setting("mailbox", account, "host_name", named)
    if aliases := aliases_of(values, account):
        yield Setting("mailbox", account, "aliases", " ".join(aliases))


def address_of(values: Values) -> str:
    for name in (*ADDRESSES, "identity"):
        if found := text(values.get(name)):
            if name == "identity" and "@" not in found:
                break
            return normalize.account(found)
    raise ValueError("no mail address")


def host_in(values: Values) -> str:
    """The display name where it may be a host's: mailboxes are named after what uses them. Names
    of people are not kept."""
    name = text(values.get("displayname")).lower()
    return name if HOST.fullmatch(name) and any(letter.isdigit() for letter in name) else ""


def aliases_of(values: Values, account: str) -> list[str]:
    """The mailbox's other SMTP addresses: mail is sent under them too."""
    listed = values.get("emailaddresses") or []
    if isinstance(listed, str):
        listed = listed.replace(",", " ").replace(";", " ").split()
    found = set()
    for each in listed if isinstance(listed, list) else []:
        kind, _, address = str(each).rpartition(":")
        if kind.lower() in ("smtp", "") and normalize.ADDRESS.fullmatch(address.lower()):
            found.add(address.lower())
    return sorted(found - {account})
