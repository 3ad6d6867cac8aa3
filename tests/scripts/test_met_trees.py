"""Trees that the rules were mended on: they keep what was won, and measure nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.scripts import scan_files
from tests.scripts.met_trees import Tree, trees_in
from tests.scripts.test_scan import shown

TREES = trees_in(Path(__file__).parent / "met")


@pytest.mark.parametrize("name", TREES)
def test_says_what_is_true_of_a_tree(name: str) -> None:
    tree: Tree = TREES[name]
    assert shown(scan_files(tree.files.items())) == tree.findings
