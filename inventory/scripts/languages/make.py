from __future__ import annotations

import re

from inventory.scripts.languages.shell import Shell

SETS = re.compile(r"^(?:export\s+|override\s+)*([A-Za-z_]\w*)\s*(?::{0,3}|\?|\+)=\s*(.*)$")
USE = re.compile(r"\$[({]([A-Za-z_][\w.-]*)[)}]")


QUOTED = re.compile(r"'([^'\"]*\$\{[^'\"]*)'")


class Make(Shell):
    """A makefile as the shell has it: its variables, and the commands of its recipes."""

    def prepared(self) -> str:
        lines, is_recipe, is_continued = [], False, False
        for line in self.unit.text.split("\n"):
            if not is_continued:
                is_recipe = line.startswith("\t")
            lines.append(as_shell(line, is_recipe, is_continued))
            is_continued = line.endswith("\\")
        return "\n".join(lines)


def as_shell(line: str, is_recipe: bool, is_continued: bool) -> str:
    if is_recipe or is_continued:
        plain = line.strip() if is_continued else line.strip().lstrip("@-+")
        plain = re.sub(r"(?<!\$)\$[<@^*?+%|]", "target", plain)
        filled = USE.sub(r"${\1}", plain.replace("$$", "$"))
        return QUOTED.sub(r'"\1"', filled)  # What make fills in, no quotes keep from it.
    if found := SETS.match(line):
        value = USE.sub(r"${\1}", found[2].partition(" #")[0].strip()).replace('"', '\\"')
        return f'{found[1]}="{value}"'
    return ""
