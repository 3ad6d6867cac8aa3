"""Terraform."""

from __future__ import annotations

import re

from inventory.scripts.entries import Entry

HCL_OPEN = re.compile(r'^([\w.-]+)\s*((?:"[^"]*"\s*)*)=?\s*(?:\w+\()?\s*[\[({]*\{\s*$')


HCL_VALUE = re.compile(r'^"?([\w.-]+)"?\s*[=:]\s*"([^"]*)"')


HCL_PAIR = re.compile(r'\{\s*name\s*=\s*"(\w+)"\s*,\s*value\s*=\s*"([^"]*)"\s*\}')


def from_hcl(text: str) -> list[Entry]:
    """Terraform: a block's labels and keys; `{ name = "X", value = "…" }` is a variable X."""
    found: list[Entry] = []
    blocks: list[tuple[str, ...]] = []
    named: list[str] = [""]
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith(("#", "//")):
            continue
        for pair in HCL_PAIR.finditer(line):
            found.append(Entry((*flat(blocks), pair[1]), pair[2], number, True))
        if match := HCL_OPEN.match(line):
            blocks.append((*re.findall(r'"([^"]*)"', match[2]),) or (match[1],))
            named.append("")
        elif match := HCL_VALUE.match(line):
            if match[1] == "name":
                named[-1] = match[2]
            is_pair = match[1] == "value" and bool(named[-1])
            key = named[-1] if is_pair else match[1]
            found.append(Entry((*flat(blocks), key), match[2], number, is_pair))
        else:
            for sign in re.sub(r'"[^"]*"', "", line):
                if sign == "{":
                    blocks.append(())
                    named.append("")
                elif sign == "}" and blocks:
                    blocks.pop()
                    named.pop()
    return found


def flat(blocks: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for block in blocks for name in block)
