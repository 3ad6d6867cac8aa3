"""Packages of SQL Server Integration Services: scripts and connections inside XML."""

from __future__ import annotations

import re

from inventory.scripts.findings import Finding, Found, add
from inventory.scripts.hosts import host_of
from inventory.scripts.languages import parse
from inventory.scripts.source_files import File
from inventory.scripts.units import of_unit, replace_path

SOURCE = re.compile(
    r"<(?:\w+:)?ProjectItem[^>]*?Name=\"[^\"]*\.(?P<kind>cs|vb)\"[^>]*>\s*<!\[CDATA\[(?P<text>.*?)\]\]>",
    re.DOTALL,
)
VARIABLE = re.compile(
    r"<DTS:Variable\b[^>]*?DTS:ObjectName=\"(?P<name>[^\"]+)\"[^>]*>\s*"
    r"<DTS:VariableValue[^>]*>(?P<value>[^<]*)</DTS:VariableValue>",
    re.DOTALL,
)
USE = re.compile(r"Dts\.Variables[\[(]\"(?:User::)?(?P<name>\w+)\"[\])]\.Value(?:\.ToString\(\))?")
CONNECTION = re.compile(r"SmtpServer=(?P<host>[^;\"]+);", re.IGNORECASE)


def is_package(file: File) -> bool:
    return file.name.lower().endswith(".dtsx")


def of_package(file: File) -> Found:
    """What its scripts send, and its SMTP connections, which can log in as Windows only."""
    found = Found([], [])
    values = {one["name"]: one["value"] for one in VARIABLE.finditer(file.text)}
    for source in SOURCE.finditer(file.text):
        line = file.text.count("\n", 0, source.start("text"))
        text = USE.sub(lambda use: literal(use, values), source["text"])
        unit = parse(f"script.{source['kind']}", "\n" * line + text)
        if unit is not None:
            add(found, of_unit(replace_path(unit, file.path), file.project))
    for one in CONNECTION.finditer(file.text):
        line = file.text.count("\n", 0, one.start()) + 1
        if host := host_of(one["host"]):
            found.findings.append(Finding(file.path, line, "SSIS", host, "", "none", ""))
    return found


def literal(use: re.Match[str], values: dict[str, str]) -> str:
    """The value of a variable of the package, in its place in the script."""
    value = values.get(use["name"])
    return use[0] if value is None else '"' + value.replace('"', "") + '"'
