from __future__ import annotations

from inventory.scripts.forms import Expr, Sequence, Table, Text
from inventory.scripts.languages.javascript import JavaScript
from inventory.scripts.languages.python import Python


class Notebook(Python):
    """The code of a Jupyter notebook, each line where it stands in the file."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, code_of(text))


def code_of(text: str) -> str:
    """The cells of code, without the commands of the notebook itself and of its shell."""
    read = JavaScript("", f"x = {text}").read()
    book = read.assigns[-1].value if read.assigns else None
    lines: list[str] = []
    cells = book.get("cells") if isinstance(book, Table) else None
    for cell in cells.items if isinstance(cells, Sequence) else ():
        pieces = source_of(cell)
        if pieces and not pieces[0].text.startswith("%%"):
            for piece in pieces:
                lines += [""] * (piece.line - 1 - len(lines))
                lines += [plain(line) for line in piece.text.removesuffix("\n").split("\n")]
    return "\n".join(lines)


def source_of(cell: Expr) -> list[Text]:
    if not isinstance(cell, Table) or getattr(cell.get("cell_type"), "text", "") != "code":
        return []
    source = cell.get("source")
    items = source.items if isinstance(source, Sequence) else (source,)
    return [one for one in items if isinstance(one, Text)]


def plain(line: str) -> str:
    return "" if line.lstrip().startswith(("%", "!", "?")) else line
