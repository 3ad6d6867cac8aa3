"""`Get-AuthenticationPolicy`: which policies let Basic authentication of SMTP in; docs/readers."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers.setting_values import Values, policy_name, switch
from inventory.records import Head, Setting

NAME = "authentication_policy"
TITLE = "Get-AuthenticationPolicy"
WANTED = {"allowbasicauthsmtp": "AllowBasicAuthSmtp"}


def sniff(head: Head) -> bool:
    return "allowbasicauthsmtp" in head.columns


def settings(values: Values) -> Iterator[Setting]:
    name = policy_name(values.get("name")) or policy_name(values.get("identity"))
    if not name:
        raise ValueError("the policy has no name")
    if "allowbasicauthsmtp" in values:
        yield Setting("policy", name, "allow_basic_smtp", switch(values["allowbasicauthsmtp"]))
