"""`Get-OrganizationConfig`: the default authentication policy, and direct send; docs/readers."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers.setting_values import Values, policy_name, switch
from inventory.records import Head, Setting

NAME = "organization_config"
TITLE = "Get-OrganizationConfig"
WANTED = {"defaultauthenticationpolicy": "DefaultAuthenticationPolicy"}


def sniff(head: Head) -> bool:
    return bool(head.columns & {"defaultauthenticationpolicy", "rejectdirectsend"})


def settings(values: Values) -> Iterator[Setting]:
    if "defaultauthenticationpolicy" in values:
        policy = policy_name(values["defaultauthenticationpolicy"])
        yield Setting("organisation", "", "default_authentication_policy", policy)
    if "rejectdirectsend" in values:
        rejected = switch(values["rejectdirectsend"])
        yield Setting("organisation", "", "reject_direct_send", rejected)
