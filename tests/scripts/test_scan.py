"""Small trees as they are met, and what a scan must and must not say of them.

A case is a tree (path → text) and its findings, one `path:line host account auth source` each;
`-` stands for what is not known.
"""

from __future__ import annotations

from textwrap import dedent

import pytest

from inventory.scripts import Scan, scan_files
from tests.scripts import (
    cases_clients,
    cases_commands,
    cases_decoys,
    cases_more,
    cases_nearby,
    cases_settings,
)

CASES = {
    **cases_clients.CASES,
    **cases_commands.CASES,
    **cases_settings.CASES,
    **cases_nearby.CASES,
    **cases_more.CASES,
    **cases_decoys.CASES,
}


def scanned(tree: dict[str, str]) -> Scan:
    return scan_files([(path, dedent(text).lstrip("\n")) for path, text in tree.items()])


def shown(scan: Scan) -> list[str]:
    return [
        f"{one.path}:{one.line} {one.host or '-'} {one.account or '-'} {one.auth}"
        f" {one.account_source or '-'}"
        for one in scan.findings
    ]


@pytest.mark.parametrize("name", CASES)
def test_finds_what_submits_mail(name: str) -> None:
    tree, expected = CASES[name]
    assert shown(scanned(tree)) == sorted(expected)
