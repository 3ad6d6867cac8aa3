"""The lockdown as PowerShell: a script that does it in stages, and the one that takes it back.

Everything that comes from data is a single-quoted string. PowerShell ends such a string at the
typographic quotes too, so those are doubled like the plain one; control characters have no place
in a mailbox address or a tenant's name and are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from tracker.exports.powershell_parts import (
    CONNECTED,
    LOCK,
    LOCK_END,
    ORGANISATION,
    PARAMETERS,
    ROLLBACK,
    STATE,
    SWITCH,
)
from tracker.lockdown.summary import login_of
from tracker.lockdown.verdict import Action, Verdict

QUOTES = "'\u2018\u2019\u201a\u201b"
"""What PowerShell takes for a single quote."""
POLICY = "Offramp: no basic SMTP"
PILOT = 5
WAVES = 4
CHANGES = (Action.DISABLE, Action.BLOCK_BASIC_ONLY)


def quoted(text: str) -> str:
    """A PowerShell string with exactly this text, whatever it holds."""
    kept = "".join(letter for letter in text if letter.isprintable())
    return "'" + "".join(letter * 2 if letter in QUOTES else letter for letter in kept) + "'"


def comment(text: str) -> str:
    return "# " + "".join(letter if letter.isprintable() else " " for letter in text)


def lockdown_script(
    tenant: str,
    on: dt.date,
    verdicts: list[Verdict],
    *,
    is_whole: bool = True,
    homeless_scripts: int = 0,
) -> str:
    """Stages one after the other: nothing happens in those that `-Stage` does not name.

    `is_whole`: these are all mailboxes of the tenant, so they tell if the organisation's switch
    may go, as long as there are no `homeless_scripts`, which may log in as any of them.
    """
    names = ", ".join(map(quoted, stage_names()))
    stage = f"[Parameter(Mandatory)][ValidateSet({names})]\n  [string]$Stage,"
    return written(
        comment(f"Locks SMTP AUTH of {tenant}, by the reports up to {on}."),
        comment("Run it stage by stage, and look at new reports in between:"),
        comment("  ./lockdown.ps1 -Stage Pilot -WhatIf"),
        PARAMETERS.format(parameters=stage),
        *connected(verdicts),
        f"$policy = {quoted(POLICY)}",
        LOCK,
        *staged(verdicts),
        *organisation_stage(verdicts, homeless_scripts, is_whole=is_whole),
        LOCK_END,
    )


def rollback_script(
    tenant: str, on: dt.date, verdicts: list[Verdict], *, is_whole: bool = True
) -> str:
    """Puts back all that was changed, or of a part its mailboxes alone."""
    part = [
        "if (-not $chosen.Count) { $chosen = @(",
        *(f"  {quoted(each.account)}" for each in verdicts if each.action in CHANGES),
        ") }",
        "if (-not $chosen.Count) { throw 'This part has no mailboxes to put back.' }",
    ]
    return written(
        comment(f"Takes back what the lockdown of {tenant} of {on} has done."),
        comment("It needs the state that the lockdown kept before each change."),
        PARAMETERS.format(parameters="[string[]]$Only = @(),"),
        *connected(verdicts),
        STATE,
        "$chosen = $Only",
        *([] if is_whole else part),
        ROLLBACK,
    )


def written(*parts: str) -> str:
    return "\r\n".join([line for part in parts for line in part.split("\n")])


def connected(verdicts: list[Verdict]) -> Iterator[str]:
    """Stops where the session is of another organisation, told by the domains of its mailboxes."""
    domains = sorted({each.account.rpartition("@")[2] for each in verdicts})
    yield f"$domains = {quoted(' '.join(domains))}"
    yield CONNECTED


def stages(verdicts: list[Verdict]) -> Iterator[tuple[str, list[Verdict]]]:
    """(name, mailboxes): a pilot of a few, then waves of growing number."""
    changes = [each for each in verdicts if each.action in CHANGES]
    yield "Pilot", changes[:PILOT]
    rest = changes[PILOT:]
    parts = sum(range(1, WAVES + 1))
    start = 0
    for number in range(1, WAVES + 1):
        end = len(rest) * sum(range(1, number + 1)) // parts
        yield f"Wave{number}", rest[start:end]
        start = end


def staged(verdicts: list[Verdict]) -> Iterator[str]:
    for name, mailboxes in stages(verdicts):
        yield f"if ($Stage -eq {quoted(name)}) {{"
        for each in mailboxes:
            yield f"  {comment(each.reason)}"
            function = "Disable-SmtpAuth" if each.action == Action.DISABLE else "Block-BasicSmtp"
            yield f"  {function} {quoted(each.account)}"
        yield "}"


def organisation_stage(
    verdicts: list[Verdict], homeless_scripts: int, *, is_whole: bool
) -> Iterator[str]:
    """The organisation's switch goes off for who inherits, once nobody is left who needs it."""
    left = [each for each in verdicts if each.action in (Action.KEEP, Action.UNKNOWN)]
    yield f"if ($Stage -eq {quoted('Organisation')}) {{"
    if not is_whole:
        yield f"  throw {quoted('This script knows a part of the mailboxes only.')}"
    elif left:
        yield comment("These mailboxes still need it, or nobody knows:")
        yield from (f"  {comment(f'{each.account}: {each.reason}')}" for each in left)
        yield f"  throw {quoted(f'{len(left)} mailboxes still need SMTP AUTH or are not known.')}"
    elif homeless_scripts:
        yield f"  throw {quoted(f'{login_of(homeless_scripts)}.')}"
    else:
        yield "  $known = @("
        yield from (f"    {quoted(each.account)}" for each in verdicts)
        yield "  )"
        yield ORGANISATION
        for each in verdicts:
            if each.action == Action.BLOCK_BASIC_ONLY:
                yield f"  Keep-SwitchedOn {quoted(each.account)}"
        yield SWITCH
    yield "}"


def stage_names() -> Iterable[str]:
    return ["Pilot", *(f"Wave{number}" for number in range(1, WAVES + 1)), "Organisation"]
