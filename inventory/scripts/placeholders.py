"""Settings that refer to others: `${MAIL_HOST:-localhost}`, `{{ mail_host }}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from inventory.scripts.entries import Entry

KINDS = r"(?:(?:env|var|environment)[.:]|configsetting:item=)"
"""What stands before the name of what is referred to: `${var:mailUser}`."""

REFERENCE = re.compile(
    rf"\$\{{(?:{KINDS}|(?!{KINDS}))(?P<braced>[\w.-]+?)(?::-?|-)(?P<default>[^${{}}]*)\}}"
    rf"|\$\{{(?:{KINDS})?(?P<plain>[\w.-]+)\}}"
    r"|\{\{-?\s*\.Values\.(?P<value>[\w.-]+)\s*"
    r"(?:\|\s*default\s+['\"](?P<other>[^'\"]*)['\"]\s*)?(?:\|[^{}]*)?-?\}\}"
    r"|\{\{\s*(?P<template>\w+)\s*(?:\|\s*default\(\s*['\"](?P<fallback>[^'\"]*)['\"][^)]*\)\s*)?\}\}"
)

Lookup = Callable[[str], tuple[str, str] | None]
"""What a name is worth, with its source; None if nothing says so."""


def has_reference(text: str) -> bool:
    return "${" in text or "{{" in text


MAX_REFERENCES = 200
"""In one text; more make no setting of a mail server."""


def filled(entry: Entry, own: dict[str, str], elsewhere: Lookup) -> Entry:
    """The entry with what its references stand for: from its own file, from another, by their
    own default. What nothing says stays as it is."""
    if not has_reference(entry.text):
        return entry
    sources = [entry.source]

    def one(found: re.Match[str]) -> str:
        name = found["braced"] or found["plain"] or found["value"] or found["template"]
        if (text := own.get(name.lower())) is not None:
            return text
        if (told := elsewhere(name)) is not None:
            sources.append(told[1])
            return told[0]
        default = found["default"] or found["fallback"] or found["other"]
        default = found["default"] if found["braced"] else default
        return found[0] if default is None else default

    text = REFERENCE.sub(one, entry.text, count=MAX_REFERENCES)
    return replace(entry, text=text, source=sources[-1])


def names_in(entries: list[Entry]) -> dict[str, str]:
    """{name: text} of a file's own settings, by their whole path and by their last key."""
    known: dict[str, str] = {}
    for entry in entries:
        if entry.path and not has_reference(entry.text):
            for name in (".".join(entry.path), entry.path[-1]):
                known.setdefault(name.lower(), entry.text)
    return known


OF_PIPELINE = re.compile(r"\$\((\w[\w.]*)\)|\$\{\{\s*(?:env|vars|variables)\.(\w+)\s*\}\}")


def with_pipeline_variables(text: str, own: dict[str, str]) -> str:
    """A command of a pipeline with what `$(mailUser)` and `${{ env.MAIL_USER }}` stand for in the
    same file."""

    def one(found: re.Match[str]) -> str:
        told = own.get((found[1] or found[2]).lower())
        return found[0] if told is None or "\n" in told else told

    return OF_PIPELINE.sub(one, text)
