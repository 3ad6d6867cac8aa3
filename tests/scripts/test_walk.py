"""Which files are read, and that nothing in them stops a scan."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from inventory.scripts import scan, scan_files
from inventory.scripts.walk import decoded

MAILER = """import smtplib
s = smtplib.SMTP("smtp.office365.com", 587)
s.login("a@fabrikam.example", open("/run/pw").read())
s.sendmail(1, 2, 3)
"""
SUFFIXES = ("py", "ps1", "sh", "php", "cs", "java", "js", "ts", "sql", "yml", "json", "xml", "env",
            "properties", "ini", "toml", "rb", "cmd", "msmtprc")  # fmt: skip


def put(root: Path, path: str, text: str = MAILER) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def paths(root: Path) -> list[str]:
    return [finding.path for finding in scan(root).findings]


def test_honours_gitignore_in_every_folder(tmp_path: Path) -> None:
    put(tmp_path, ".gitignore", "build/\n*.tmp.py\n!keep.tmp.py\n/only_here.py\n")
    put(tmp_path, "sub/.gitignore", "secret.py\n!x.tmp.py\n")
    for path in (
        "build/a.py",
        "a.tmp.py",
        "keep.tmp.py",
        "only_here.py",
        "sub/only_here.py",
        "sub/secret.py",
        "sub/x.tmp.py",
    ):
        put(tmp_path, path)
    assert paths(tmp_path) == ["keep.tmp.py", "sub/only_here.py", "sub/x.tmp.py"]


def test_follows_no_link(tmp_path: Path) -> None:
    put(tmp_path, "outside/mail.py")
    put(tmp_path, "tree/own.py")
    (tmp_path / "tree/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "tree/file.py").symlink_to(tmp_path / "outside/mail.py")
    (tmp_path / "tree/loop").symlink_to(tmp_path / "tree")
    assert paths(tmp_path / "tree") == ["own.py"]


def test_leaves_out_installed_packages_and_what_is_huge_or_binary(tmp_path: Path) -> None:
    put(tmp_path, "node_modules/x/mail.py")
    put(tmp_path, "vendor/autoload.php", "<?php\n")
    put(tmp_path, "vendor/x/mail.py")
    put(tmp_path, "suppliers/vendor/mail.py")
    put(tmp_path, "shop/composer.json", "{}")
    put(tmp_path, "shop/vendor/acme/mail.py")
    put(tmp_path, "old/vendor/swiftmailer/swiftmailer/doc/mail.py")
    put(tmp_path, "huge.py", MAILER + "#" * 2_100_000)
    (tmp_path / "binary.py").write_bytes(b"\x7fELF\0\1\2" + MAILER.encode())
    assert paths(tmp_path) == ["suppliers/vendor/mail.py"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_reads_every_encoding(encoding: str) -> None:
    text = "# für Müller\r\nSend-MailMessage -SmtpServer smtp.office365.com -Credential $c\r\n"
    read = decoded(text.encode(encoding))
    assert read == text.replace("\r\n", "\n")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_survives_what_is_no_source_at_all(suffix: str) -> None:
    chance = random.Random(suffix)
    noise = "".join(chance.choice("(){}[]\"'`$@#<>=:;,.\\/\n\0 smtpmail") for _ in range(20_000))
    deep = "smtp mail " + "(" * 5_000 + "[" * 5_000 + "{" * 5_000
    nested = "a = mail" + "".join("(x + {'smtp': [" for _ in range(2_000))
    line = 'smtp_host = "' + "mail smtp.office365.com " * 40_000 + '"'
    chained = "x = smtp" + ".mail()" * 3_000
    scan_files(
        [(f"{n}.{suffix}", text) for n, text in enumerate((noise, deep, nested, line, chained))]
    )


@pytest.mark.parametrize("name", ["a.py", "a.ps1", "a.sh", "a.php", "a.cs", "a.java", "a.js"])
def test_survives_every_cut_of_a_file(name: str) -> None:
    whole = MAILER * 3
    scan_files(
        [(f"{cut}/{name}", whole[:cut] + "\ufffd(\"'" + whole[cut:]) for cut in range(0, 300, 7)]
    )


def test_does_not_expand_entities_or_aliases() -> None:
    bomb = "a: &a [smtp, mail]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
    )
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "smtp.office365.com">]><smtp><host>&a;</host><user>b</user></smtp>'
    )
    assert scan_files([("a.yml", bomb), ("a.xml", laughs)]).findings == []


def test_finds_itself_out_of_variables_that_name_each_other() -> None:
    text = (
        "import smtplib\na = b\nb = a\n"
        "s = smtplib.SMTP(a, 587)\ns.login(f'{b}{a}', a)\ns.sendmail(1, 2, 3)\n"
    )
    found = scan_files([("a.py", text)]).findings
    assert [(one.host, one.account, one.auth) for one in found] == [("", "", "basic")]
