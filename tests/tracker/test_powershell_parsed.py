"""Generated scripts, read by a real parser of PowerShell: all of it is understood, and what comes
from data is a string or a comment and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import tree_sitter_powershell
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from tracker.exports.powershell import CHANGES, lockdown_script, quoted, rollback_script
from tracker.lockdown.verdict import Action, Verdict

ON = dt.date(2026, 11, 22)
PARSER = Parser(Language(tree_sitter_powershell.language()))
MARK = "Remove-Mailbox"
NASTY = [
    "o'neil@contoso.com",
    "o\u2019neil@contoso.com",
    f"'; {MARK} *; '",
    f"\u2018\u2019; {MARK} *",
    f"'\r\n{MARK} *\r\n'",
    f"$({MARK} *)@contoso.com",
    f'"; {MARK} * #',
    f"`'; {MARK} *",
    f"#> {MARK} * <#",
    f"@'\n{MARK}\n'@",
    f"x\u2028{MARK}\x00\x85{MARK}",
    "--% $env:USERNAME",
    "",
]


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def text_of(node: Node) -> str:
    return (node.text or b"").decode()


def scripts(tenant: str, verdicts: list[Verdict]) -> list[list[Node]]:
    made = [
        lockdown_script(tenant, ON, verdicts),
        lockdown_script(tenant, ON, verdicts, is_whole=False),
        rollback_script(tenant, ON, verdicts),
        rollback_script(tenant, ON, verdicts, is_whole=False),
    ]
    return [list(nodes(PARSER.parse(text.encode()).root_node)) for text in made]


def verdicts_of(texts: list[str]) -> list[Verdict]:
    actions = list(Action)
    return [
        Verdict(text, "allowed", actions[n % len(actions)].value, text)
        for n, text in enumerate(texts)
    ]


def check(tenant: str, verdicts: list[Verdict]) -> None:
    harmless = [shape(found) for found in scripts("T", verdicts_of(["a@b.c"] * len(verdicts)))]
    for found, expected in zip(scripts(tenant, verdicts), harmless, strict=True):
        broken = [text_of(node) for node in found if node.type == "ERROR" or node.is_missing]
        assert broken == []
        assert shape(found) == expected
        assert not any(MARK in text_of(node) for node in found if node.type == "command_name")
    strings = {text_of(node) for node in found if node.type == "string_literal"}
    assert {quoted(each.account) for each in verdicts if each.action in CHANGES} <= strings


def shape(found: list[Node]) -> list[str]:
    """The same for every script that has as much to do, whatever the data."""
    return [node.type for node in found if node.type != "comment"]


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_name_is_a_string_and_nothing_else(text: str) -> None:
    check(text, verdicts_of([text] * 10))


def test_many_nasty_names_together() -> None:
    check("Contoso", verdicts_of(NASTY * 8))


@given(st.text(max_size=20), st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_any_name_is_a_string_and_nothing_else(tenant: str, texts: list[str]) -> None:
    check(tenant, verdicts_of(texts))


def test_the_parser_would_notice() -> None:
    text = lockdown_script("T", ON, verdicts_of(["a@b.c"])).replace("'a@b.c'", f"'a'; {MARK} '*'")
    found = list(nodes(PARSER.parse(text.encode()).root_node))

    assert any(MARK in text_of(node) for node in found if node.type == "command_name")
