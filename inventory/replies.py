"""What a reply of Exchange Online's SMTP means, however a device or a script wrote it down.

Source of the texts: Microsoft's pages on client submission and on NDR codes, and logs that people
posted in public; wording varies, so the parts that do not are looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    name: str
    meaning: str
    """What has to be done about it, for the person who looks after the sender."""
    is_refusal: bool = True
    """Whether trying again with nothing changed cannot help."""


@dataclass(frozen=True)
class Reply:
    family: Family
    code: int | None
    """The basic code, such as 535."""
    enhanced: str
    """The enhanced status code, such as 5.7.139; "" without one."""


RULES: list[tuple[str, str, Family]] = [
    (
        "5.7.30",
        r"basic authentication is not supported for client submission",
        Family("retired", "Microsoft has switched Basic off; only another route helps"),
    ),
    (
        "",
        r"disabled for the tenant",
        Family("tenant", "SMTP AUTH is off for the organisation and the mailbox inherits it"),
    ),
    (
        "",
        r"disabled for the mailbox",
        Family("mailbox", "SMTP AUTH is off for this mailbox"),
    ),
    (
        "",
        r"basic authentication is disabled",
        Family("basic", "an authentication policy refuses Basic; OAuth still works"),
    ),
    (
        "",
        r"security defaults",
        Family("security_defaults", "security defaults refuse SMTP AUTH with Basic"),
    ),
    (
        "",
        r"did not meet the criteria",
        Family("criteria", "Conditional Access or MFA stopped it; the sign-in log says which"),
    ),
    (
        "",
        r"credentials were incorrect|user name or password (?:is|was) incorrect",
        Family("password", "the password is wrong"),
    ),
    (
        "5.7.60 5.2.252",
        r"SendAsDenied|not allowed to send as|permissions to send as",
        Family("send_as", "the From address is not the mailbox; grant Send As or change it"),
    ),
    (
        "4.7.66",
        r"TLS 1\.0 and 1\.1 are not supported",
        Family("tls", "TLS 1.2 is needed: newer firmware, or a relay in between"),
    ),
    (
        "",
        r"concurrent connections|concurrent_sending|sender thread limit",
        Family("connections", "more than three connections at once for this mailbox", False),
    ),
    (
        "4.7.500",
        r"submission rate|rate limit",
        Family("rate", "more than thirty messages in a minute", False),
    ),
    (
        "5.1.8",
        r"OutboundSpam",
        Family("spam", "the sender is blocked for spam; an administrator must release it"),
    ),
    (
        "5.7.68",
        r"direct send (?:is )?not allowed|RejectDirectSend",
        Family("direct_send", "the organisation rejects direct send and no connector matches"),
    ),
    (
        "5.7.64",
        r"relay access denied",
        Family("relay", "no connector matches: address or certificate have changed"),
    ),
    (
        "5.7.232 5.7.233 5.7.236",
        r"limit for sending (?:e-?mail )?to external recipients",
        Family("limit", "the daily limit of external recipients is reached", False),
    ),
    (
        # .NET puts this before the reply that says why; then that one counts.
        "5.7.57",
        r"not authenticated to send (?:anonymous )?mail(?!.*\b535\b)",
        Family("not_authenticated", "it does not log in at all"),
    ),
    (
        "5.7.3 5.7.139",
        r"authentication unsuccessful|\b535\b",
        Family("generic", "the login was refused without a reason; for OAuth, check the object ID"),
    ),
]
"""Enhanced codes, a pattern of the text, and the family; the first that fits counts, so they stand
in the order of how much they say."""
COMPILED = [
    (codes.split(), re.compile(pattern, re.I | re.S), family) for codes, pattern, family in RULES
]
FAMILIES = {family.name: family for _, _, family in RULES}


def meaning_of(family: str, text: str) -> str:
    """What a reply of this family means, or what it said where its family is not known."""
    return FAMILIES[family].meaning if family in FAMILIES else text


ENHANCED = re.compile(r"(?<![\d.])(?:([245]\d\d)[\Wb]{0,5})?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
BASIC = re.compile(r"(?<![\d.])([245]\d\d)(?![\d.])")
LENGTH = 4_000
"""Of a text that is looked at; a reply is far shorter."""


def classify(text: str) -> Reply | None:
    """The reply in a line of a log or an error's text; None when there is none."""
    text = text[:LENGTH]
    code, enhanced = codes_of(text)
    for codes, pattern, family in COMPILED:
        if enhanced in codes or pattern.search(text):
            return Reply(family, code, enhanced)
    return None


def is_in_words(family: str, text: str) -> bool:
    """Whether the family is told by its words, not by a number alone."""
    words = (pattern for _, pattern, each in COMPILED if each.name == family)
    return any(found[0] != "535" for pattern in words if (found := pattern.search(text)))


def codes_of(text: str) -> tuple[int | None, str]:
    """The last pair, for wrappers put theirs before the server's."""
    found = ENHANCED.findall(text)
    if found:
        basic = next((code for code, _ in reversed(found) if code), "")
        return (int(basic) if basic else None), found[-1][1]
    bare = BASIC.search(text)
    return (int(bare[1]) if bare else None), ""
