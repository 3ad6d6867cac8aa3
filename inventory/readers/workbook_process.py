"""Rows of an Excel workbook as lines of JSON. Run as a process of its own, with limits.

A damaged workbook can name a cell in the last of a million rows, and the library sets aside room
for all cells before it: that must end this process and no other.
"""

import datetime as dt
import json
import resource
import sys

import python_calamine

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
OUTPUT = 64 * 1024 * 1024
LONGEST = 2_000
"""Characters of a cell that are taken."""


def text(value: object) -> str:
    """A cell as a person would have typed it: serial numbers come as floating point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    return str(value)[:LONGEST]


def main(path: str, row_limit: int, column_limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    workbook = python_calamine.load_workbook(path)
    for sheet in workbook.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        print(json.dumps({"sheet": sheet.name}))
        rows = workbook.get_sheet_by_name(sheet.name)
        first = (rows.start or (0, 0))[0] + 1
        found = rows.to_python(skip_empty_area=True, nrows=row_limit + 1)
        for line, row in enumerate(found, start=first):
            print(json.dumps([line, *(text(value) for value in row[:column_limit])]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
