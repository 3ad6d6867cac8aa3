from __future__ import annotations

import re
from dataclasses import replace

import tree_sitter_powershell
from tree_sitter import Language, Node

from inventory.scripts.forms import (
    PICK,
    Call,
    Expr,
    Function,
    Index,
    Join,
    Member,
    Name,
    Other,
    Sequence,
    Table,
    Text,
    parts_of,
)
from inventory.scripts.languages.base import (
    either,
    line_of,
    living,
    text_of,
    together,
)
from inventory.scripts.languages.picking import picked
from inventory.scripts.languages.powershell_values import PowerShellValues
from inventory.scripts.setting_names import TRIALS

LOOPS = ("foreach-object", "%", "foreach")

PARSING = ("convertfrom-json", "convertfrom-stringdata", "convertfrom-yaml", "convertfrom-csv")

PASSING = ("where-object", "?", "where", "sort-object", "sort", "select-object", "select")
"""What hands on some of the items it is given."""

WHERE = ("where-object", "?", "where")

WORD = r"[^\W\d][\w.*@-]*"
BARE_LIST = re.compile(
    r"@\"[ \t]*\n.*?\n[ \t]*\"@|@'[ \t]*\n.*?\n[ \t]*'@"  # What holds no commands.
    r"|\"(?:`.|[^\"`])*\"|'[^']*'|<\#.*?\#>|(?<![\w`])\#[^\n]*"
    rf"|(?P<before>,\s*)?(?<=[\s,])(?P<words>{WORD}(?:[ \t]*,\s*{WORD})*)"
    r"(?=(?P<more>[ \t]*,)|[\s|;)}]|$)(?!\s*=)",
    re.DOTALL,
)


