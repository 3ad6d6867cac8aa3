"""Whether a mailbox can log in: every layer that can forbid it, and every one not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.exchange.effective import (
    ALLOWED,
    BASIC_BLOCKED,
    BLOCKED,
    CAS,
    DEFAULTS,
    ORGANIZATION,
    POLICIES,
    TRANSPORT,
    UNKNOWN,
    USER,
    Settings,
    effective,
)

OPEN = Settings(
    mailbox_disabled="",
    organisation_disabled="false",
    user_policy="",
    default_policy="",
    policies={"block": "false", "open": "true"},
    security_defaults="false",
    account_disabled="false",
)


@pytest.mark.parametrize(
    ("changes", "state", "says"),
    [
        ({}, ALLOWED, "inherits, and SMTP AUTH is on"),
        ({"mailbox_disabled": "false"}, ALLOWED, "switched on for the mailbox"),
        ({"mailbox_disabled": "true"}, BLOCKED, "switched off for the mailbox"),
        ({"organisation_disabled": "true"}, BLOCKED, "off for the organisation"),
        ({"mailbox_disabled": "false", "organisation_disabled": "true"}, ALLOWED, "mailbox"),
        ({"mailbox_disabled": "false", "organisation_disabled": None}, ALLOWED, "mailbox"),
        ({"mailbox_disabled": "true", "user_policy": None}, BLOCKED, "off for the mailbox"),
        ({"user_policy": "open"}, ALLOWED, "nothing refuses"),
        ({"user_policy": "block"}, BASIC_BLOCKED, "the user's authentication policy “block”"),
        ({"default_policy": "block"}, BASIC_BLOCKED, "organisation's default"),
        ({"default_policy": "block", "user_policy": "open"}, ALLOWED, "nothing refuses"),
        ({"security_defaults": "true"}, BASIC_BLOCKED, "security defaults"),
        ({"security_defaults": "true", "user_policy": "open"}, BASIC_BLOCKED, "security defaults"),
        ({"account_disabled": "true"}, BASIC_BLOCKED, "sign-in is blocked"),
        ({"account_disabled": "true", "mailbox_disabled": "true"}, BLOCKED, "switched off"),
        # A policy refuses Basic whatever the switch is.
        ({"user_policy": "block", "mailbox_disabled": None}, BASIC_BLOCKED, "“block”"),
        # An account that nothing tells to be blocked is not taken for blocked.
        ({"account_disabled": None}, ALLOWED, "nothing refuses"),
    ],
)
def test_decides_by_every_layer(changes: dict[str, str], state: str, says: str) -> None:
    found = effective(replace(OPEN, **changes))  # type: ignore[arg-type]

    assert (found.state, found.missing) == (state, ())
    assert says in found.reason


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"mailbox_disabled": None}, CAS),
        ({"organisation_disabled": None}, TRANSPORT),
        ({"organisation_disabled": ""}, TRANSPORT),
        ({"user_policy": None}, USER),
        ({"default_policy": None}, ORGANIZATION),
        ({"user_policy": "gone"}, POLICIES),
        ({"default_policy": "gone"}, POLICIES),
        ({"user_policy": "blank", "policies": {"blank": ""}}, POLICIES),
        ({"security_defaults": None}, DEFAULTS),
        ({"security_defaults": ""}, DEFAULTS),
    ],
)
def test_says_which_export_is_missing(changes: dict[str, str], missing: str) -> None:
    found = effective(replace(OPEN, **changes))  # type: ignore[arg-type]

    assert (found.state, found.missing) == (UNKNOWN, (missing,))
    assert missing in found.reason


def test_nothing_told_is_not_known_at_all() -> None:
    found = effective(Settings())

    assert found.state == UNKNOWN
    assert found.missing == (CAS, USER, DEFAULTS)
    assert found.is_switch_on is None
