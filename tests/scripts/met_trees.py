"""Trees written down as they are met, with what a scan must say of each of their files.

A file of trees has `#### name of the tree`, `== path of a file`, under it one `! host account auth
source` for each finding in that file, in the order of the lines that begin with `»`: those are the
lines that the findings name, with `»»` for two findings. `-` stands for what is not known.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Tree(NamedTuple):
    files: dict[str, str]
    findings: list[str]


def trees_in(folder: Path) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for file in sorted(folder.glob("*.txt")):
        for part in file.read_text(encoding="utf-8").split("#### ")[1:]:
            name, _, text = part.partition("\n")
            found[f"{file.stem}: {name}"] = tree_of(text)
    return found


def tree_of(text: str) -> Tree:
    files: dict[str, str] = {}
    findings: list[str] = []
    for part in ("\n" + text).split("\n== ")[1:]:
        path, _, rest = part.partition("\n")
        lines = rest.split("\n")
        told = [line[2:] for line in lines if line.startswith("! ")]
        lines = [line for line in lines if not line.startswith("! ")]
        marked = [
            number
            for number, line in enumerate(lines, 1)
            for _ in range(len(line) - len(line.lstrip("»")))
        ]
        assert len(told) == len(marked), path
        findings += [f"{path}:{at} {one}" for at, one in zip(marked, told, strict=True)]
        files[path] = "\n".join(line.lstrip("»") for line in lines).rstrip("\n") + "\n"
    return Tree(files, sorted(findings))