class PowerShell(PowerShellValues):
    """Names are in lower case, as PowerShell does not care. A command is a call whose words are
    `args` and whose parameters are `named`; a splatted table is named `@`."""

    grammar = Language(tree_sitter_powershell.language())
    name = "powershell"

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.blocks: list[str] = []
        self.last: Expr | None = None
        """What the block that ended last gives."""

    def parameter(self, name: str, default: Expr | None) -> None:
        """A script's own parameters make it a function under the name of its file."""
        if self.function is not None:
            super().parameter(name, default)
            return
        if not any(function.scope == () for function in self.unit.functions):
            own = self.unit.path.rpartition("/")[2].lower()
            self.unit.functions.insert(0, Function(own, ()))
        self.unit.functions[0].parameters.append((name, default))

    def prepared(self) -> str:
        # The grammar wants a line's end after the last statement.
        text = BARE_LIST.sub(quoted_list, self.unit.text.replace("\r\n", "\n"))
        text = re.sub(r"(?<=\s)\?\?=", "=", text)
        return re.sub(r"(?<=\s)\?\?(?=\s)", "-or", text) + "\n"

    def on_assignment_expression(self, node: Node) -> Expr:
        target = self.expr(node.named_children[0])
        value = self.expr(node.child_by_field_name("value"))
        if isinstance(target, Name) and self.blocks and isinstance(value, Other):
            self.name_block(target.name, value)
        return self.assign(lowered(target), value)

    def name_block(self, name: str, value: Other) -> None:
        """`$encode = { param($text) … }` is a function."""
        for function in reversed(self.unit.functions):
            if function.name == self.blocks[-1] and function.line == value.line:
                function.name = name
                self.blocks.pop()
                return

    def block_in(self, name: Expr | None) -> str:
        """The block that `& $encode` and `$encode.Invoke()` run."""
        name = name.parts[0] if isinstance(name, Join) and len(name.parts) == 1 else name
        known = isinstance(name, Name) and any(
            function.scope and function.name == name.name for function in self.unit.functions
        )
        return name.name if known and isinstance(name, Name) else ""

    def on_assignement_operator(self, node: Node) -> Expr:
        return Other((), line_of(node))

    def on_foreach_statement(self, node: Node) -> Expr:
        parts = [one for one in node.named_children if "comment" not in one.type]
        if len(parts) > 2 and parts[0].type == "variable":
            self.loop(self.expr(parts[0]), self.expr(parts[1]))
            parts = parts[2:]
        return Other(tuple(self.exprs(parts)), line_of(node))

    def on_pipeline_chain(self, node: Node) -> Expr:
        """`$accounts | ForEach-Object { … $_ … }` is a loop."""
        parts: list[Expr] = []
        items: Expr | None = None
        for child in node.named_children:
            name = text_of(child.child_by_field_name("command_name")).lower()
            if child.type == "command" and name in LOOPS and items is not None:
                self.loop(Name("_", line_of(child)), items)
                parts.append(self.expr(child))
                items = None
            elif name in PARSING and items is not None:
                made = self.expr(child)
                if isinstance(made, Call) and not made.args:
                    made = replace(made, args=(items,))
                parts, items = [made], made
            elif name in WHERE and items is not None and (one := self.picked(child, items)):
                parts, items = [one], one
            else:
                parts.append(self.expr(child))
                items = parts[-1] if name not in PASSING else items
        return self.one_of(parts, node)

    def picked(self, node: Node, items: Expr) -> Expr | None:
        """`Where-Object { $_.Team -eq $team }`, `where Team -eq "quay"`."""
        told = node.child_by_field_name("command_elements")
        given = (
            [one for one in told.named_children if one.type != "command_argument_sep"]
            if told
            else []
        )
        if len(given) == 3 and text_of(given[1]).lower() == "-eq":
            key = Text(text_of(given[0]).strip("\"'").lower(), line_of(node))
            return Call(PICK, items, (key, self.expr(given[2])), (), line_of(node))
        return picked(items, given[0], self.expr) if len(given) == 1 else None

    def on_array_expression(self, node: Node) -> Expr:
        """`@(…)` with an item on each line."""
        listed = [one for one in node.named_children if one.type == "statement_list"]
        items = list(listed[0].named_children) if listed else []
        exprs = self.exprs(items)
        return Sequence(tuple(exprs), line_of(node)) if len(exprs) > 1 else self.one_of(exprs, node)

    def on_script_parameter(self, node: Node) -> Expr:
        name = next((one for one in node.named_children if one.type == "variable"), None)
        default = next(
            (one for one in node.named_children if one.type == "script_parameter_default"), None
        )
        if name is None:
            return Other((), line_of(node))
        value = self.expr(default) if default is not None else None
        told = Text("false", line_of(node)) if "[switch]" in text_of(node).lower() else value
        self.parameter(text_of(name).strip("${}").lower(), told)
        if value is not None and self.function is None:
            self.assign(self.expr(name), value)
        return Other((), line_of(node))

    def on_function_statement(self, node: Node) -> Expr:
        name = next((one for one in node.named_children if one.type == "function_name"), None)
        with self.inside(text_of(name).lower()) as function:
            inner = self.other(node)
            if not function.returns and self.last is not None:
                function.returns.append(self.last)
            return inner

    def on_statement_list(self, node: Node) -> Expr:
        parts = self.exprs(living(node.named_children))
        self.last = parts[-1] if parts else None
        return parts[0] if len(parts) == 1 else Other(tuple(parts), line_of(node))

    def alternatives(self, node: Node) -> Expr:
        """`$x = if (…) { a } else { b }` is one of both."""
        found = super().alternatives(node)
        if node.type == "switch_statement":
            return parts_of(found)[-1] if parts_of(found) else found
        if node.type == "switch_body":
            return self.one_of(list(parts_of(found)), node)
        return either(parts_of(found)[1:], line_of(node)) if "if" in node.type else found

    def on_switch_clauses(self, node: Node) -> Expr:
        """`$x = switch ($kind) { "a" { 1 } default { 2 } }` is one of them; for trials the last."""
        clauses = [one for one in node.named_children if one.type == "switch_clause"]
        told = []
        for clause in clauses:
            with self.inside_branch():
                told.append((self.exprs(clause.named_children), text_of(clause.named_children[0])))
        told.sort(key=lambda one: bool(set(re.findall("[a-z]+", one[1].lower())) & TRIALS))
        return either([parts[-1] for parts, _ in told if parts], line_of(node))

    def on_class_statement(self, node: Node) -> Expr:
        with self.inside(self.named(node)):
            return self.other(node)

    def on_class_method_definition(self, node: Node) -> Expr:
        with self.inside(self.named(node)):
            for child in node.named_children:
                if child.type == "class_method_parameter_list":
                    for one in child.named_children:
                        name = next((x for x in one.named_children if x.type == "variable"), one)
                        self.parameter(text_of(name).strip("${}").lower(), None)
            return self.other(node)

    def named(self, node: Node) -> str:
        name = next((one for one in node.named_children if one.type == "simple_name"), None)
        return text_of(name).lower()

    def on_class_property_definition(self, node: Node) -> Expr:
        name = next((one for one in node.named_children if one.type == "variable"), None)
        value = self.expr(node.named_children[-1])
        if name is not None and node.named_children[-1] != name:
            line = line_of(node)
            target = Member(Name("this", line), text_of(name).strip("$").lower(), line)
            self.assign(target, value)
        return value

    def on_invokation_expression(self, node: Node) -> Expr:
        parts = [one for one in node.named_children if one.type != "argument_list"]
        exprs = self.exprs(parts)
        method = exprs[-1].text.lower() if isinstance(exprs[-1], Text) else ""
        receiver = exprs[0] if len(exprs) > 1 else None
        if method == "foreach" and receiver is not None:
            self.loop(Name("_", line_of(node)), receiver)
        args = self.arguments(node)
        if method in ("invoke", "invokereturnasis") and (block := self.block_in(receiver)):
            return self.call(block, None, args, (), line_of(node))
        if method == "new" and isinstance(receiver, Name):
            return self.created(receiver.name, args, line_of(node))
        return self.call(method, receiver, args, (), line_of(node))

    def arguments(self, node: Node) -> list[Expr]:
        found = []
        for part in node.named_children:
            if part.type in ("argument_list", "argument_expression_list"):
                found += self.arguments(part)
            elif part.type == "argument_expression":
                found.append(self.expr(part))
        return found

    def created(self, kind: str, args: list[Expr], line: int) -> Call:
        return self.call(kind.rpartition(".")[2].lower(), Name(kind, line), args, (), line, True)

    def on_command(self, node: Node) -> Expr:
        name_node = node.child_by_field_name("command_name")
        name = self.expr(name_node) if name_node is not None else Text("", line_of(node))
        before, self.blocks = self.blocks, []
        words, named = self.words(node.child_by_field_name("command_elements"))
        if isinstance(name, Text) and name.text.lower() == "new-object":
            self.blocks = before
            return self.new_object(words, named, line_of(node))
        if isinstance(name, Text) and name.text.startswith("-"):
            self.blocks = before
            return Other(tuple(words), line_of(node))
        method = name.text if isinstance(name, Text) else script_in(name) or self.block_in(name)
        told = dict(named)
        if block := self.block_in(told.get("scriptblock") or told.get("initializationscript")):
            self.blocks.append(block)
        self.hand_to_blocks(told.get("argumentlist") or told.get("args"))
        self.blocks = before
        if method.lower() in ("new-variable", "set-variable", "nv", "sv"):
            self.set_variable(words, dict(named))
        if not method:  # & $program …
            words = [name, *words]
        return self.call(method, None, words, named, line_of(node))

    def set_variable(self, words: list[Expr], named: dict[str, Expr]) -> None:
        """`New-Variable -Name x -Value y`."""
        plain = [one for one in words if not getattr(one, "text", "").startswith("-")]
        name = named.get("name") or (plain[0] if plain else None)
        value = named.get("value") or (plain[1] if len(plain) > 1 else None)
        if isinstance(name, Text) and value is not None:
            self.assign(Name(name.text.lower(), name.line), value)

    def on_script_block_expression(self, node: Node) -> Expr:
        """A block of its own, with parameters that `-ArgumentList` fills."""
        inner = [one for block in node.named_children for one in block.named_children]
        if not any(one.type == "param_block" for one in (*node.named_children, *inner)):
            return self.other(node)
        name = f"block {node.start_byte}"
        with self.inside(name) as function:
            function.line = line_of(node)
            value = Other((self.other(node),), line_of(node))
            if not function.returns and self.last is not None:
                function.returns.append(self.last)
        self.blocks.append(name)
        return value

    def hand_to_blocks(self, given: Expr | None) -> None:
        """The blocks seen since the last command are called with these arguments."""
        waiting, self.blocks = self.blocks, []
        if given is None:
            return
        args = given.items if isinstance(given, Sequence) else (given,)
        for name in waiting:
            self.call(name, None, args, (), given.line, is_new=True)

    def words(self, node: Node | None) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        """(words, parameters); both also appear in `args` of native commands in source order."""
        words: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        pending = ""
        for child in node.named_children if node is not None else []:
            if child.type == "command_argument_sep" or "comment" in child.type:
                continue
            if child.type == "command_parameter":
                if pending:
                    named.append((pending, Text("true", line_of(child))))
                raw = text_of(child)
                pending = raw.lstrip("-").rstrip(":").lower()
                words.append(self.text(child))
                continue
            if child.type == "argument_list":
                self.called_last(child, words, named)
                continue
            value = self.expr(child)
            is_splat = isinstance(value, Name) and text_of(child).startswith("@")
            if is_splat:
                named.append(("@", value))
            elif pending:
                named.append((pending, value))
                pending = ""
            words.append(value)
        if pending:
            named.append((pending, Text("true", line_of(node) if node is not None else 0)))
        return words, named

    def called_last(self, node: Node, words: list[Expr], named: list[tuple[str, Expr]]) -> None:
        """`-Credential $route.Login()`: the grammar takes the call for a word and a list."""
        args, before = self.arguments(node), node.prev_sibling
        last = words[-1] if words else None
        if before is None or before.type == "command_argument_sep" or not isinstance(last, Member):
            words += args
            return
        words[-1] = self.call(last.name, last.of, args, (), last.line)
        if named and named[-1][1] is last:
            named[-1] = (named[-1][0], words[-1])

    def new_object(self, words: list[Expr], named: list[tuple[str, Expr]], line: int) -> Call:
        given = dict(named)
        kind = given.get("typename") or given.get("comobject")
        rest = [
            word for word in words if not (isinstance(word, Text) and word.text.startswith("-"))
        ]
        kind = kind or (rest[0] if rest else None)
        args = [word for word in rest if word is not kind]
        listed = given.get("argumentlist") or given.get("args")
        if listed is not None:
            args = [listed, *[word for word in args if word is not listed]]
        if args and isinstance(args[0], Sequence):
            args = [*args[0].items]
        made = self.created(kind.text if isinstance(kind, Text) else "", args, line)
        table = given.get("property")
        if isinstance(table, Table):
            made = Call(made.method, made.receiver, made.args, table.items, line, True)
            self.unit.calls[-1] = type(self.unit.calls[-1])(made, self.unit.calls[-1].place)
        return made

    def on_argument_expression(self, node: Node) -> Expr:
        return self.other(node)

    def on_flow_control_statement(self, node: Node) -> Expr:
        is_return = text_of(node)[:6].lower() == "return"
        return self.returned(node) if is_return else self.other(node)

    def on_expandable_here_string(self, node: Node) -> Expr:
        return together(self.exprs(node.named_children), line_of(node))


def script_in(name: Expr) -> str:
    """The script that `& "$PSScriptRoot\\Send.ps1"` runs."""
    last = name.parts[-1] if isinstance(name, Join) else None
    return last.text if isinstance(last, Text) and last.text.lower().endswith(".ps1") else ""


def lowered(target: Expr) -> Expr:
    """`$a['Key']` as `$a['key']`; keys do not care for case either."""
    match target:
        case Index(of=of, key=Text(text=text, line=at), line=line):
            return Index(lowered(of), Text(text.lower(), at), line)
        case Member(of=of, name=name, line=line):
            return Member(lowered(of), name, line)
    return target


def quoted_list(found: re.Match[str]) -> str:
    """`Select-Object Name, Count` with its words in quotes: the grammar knows no list of bare
    words, and takes all that follows for an error."""
    words, before = found["words"], found["before"] or ""
    if not words or not (before or found["more"] or "," in words):
        return found[0]
    return before + re.sub(WORD, lambda word: f"'{word[0]}'", words)
