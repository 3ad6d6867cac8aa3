"""Calls that look a setting up: in the environment, in a file of settings."""

from __future__ import annotations

import re

from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Member,
    Text,
    path_of,
)

ENVIRONMENT = {
    ("os", "environ"), ("environ",), ("process", "env"), ("env",), ("_ENV",), ("_SERVER",),
    ("ENV",), ("os.environ",), ("import", "meta", "env"),
}  # fmt: skip

ENV_CALLS = {"getenv", "env", "getenvironmentvariable", "lookupenv", "mustgetenv"}

TYPED = {"str", "int", "bool", "url", "email"}
"""What django-environ and environs call a variable of a type: `env.str("X")`."""

LOOKUPS = {
    "get", "getproperty", "getvalue", "getstring", "getsection", "config", "fetch", "value",
    "getordefault", "getrequiredsection", "@value", "ini_get", "parameter", "getparameter",
    "getorthrow", "getrequired", "getoptional", "getrequiredvalue", "has", "getconfig",
    "opt", "setting", "get_config", "getsetting",
}  # fmt: skip


def is_environment(call: Call) -> bool:
    if call.method.lower() in TYPED and path_of(call.receiver) == ("env",):
        return True
    if call.method.lower() in ENV_CALLS:
        return True
    return path_of(call.receiver) in ENVIRONMENT or call.method in ("Env", "get_env")


def lookup_keys(call: Call) -> tuple[str, ...]:
    """The constant keys of `config.get("smtp", "host")`; () if it is no lookup."""
    method = call.method.lower()
    is_typed = method in TYPED and path_of(call.receiver) == ("env",)
    if method not in LOOKUPS and method not in ENV_CALLS and not is_typed:
        return ()
    keys = [arg.text for arg in call.args if isinstance(arg, Text)]
    if not keys or not isinstance(call.args[0], Text):
        return ()
    above: tuple[str, ...] = ()
    owner = call.receiver
    if isinstance(owner, Call):
        above = lookup_keys(owner)
    elif isinstance(owner, Index | Member) and path_of(owner) not in ENVIRONMENT:
        above = path_of(owner)[1:]
        if not path_of(owner) and isinstance(owner, Index) and isinstance(owner.key, Text):
            above = (owner.key.text,)
    if len(keys) > 1 and not is_section(call):
        keys = keys[:1]
    return (*above, *keys)


READS = re.compile(
    r"(?:read|get|load)[-_]?ini|ini[-_]?(?:file|value|setting|key|entry)|setting|config|cfg|^ini$"
)
FILE_NAME = re.compile(r"[\\/]|\.\w{2,6}$")


def read_keys(call: Call) -> tuple[str, ...]:
    """The keys of a function of one's own, as `ReadIni("mail.ini", "mail", "server")`."""
    if not call.args or READS.search(call.method.lower()) is None:
        return ()
    texts = [arg.text for arg in call.args if isinstance(arg, Text)]
    keys = [text for text in texts if text[:1] != "-" and not FILE_NAME.search(text)]
    return tuple(keys) if len(keys) <= 2 else ()


def told_by_command(call: Call) -> tuple[str, ...]:
    """The keys of `jq -r .mail.host c.json`, `grep ^host= mail.conf`, `sed -n "s/^host=//p"`."""
    texts = [arg.text for arg in call.args if isinstance(arg, Text)]
    plain = [text for text in texts if text[:1] != "-"]
    if call.method in ("jq", "yq") and plain and plain[0].startswith("."):
        return tuple(re.findall(r"\w+", plain[0]))
    if call.method in ("crudini", "git") and "--get" in texts and len(plain) > 1:
        return tuple(plain[-2:] if call.method == "crudini" else plain[-1].split("."))
    if call.method in ("grep", "egrep", "sed", "awk"):
        found = [KEY_OF_LINE.search(text) for text in plain[:1]]
        return tuple(one[1] for one in found if one is not None)
    return ()


KEY_OF_LINE = re.compile(r"\^?\s*([A-Za-z_][\w.-]+)\s*(?:[=:]|\\s|\[|$|/)")


def is_section(call: Call) -> bool:
    """`get(section, key)` of configparser, not `get(key, default)`."""
    return (
        call.method == "get"
        and not is_environment(call)
        and len(call.args) > 1
        and isinstance(call.args[1], Text)
        and "." not in call.args[1].text
        and "@" not in call.args[1].text
    )


def property_key(text: str, line: int) -> tuple[tuple[str, ...], Expr | None]:
    """(keys, default) of Spring's `${mail.host:localhost}`."""
    name, sign, default = text.strip("${}").partition(":")
    return tuple(name.split(".")), Text(default, line) if sign else None
