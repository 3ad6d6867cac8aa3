"""The lockdown as PowerShell: a script that does it in stages, and the one that takes it back.

Everything that comes from data is a single-quoted string. PowerShell ends such a string at the
typographic quotes too, so those are doubled like the plain one; control characters have no place
in a mailbox address or a tenant's name and are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from tracker.lockdown import Action, Verdict
from tracker.lockdown_summary import login_of

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
    lines = [
        comment(f"Locks SMTP AUTH of {tenant}, by the reports up to {on}."),
        comment("Run it stage by stage, and look at new reports in between:"),
        comment("  ./lockdown.ps1 -Stage Pilot -WhatIf"),
        *HEADER,
        f"$policy = {quoted(POLICY)}",
        *LOCK_HEAD,
        *staged(verdicts),
        *organisation_stage(verdicts, homeless_scripts, is_whole=is_whole),
    ]
    return "\r\n".join([*lines, ""])


def rollback_script(tenant: str, on: dt.date, verdicts: list[Verdict]) -> str:
    lines = [
        comment(f"Takes back what the lockdown of {tenant} of {on} has done."),
        comment("It needs the state that the lockdown kept before its first change."),
        *HEADER_ROLLBACK,
        *ROLLBACK,
        "$locked = @(",
        *(f"  {quoted(each.account)}" for each in verdicts if each.action in CHANGES),
        ")",
        *ROLLBACK_LOOP,
    ]
    return "\r\n".join([*lines, ""])


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
        yield "  Save-Organisation"
        for each in verdicts:
            if each.action == Action.BLOCK_BASIC_ONLY:
                yield f"  Keep-SwitchedOn {quoted(each.account)}"
        yield "  if ($PSCmdlet.ShouldProcess('the organisation', 'Set-TransportConfig')) {"
        yield "    Set-TransportConfig -SmtpClientAuthenticationDisabled $true"
        yield "  }"
    yield "}"


def stage_names() -> Iterable[str]:
    return ["Pilot", *(f"Wave{number}" for number in range(1, WAVES + 1)), "Organisation"]


HEADER = [
    "[CmdletBinding(SupportsShouldProcess)]",
    "param(",
    f"  [Parameter(Mandatory)][ValidateSet({', '.join(map(quoted, stage_names()))})]",
    "  [string]$Stage,",
    "  [string]$StateFile = (Join-Path $PSScriptRoot 'lockdown-state.jsonl')",
    ")",
    "$ErrorActionPreference = 'Stop'",
]
LOCK_HEAD = [
    "",
    "function Save-State($entry) {",
    "  $entry | ConvertTo-Json -Compress | Add-Content -LiteralPath $StateFile -Encoding utf8",
    "}",
    "function Save-Mailbox([string]$account) {",
    "  $cas = Get-CASMailbox -Identity $account",
    "  $user = Get-User -Identity $account",
    "  Save-State @{ account = $account; policy = [string]$user.AuthenticationPolicy",
    "    disabled = $cas.SmtpClientAuthenticationDisabled }",
    "}",
    "function Save-Organisation {",
    "  $config = Get-TransportConfig",
    "  Save-State @{ account = ''; disabled = $config.SmtpClientAuthenticationDisabled }",
    "}",
    "function Disable-SmtpAuth([string]$account) {",
    "  if ($PSCmdlet.ShouldProcess($account, 'switch SMTP AUTH off')) {",
    "    Save-Mailbox $account",
    "    Set-CASMailbox -Identity $account -SmtpClientAuthenticationDisabled $true",
    "  }",
    "}",
    "function Keep-SwitchedOn([string]$account) {",
    "  if ($PSCmdlet.ShouldProcess($account, 'keep SMTP AUTH on for OAuth')) {",
    "    Save-Mailbox $account",
    "    Set-CASMailbox -Identity $account -SmtpClientAuthenticationDisabled $false",
    "  }",
    "}",
    "function Block-BasicSmtp([string]$account) {",
    "  # OAuth needs SMTP AUTH left on: a policy without basic SMTP is the lock here.",
    "  $own = [string](Get-User -Identity $account).AuthenticationPolicy",
    "  if (-not $own) { $own = [string](Get-OrganizationConfig).DefaultAuthenticationPolicy }",
    "  if ($own) {",
    "    if (-not (Get-AuthenticationPolicy -Identity $own).AllowBasicAuthSmtp) { return }",
    '    Write-Warning "$account has the policy ${own}: take basic SMTP out of that one."',
    "    return",
    "  }",
    "  if (-not $PSCmdlet.ShouldProcess($account, 'refuse basic SMTP')) { return }",
    "  if (-not (Get-AuthenticationPolicy | Where-Object Name -eq $policy)) {",
    "    # A new policy refuses Basic of every protocol: leave the others as they were.",
    "    New-AuthenticationPolicy -Name $policy -AllowBasicAuthActiveSync "
    "-AllowBasicAuthAutodiscover -AllowBasicAuthImap -AllowBasicAuthMapi "
    "-AllowBasicAuthOfflineAddressBook -AllowBasicAuthOutlookService -AllowBasicAuthPop "
    "-AllowBasicAuthPowershell -AllowBasicAuthReportingWebServices -AllowBasicAuthRpc "
    "-AllowBasicAuthWebServices | Out-Null",
    "  }",
    "  Save-Mailbox $account",
    "  Set-User -Identity $account -AuthenticationPolicy $policy",
    "}",
    "",
]
HEADER_ROLLBACK = [
    "[CmdletBinding(SupportsShouldProcess)]",
    "param(",
    "  [string[]]$Only = @(),",
    "  [string]$StateFile = (Join-Path $PSScriptRoot 'lockdown-state.jsonl')",
    ")",
    "$ErrorActionPreference = 'Stop'",
]
ROLLBACK = [
    "# The first state that was kept of a mailbox is the one from before.",
    "$before = @{}",
    "foreach ($line in Get-Content -LiteralPath $StateFile -Encoding utf8) {",
    "  $entry = $line | ConvertFrom-Json",
    "  $key = 'of ' + $entry.account",
    "  if (-not $before.ContainsKey($key)) { $before[$key] = $entry }",
    "}",
]
ROLLBACK_LOOP = [
    "if ($Only.Count) { $locked = $Only }",
    "elseif ($before.ContainsKey('of ')) {",
    "  if ($PSCmdlet.ShouldProcess('the organisation', 'Set-TransportConfig')) {",
    "    Set-TransportConfig -SmtpClientAuthenticationDisabled $before['of '].disabled",
    "  }",
    "}",
    "foreach ($account in $locked) {",
    "  $entry = $before['of ' + $account]",
    "  if (-not $entry) { continue }",
    "  if (-not $PSCmdlet.ShouldProcess($account, 'put SMTP AUTH back')) { continue }",
    "  Set-CASMailbox -Identity $account -SmtpClientAuthenticationDisabled $entry.disabled",
    "  $policy = if ($entry.policy) { $entry.policy } else { $null }",
    "  Set-User -Identity $account -AuthenticationPolicy $policy",
    "}",
]
