"""Entra's security defaults, from Graph; docs/readers.

`GET /v1.0/policies/identitySecurityDefaultsEnforcementPolicy`. They refuse Basic authentication.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers.setting_values import Values, switch, text
from inventory.records import Head, Setting

NAME = "security_defaults"
TITLE = "security defaults policy"
WANTED = {"isenabled": "isEnabled"}

OWN = {
    *("isenabled", "displayname", "description", "id", "deleteddatetime"),
    *("additionalproperties", "odatacontext", "odatatype"),
}


def sniff(head: Head) -> bool:
    """Other policies have `isEnabled` too, and properties of their own."""
    return "isenabled" in head.columns and head.columns <= OWN


def settings(values: Values) -> Iterator[Setting]:
    title = text(values.get("displayname")) + text(values.get("odatacontext"))
    if title and "securitydefault" not in title.lower().replace(" ", ""):
        raise ValueError("the policy of something else")
    yield Setting("organisation", "", "security_defaults", switch(values.get("isenabled")))
