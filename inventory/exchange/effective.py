"""Whether a mailbox can log in with SMTP AUTH, from everything that can forbid it. Plain Python.

The mailbox's own switch goes before the organisation's. Apart from the switch, Basic alone is
refused by an authentication policy without basic SMTP (the user's, else the organisation's
default), by the security defaults, and for an account whose sign-in is blocked; OAuth is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ALLOWED = "allowed"
BASIC_BLOCKED = "basic_blocked"
BLOCKED = "blocked"
UNKNOWN = "unknown"
STATES = {
    ALLOWED: "Basic and OAuth can log in.",
    BASIC_BLOCKED: "Basic is refused; SMTP AUTH itself is not known to be off, so OAuth may work.",
    BLOCKED: "SMTP AUTH is off: neither Basic nor OAuth can log in.",
    UNKNOWN: "The exports of settings do not tell.",
}

CAS = "Get-CASMailbox with SmtpClientAuthenticationDisabled"
TRANSPORT = "Get-TransportConfig"
USER = "Get-User with AuthenticationPolicy"
POLICIES = "Get-AuthenticationPolicy"
ORGANIZATION = "Get-OrganizationConfig with DefaultAuthenticationPolicy"
DEFAULTS = "the security defaults policy"


@dataclass(frozen=True)
class Settings:
    """What was told of one mailbox and its organisation; None or absent: not told.

    Switches are `true` or `false`; a blank `mailbox_disabled` inherits, a blank policy is none.
    """

    mailbox_disabled: str | None = None
    organisation_disabled: str | None = None
    user_policy: str | None = None
    default_policy: str | None = None
    policies: Mapping[str, str] = field(default_factory=dict)
    """`AllowBasicAuthSmtp` by the name of the policy."""
    security_defaults: str | None = None
    account_disabled: str | None = None


@dataclass(frozen=True)
class Effective:
    state: str
    reason: str
    missing: tuple[str, ...] = ()
    """The exports that would tell what is not known."""
    is_switch_on: bool | None = None
    """SMTP AUTH itself, by the mailbox's and the organisation's switch."""
    is_basic_refused: bool = False


def effective(settings: Settings) -> Effective:
    is_on, why, missing = switch(settings)
    if is_on is False:
        return Effective(BLOCKED, why, is_switch_on=False)
    refusals = [text for text, _ in refused(settings) if text]
    if refusals:
        return Effective(BASIC_BLOCKED, refusals[0], is_switch_on=is_on, is_basic_refused=True)
    unknown = [*missing, *(name for _, name in refused(settings) if name)]
    if unknown:
        reason = f"{why}; not known without {', '.join(unknown)}"
        return Effective(UNKNOWN, reason, tuple(unknown), is_switch_on=is_on)
    return Effective(ALLOWED, f"{why}, and nothing refuses Basic", is_switch_on=True)


def switch(settings: Settings) -> tuple[bool | None, str, list[str]]:
    """(whether SMTP AUTH is on, why, what is missing to know)."""
    if settings.mailbox_disabled == "true":
        return False, "SMTP AUTH is switched off for the mailbox", []
    if settings.mailbox_disabled == "false":
        return True, "SMTP AUTH is switched on for the mailbox", []
    if settings.mailbox_disabled is None:
        return None, "the mailbox's own switch is not known", [CAS]
    if settings.organisation_disabled == "true":
        return False, "the mailbox inherits, and SMTP AUTH is off for the organisation", []
    if settings.organisation_disabled == "false":
        return True, "the mailbox inherits, and SMTP AUTH is on for the organisation", []
    return None, "the mailbox inherits, and the organisation's switch is not known", [TRANSPORT]


def refused(settings: Settings) -> Iterator[tuple[str, str]]:
    """For each thing that can refuse Basic: (why it does, what is missing to know); "" for none."""
    if settings.account_disabled == "true":
        yield "the account's sign-in is blocked, so no password works", ""
    yield by_policy(settings)
    if settings.security_defaults == "true":
        yield "the security defaults refuse Basic authentication", ""
    elif settings.security_defaults != "false":
        yield "", DEFAULTS


def by_policy(settings: Settings) -> tuple[str, str]:
    if settings.user_policy is None:
        return "", USER
    name, whose = settings.user_policy, "the user's"
    if not name:
        if settings.default_policy is None:
            return "", ORGANIZATION
        name, whose = settings.default_policy, "the organisation's default"
    if not name:
        return "", ""
    allows = settings.policies.get(name)
    if allows == "false":
        return f"{whose} authentication policy “{name}” refuses basic SMTP", ""
    return "", "" if allows == "true" else POLICIES
