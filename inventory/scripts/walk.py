"""Which files of a tree are read, and their text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pathspec

MAX_BYTES = 2_000_000
"""Larger files are data, not source."""

OTHERS_CODE = {
    ".git", ".hg", ".svn", "node_modules", "bower_components", "site-packages", "__pycache__",
    ".venv", ".tox", ".terraform",
}  # fmt: skip
"""Folders of version control and of installed packages."""

VENDOR_MARKS = ("autoload.php", "composer", "bundle", "modules.txt")
"""What a `vendor` folder of PHP, Ruby or Go packages holds."""

VENDORS = ("swiftmailer", "phpmailer", "symfony", "laravel", "laminas", "zendframework", "pear",
           "monolog", "psr", "guzzlehttp", "doctrine", "twig", "github.com", "golang.org",
           "gopkg.in", "ruby", "gems", "cache")  # fmt: skip
"""Whose packages they are."""

VENDOR_MANIFESTS = ("composer.json", "composer.lock", "go.mod", "Gemfile")

Ignore = tuple[str, pathspec.GitIgnoreSpec]
"""(folder, "" or ending in "/"; what its .gitignore says)."""


def files_of(root: Path) -> Iterator[tuple[str, str]]:
    """(path from the root with "/", text) of each text file; follows no link."""
    if root.is_file():
        if (text := text_of(root)) is not None:
            yield root.name, text
        return
    yield from files_below(root, "", ())


def files_below(root: Path, folder: str, ignores: tuple[Ignore, ...]) -> Iterator[tuple[str, str]]:
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError:
        return
    ignores = (*ignores, *own_ignore(root, folder))
    for entry in entries:
        path = folder + entry.name
        if entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            if not is_others_code(entry) and not is_ignored(path + "/", ignores):
                yield from files_below(root, path + "/", ignores)
        elif entry.name.endswith((".min.js", ".map")):
            continue
        elif entry.is_file(follow_symlinks=False) and not is_ignored(path, ignores):
            text = text_of(Path(entry.path))
            if text is not None:
                yield path, text


def own_ignore(root: Path, folder: str) -> tuple[Ignore, ...]:
    file = root / folder / ".gitignore"
    if file.is_symlink() or not file.is_file():
        return ()
    text = text_of(file) or ""
    lines = []
    for line in text.splitlines():
        try:
            pathspec.GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        lines.append(line)
    return ((folder, pathspec.GitIgnoreSpec.from_lines(lines)),)


def is_ignored(path: str, ignores: tuple[Ignore, ...]) -> bool:
    """The last .gitignore that says anything of the path decides, as git has it."""
    decided = False
    for folder, spec in ignores:
        result = spec.check_file(path.removeprefix(folder))
        if result.include is not None:
            decided = result.include
    return decided


def is_others_code(entry: os.DirEntry[str]) -> bool:
    if entry.name in OTHERS_CODE:
        return True
    here = Path(entry.path)
    if entry.name == "vendor":
        return any((here / mark).exists() for mark in (*VENDOR_MARKS, *VENDORS)) or any(
            (here.parent / mark).exists() for mark in VENDOR_MANIFESTS
        )
    return (here / "pyvenv.cfg").exists()


def text_of(file: Path) -> str | None:
    """None for what is binary, huge or not readable."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return None
        return decoded(file.read_bytes())
    except OSError:
        return None


def decoded(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 (with or without its mark) or Windows-1252."""
    encoding = encoding_of(data)
    if not encoding:
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252" if encoding == "utf-8-sig" else encoding, errors="replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def encoding_of(data: bytes) -> str:
    """ "" for binary data."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:8000]
    if b"\0" not in head:
        return "utf-8-sig"
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.7 * pairs and head[0::2].count(0) < 0.05 * pairs:
        return "utf-16-le"
    if head[0::2].count(0) > 0.7 * pairs and head[1::2].count(0) < 0.05 * pairs:
        return "utf-16-be"
    return ""
