"""What is the same in every generated script. Nothing of it comes from data."""

from __future__ import annotations

PARAMETERS = """\
[CmdletBinding(SupportsShouldProcess)]
param(
  {parameters}
  [string]$StateFile = (Join-Path $PSScriptRoot 'lockdown-state.jsonl')
)
$ErrorActionPreference = 'Stop'
"""

CONNECTED = """\
if (-not (Get-Command Get-CASMailbox -ErrorAction SilentlyContinue)) {
  throw 'Connect-ExchangeOnline first, as an Exchange administrator.'
}
$accepted = @((Get-AcceptedDomain).DomainName)
if (-not ($domains -split ' ' | Where-Object { $accepted -contains $_ })) {
  throw 'This session is connected to another organisation.'
}
$failed = @()
"""

LOCK = """\
function Save-State($entry) {
  $entry.at = (Get-Date).ToUniversalTime().ToString('s') + 'Z'
  $entry | ConvertTo-Json -Compress | Add-Content -LiteralPath $StateFile -Encoding utf8
}
function Invoke-Change([string]$account, [scriptblock]$change) {
  # One mailbox that is gone or cannot be changed does not stop the others.
  try { & $change }
  catch {
    $script:failed += $account
    Write-Warning "${account}: $($_.Exception.Message)"
  }
}
function Set-Switch([string]$account, [bool]$disabled, [string]$what) {
  Invoke-Change $account {
    $was = (Get-CASMailbox -Identity $account).SmtpClientAuthenticationDisabled
    if ($was -eq $disabled -and $null -ne $was) { return }
    if (-not $PSCmdlet.ShouldProcess($account, $what)) { return }
    Save-State @{ account = $account; change = 'switch'; disabled = $was }
    Set-CASMailbox -Identity $account -SmtpClientAuthenticationDisabled $disabled
  }
}
function Disable-SmtpAuth([string]$account) { Set-Switch $account $true 'switch SMTP AUTH off' }
function Keep-SwitchedOn([string]$account) { Set-Switch $account $false 'keep SMTP AUTH on' }
function New-Policy {
  $known = Get-AuthenticationPolicy | Where-Object Name -eq $policy
  if ($known) {
    if ($known.AllowBasicAuthSmtp) { throw "The policy ${policy} lets basic SMTP in." }
    return
  }
  # A new policy refuses Basic of every protocol: leave the others as they were.
  New-AuthenticationPolicy -Name $policy -AllowBasicAuthActiveSync -AllowBasicAuthAutodiscover `
    -AllowBasicAuthImap -AllowBasicAuthMapi -AllowBasicAuthOfflineAddressBook `
    -AllowBasicAuthOutlookService -AllowBasicAuthPop -AllowBasicAuthPowershell `
    -AllowBasicAuthReportingWebServices -AllowBasicAuthRpc -AllowBasicAuthWebServices | Out-Null
}
function Block-BasicSmtp([string]$account) {
  # OAuth needs SMTP AUTH left on: a policy without basic SMTP is the lock here.
  Invoke-Change $account {
    # The address of a mailbox need not be the name of its user.
    $id = [string](Get-CASMailbox -Identity $account).Guid
    $was = [string](Get-User -Identity $id).AuthenticationPolicy
    $own = $was
    if (-not $own) { $own = [string](Get-OrganizationConfig).DefaultAuthenticationPolicy }
    if ($own) {
      if (-not (Get-AuthenticationPolicy -Identity $own).AllowBasicAuthSmtp) { return }
      throw "it has the policy ${own}: take basic SMTP out of that one."
    }
    if (-not $PSCmdlet.ShouldProcess($account, 'refuse basic SMTP')) { return }
    New-Policy
    Save-State @{ account = $account; change = 'policy'; id = $id; policy = $was }
    # Exchange takes up to a day. To revoke tokens would be faster, and log out what uses OAuth.
    Set-User -Identity $id -AuthenticationPolicy $policy
  }
}
"""

ORGANISATION = """\
  $inherit = Get-CASMailbox -ResultSize Unlimited |
    Where-Object { $null -eq $_.SmtpClientAuthenticationDisabled }
  $new = @($inherit | Where-Object { $known -notcontains $_.PrimarySmtpAddress })
  if ($new.Count) {
    $names = ($new | Select-Object -First 5).PrimarySmtpAddress -join ', '
    throw "$($new.Count) mailboxes are in no report yet, such as ${names}: export anew."
  }
"""

SWITCH = """\
  if ($failed.Count) { throw 'Not all mailboxes could be kept on, so the organisation stays on.' }
  $was = (Get-TransportConfig).SmtpClientAuthenticationDisabled
  if ($was -ne $true -and $PSCmdlet.ShouldProcess('the organisation', 'switch SMTP AUTH off')) {
    Save-State @{ account = ''; change = 'switch'; disabled = $was }
    Set-TransportConfig -SmtpClientAuthenticationDisabled $true
  }
"""

LOCK_END = """\
if ($failed.Count) {
  throw "$($failed.Count) mailboxes were not changed: $($failed -join ', ')"
}
"""

STATE = """\
# The first state kept since the last roll-back is the one from before.
$before = [ordered]@{}
foreach ($line in Get-Content -LiteralPath $StateFile -Encoding utf8) {
  $entry = $line | ConvertFrom-Json
  $key = $entry.change + ' of ' + $entry.account
  if ($entry.restored) { $before.Remove($key) }
  elseif (-not $before.Contains($key)) { $before[$key] = $entry }
}
"""

ROLLBACK = """\
foreach ($entry in @($before.Values)) {
  $account = $entry.account
  if ($chosen.Count -and $chosen -notcontains $account) { continue }
  $shown = if ($account) { $account } else { 'the organisation' }
  if (-not $PSCmdlet.ShouldProcess($shown, "put back the $($entry.change)")) { continue }
  try {
    if (-not $account) {
      Set-TransportConfig -SmtpClientAuthenticationDisabled $entry.disabled
    }
    elseif ($entry.change -eq 'switch') {
      # Blank inherits, which is neither on nor off.
      Set-CASMailbox -Identity $account -SmtpClientAuthenticationDisabled $entry.disabled
    }
    else {
      $policy = if ($entry.policy) { $entry.policy } else { $null }
      Set-User -Identity $entry.id -AuthenticationPolicy $policy
    }
    @{ account = $account; change = $entry.change; restored = $true } | ConvertTo-Json -Compress |
      Add-Content -LiteralPath $StateFile -Encoding utf8
  }
  catch {
    $failed += $shown
    Write-Warning "${shown}: $($_.Exception.Message)"
  }
}
if ($failed.Count) { throw "$($failed.Count) were not put back: $($failed -join ', ')" }
"""
