"""Settings that refer to others: `${MAIL_HOST:-localhost}`, `{{ mail_host }}`."""

from __future__ import annotations

import re
from collections.abc import Callable

from inventory.scripts.settings_files import Entry

REFERENCE = re.compile(
    r"\$\{(?:env[.:]|var\.)?(?P<braced>[\w.-]+?)(?::-?|-)(?P<default>[^${}]*)\}"
    r"|\$\{(?:env[.:]|var\.)?(?P<plain>[\w.-]+)\}"
    r"|\{\{\s*(?P<template>\w+)\s*(?:\|\s*default\(\s*['\"](?P<fallback>[^'\"]*)['\"][^)]*\)\s*)?\}\}"
)

Lookup = Callable[[str], tuple[str, str] | None]
"""What a name is worth, with its source; None if nothing says so."""


def has_reference(text: str) -> bool:
    return "${" in text or "{{" in text


def filled(entry: Entry, own: list[Entry], elsewhere: Lookup) -> Entry:
    """The entry with what its references stand for: from its own file, from another, by their
    own default. What nothing says stays as it is."""
    if not has_reference(entry.text):
        return entry
    sources = [entry.source]

    def one(found: re.Match[str]) -> str:
        name = found["braced"] or found["plain"] or found["template"]
        if (text := same_file(name, entry, own)) is not None:
            return text
        if (told := elsewhere(name)) is not None:
            sources.append(told[1])
            return told[0]
        default = found["default"] if found["braced"] else found["fallback"]
        return found[0] if default is None else default

    text = REFERENCE.sub(one, entry.text)
    return Entry(entry.path, text, entry.line, entry.is_variable, sources[-1])


def same_file(name: str, entry: Entry, own: list[Entry]) -> str | None:
    wanted = name.lower()
    for other in own:
        if other is entry or has_reference(other.text):
            continue
        if wanted in (".".join(other.path).lower(), other.path[-1].lower()):
            return other.text
    return None
