"""Generated scripts: every value is one string, whatever it holds."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exports.powershell import (
    CHANGES,
    QUOTES,
    lockdown_script,
    quoted,
    rollback_script,
    stages,
)
from tracker.lockdown.verdict import Action, Verdict

ON = dt.date(2026, 11, 22)


def verdict(account: str, action: Action, reason: str = "because") -> Verdict:
    return Verdict(account, "allowed", action.value, reason)


def read_string(text: str) -> tuple[str, str]:
    """(what PowerShell takes the single-quoted string at the start for, the rest)."""
    assert text[0] in QUOTES
    found, at = "", 1
    while text[at] not in QUOTES or text[at + 1 : at + 2] in tuple(QUOTES):
        if text[at] in QUOTES:
            at += 1
        found += text[at]
        at += 1
    return found, text[at + 1 :]


@given(st.text(max_size=60))
def test_a_quoted_text_is_one_string_with_that_text(text: str) -> None:
    printable = "".join(letter for letter in text if letter.isprintable())
    assert read_string(quoted(text) + ";") == (printable, ";")


@pytest.mark.parametrize(
    "text",
    [
        "o'neil@contoso.com",
        "o\u2019neil@contoso.com",
        "\u2018; Remove-Mailbox *",
        "$(Remove-Mailbox *)",
        '"; x',
        "a\u201ab\u201bc",
        "`'",
    ],
)
def test_quotes_of_every_kind_are_doubled(text: str) -> None:
    assert read_string(quoted(text) + "!") == (text, "!")


def test_a_line_break_ends_neither_a_string_nor_a_comment() -> None:
    hostile = "x'\r\nRemove-Mailbox *\u2028Remove-Mailbox *\x00"
    text = lockdown_script(hostile, ON, [verdict(hostile, Action.DISABLE, hostile)])

    assert not any(
        line.lstrip().startswith("Remove-Mailbox") for line in text.replace("\r", "\n").splitlines()
    )
    assert "\x00" not in text


def test_changes_every_safe_mailbox_in_exactly_one_stage() -> None:
    verdicts = [verdict(f"m{n}@contoso.com", list(Action)[n % len(Action)]) for n in range(100)]
    staged = [each.account for _, mailboxes in stages(verdicts) for each in mailboxes]
    wanted = [each.account for each in verdicts if each.action in CHANGES]
    text = lockdown_script("Contoso", ON, verdicts)

    assert staged == wanted
    for each in verdicts:
        disables = f"Disable-SmtpAuth '{each.account}'" in text
        blocks = f"Block-BasicSmtp '{each.account}'" in text
        assert disables == (each.action == Action.DISABLE)
        assert blocks == (each.action == Action.BLOCK_BASIC_ONLY)


def test_the_organisation_stays_on_while_anybody_needs_it() -> None:
    needed = lockdown_script("Contoso", ON, [verdict("scan@contoso.com", Action.KEEP)])
    unknown = lockdown_script("Contoso", ON, [verdict("scan@contoso.com", Action.UNKNOWN)])
    nobody = lockdown_script("Contoso", ON, [verdict("scan@contoso.com", Action.DISABLE)])

    anybody = lockdown_script(
        "Contoso", ON, [verdict("scan@contoso.com", Action.DISABLE)], homeless_scripts=2
    )

    switch = "Set-TransportConfig -SmtpClientAuthenticationDisabled $true"
    assert switch not in needed
    assert switch not in unknown
    assert "throw '1 mailboxes still need" in needed
    assert switch in nobody
    assert switch not in anybody
    assert "throw '2 scripts log in with an account that is not known.'" in anybody


def test_oauth_mailboxes_are_kept_on_before_the_organisation_goes_off() -> None:
    text = lockdown_script("Contoso", ON, [verdict("scan@contoso.com", Action.BLOCK_BASIC_ONLY)])

    assert text.index("Keep-SwitchedOn 'scan@contoso.com'") < text.index(
        "Set-TransportConfig -SmtpClientAuthenticationDisabled $true"
    )


def test_rolls_back_a_part_and_nothing_else() -> None:
    verdicts = [verdict("a@contoso.com", Action.DISABLE), verdict("b@contoso.com", Action.KEEP)]
    part = rollback_script("Contoso", ON, verdicts, is_whole=False)
    whole = rollback_script("Contoso", ON, verdicts)

    assert "'a@contoso.com'" in part
    assert "b@contoso.com" not in part
    assert "a@contoso.com" not in whole, "all that was changed, by whichever script"


def test_the_scripts_stop_in_a_session_of_another_organisation() -> None:
    verdicts = [
        verdict("a@emea.contoso.com", Action.DISABLE),
        verdict("b@contoso.com", Action.KEEP),
    ]

    for text in (lockdown_script("C", ON, verdicts), rollback_script("C", ON, verdicts)):
        assert "$domains = 'contoso.com emea.contoso.com'" in text
        assert text.index("throw 'This session") < text.index("Set-CASMailbox")


def test_the_organisation_stays_on_while_mailboxes_inherit_that_no_report_knew() -> None:
    text = lockdown_script("Contoso", ON, [verdict("scan@contoso.com", Action.ALREADY_OFF)])
    known = text.index("$known = @(")

    assert "'scan@contoso.com'" in text[known : text.index(")", known + len("$known = @("))]
    assert text.index("are in no report yet") < text.index("Set-TransportConfig")


def test_each_change_keeps_the_state_from_before_it() -> None:
    text = lockdown_script("Contoso", ON, [verdict("scan@contoso.com", Action.DISABLE)])
    changes = ("Set-CASMailbox", "Set-User", "Set-TransportConfig")

    for line, after in pairwise(text.splitlines()):
        if after.strip().startswith(changes) and "#" not in line:
            assert line.strip().startswith("Save-State")


def test_a_roll_back_marks_what_it_has_put_back() -> None:
    """So that the state kept by the next lockdown counts, not that of the last."""
    text = rollback_script("Contoso", ON, [])

    assert "restored = $true" in text
    assert "if ($entry.restored) { $before.Remove($key) }" in text
