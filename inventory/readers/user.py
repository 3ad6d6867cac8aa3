"""`Get-User`: the authentication policy of each user; docs/readers.

Blank means the organisation's default policy. A column that is not there means not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory import normalize
from inventory.readers.setting_values import Values, policy_name, switch, text
from inventory.records import Head, Setting

NAME = "user"
TITLE = "Get-User"
WANTED = {"authenticationpolicy": "AuthenticationPolicy"}

ADDRESSES = ("windowsemailaddress", "primarysmtpaddress", "userprincipalname")


def sniff(head: Head) -> bool:
    of_users = head.columns & {"authenticationpolicy", "accountdisabled"}
    return bool(of_users and head.columns & set(ADDRESSES))


def settings(values: Values) -> Iterator[Setting]:
    account = address_of(values)
    if "authenticationpolicy" in values:
        policy = policy_name(values["authenticationpolicy"])
        yield Setting("mailbox", account, "authentication_policy", policy)
    if "accountdisabled" in values:
        disabled = switch(values["accountdisabled"])
        yield Setting("mailbox", account, "account_disabled", disabled)
    if "recipienttypedetails" in values:
        kind = text(values["recipienttypedetails"])
        yield Setting("mailbox", account, "recipient_type", kind)


def address_of(values: Values) -> str:
    """The mail address, which other exports name the mailbox by; a login name may differ."""
    for name in ADDRESSES:
        if found := text(values.get(name)):
            return normalize.account(found)
    raise ValueError("no mail address")
