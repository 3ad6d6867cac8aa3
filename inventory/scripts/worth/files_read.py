"""Files of the tree that a script reads whole: `Get-Content user.txt`, `open("login").read()`."""

from __future__ import annotations

from inventory.scripts.forms import Call, Expr, Name, Place, path_of
from inventory.scripts.values import UNKNOWN, Value
from inventory.scripts.worth.asking import Asking

WHOLE = {
    "get-content", "gc", "cat", "type", "readalltext", "file_get_contents", "readfilesync",
    "readstring", "read_text", "readtext", "readfile", "head", "opentextfile", "<",
}  # fmt: skip
LINES = {"readalllines", "readlines", "file", "readlinessync"}
OF_HANDLES = {"read", "readline", "readlines", "readall", "readtoend", "fgets", "fgetcsv"}
LINED = {"splitlines", "strip", "trim", "split"}
OPENS = {"open", "fopen", "opentextfile", "opentext", "streamreader"}
MAX_STEPS = 6


class FilesRead(Asking):
    def file_read(self, call: Call, place: Place, depth: int) -> list[Value]:
        """The text of the file that a call reads, where the tree holds it."""
        if (given := self.file_of(call, place)) is None:
            return []
        told = self.worth(given, place, depth + 1)
        if not told and isinstance(given, Call) and given.args:  # Path.Combine(…, "login.txt")
            told = self.worth(given.args[-1], place, depth + 1)
        for one in told[:1]:
            found = self.project.small_file(self.unit.path, one.text.rpartition(UNKNOWN)[2])
            if found is not None:
                path, text = found
                return [Value(text.strip(), call.line, f"config:{path}")]
        return []

    def file_of(self, call: Call, place: Place) -> Expr | None:
        method = call.method.lower()
        if method in WHOLE or method in LINES:
            given = call.arg(-1, "path", "literalpath")
            words = [one for one in call.args if getattr(one, "text", " ")[:1] != "-"]
            return given or (words[0] if words else call.receiver)
        if method not in OF_HANDLES:
            return None
        handle = call.receiver or (call.args[0] if call.args else None)
        if isinstance(handle, Name):
            assigns = self.assigned(path_of(handle), place)
            handle = assigns[0].value if assigns else None
        if isinstance(handle, Call) and handle.method.lower() in OPENS:
            return handle.args[0] if handle.args else handle.receiver
        return None

    def line_read(self, of: Expr, number: int, place: Place, depth: int) -> list[Value]:
        """A line of a file, of `lines[0]`."""
        for _ in range(MAX_STEPS):
            if isinstance(of, Name):
                assigns = self.assigned(path_of(of), place)
                if not assigns:
                    return []
                of, place = assigns[0].value, assigns[0].place
            elif isinstance(of, Call) and of.method.lower() in LINED and of.receiver is not None:
                of = of.receiver
            else:
                break
        if not isinstance(of, Call) or self.file_of(of, place) is None:
            return []
        found = []
        for one in self.file_read(of, place, depth):
            lines = one.text.splitlines()
            if number < len(lines):
                found.append(Value(lines[number].strip(), one.line, one.source))
        return found
