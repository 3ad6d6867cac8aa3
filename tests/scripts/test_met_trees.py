"""Trees that the rules were mended on: they keep what was won, and measure nothing."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from inventory.scripts import scan_files
from tests.scripts.met_trees import Tree, trees_in
from tests.scripts.test_scan import shown

TREES = trees_in(Path(__file__).parent / "met")


@pytest.mark.parametrize("name", TREES)
def test_says_what_is_true_of_a_tree(name: str) -> None:
    tree: Tree = TREES[name]
    assert sorted(shown(scan_files(tree.files.items()))) == tree.findings


def mangled(text: str, chance: random.Random) -> str:
    """The text with bits flipped, cut off, or with a sign put in that opens something."""
    data = bytearray(text.encode())
    at = chance.randrange(len(data) + 1)
    match chance.randrange(3):
        case 0:
            for _ in range(8):
                place = chance.randrange(len(data))
                data[place] ^= 1 << chance.randrange(8)
        case 1:
            del data[at:]
        case _:
            data[at:at] = chance.choice(SIGNS) * chance.choice((1, 3, 200))
    return data.decode(errors="replace")


SIGNS = (b"(", b"{", b'"', b"'", b"${", b"`", b"<", b"@{", b"$(", b"{{ a }}", b"\0")


@pytest.mark.parametrize("seed", range(5))
def test_survives_mangled_files_of_every_kind(seed: int) -> None:
    chance = random.Random(seed)
    for tree in TREES.values():
        files = {path: mangled(text, chance) for path, text in tree.files.items() if text.strip()}
        scan_files(files.items())


def test_reads_a_folder_of_many_scripts_and_settings_in_bounded_time() -> None:
    """A look-up must not walk all files of the folder."""
    files = {}
    for number in range(1500):
        files[f"job{number}.py"] = (
            f'import os, smtplib\ns = smtplib.SMTP(os.environ["SMTP_HOST_{number}"])\n'
            f's.login(os.environ["SMTP_USER_{number}"], "x")\ns.send_message(m)\n'
        )
        files[f"conf{number}.yml"] = f"smtp_{number}:\n  host: ${{X_{number}}}\n  user: a\n"
    before = time.process_time()
    scan_files(files.items())
    assert time.process_time() - before < 20
