"""SQL: Database Mail of SQL Server, UTL_SMTP and APEX_MAIL of Oracle."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inventory.scripts.findings import Finding, Found, Secret
from inventory.scripts.hosts import host_of, is_relay
from inventory.scripts.techniques.facts import is_secret

TOKEN = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|\Z)|(?P<text>[Nn]?'(?:[^']|'')*')|(?P<name>@?[\w$#.\[\]]+)"
    r"|(?P<sign>:=|=>|[^\s])",
    re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int


def tokens_of(text: str) -> list[Token]:
    """Names, strings and signs; comments are gone."""
    found, line, at = [], 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        if kind := match.lastgroup:
            raw = match[0]
            if kind == "text":
                raw = raw[raw.index("'") + 1 : -1].replace("''", "'")
            found.append(Token(kind, raw, line))
    return found


def sql(path: str, text: str) -> Found:
    found = Found([], [])
    if "mail" not in text.lower() and "smtp" not in text.lower():
        return found
    tokens = tokens_of(text)
    variables = assigned(tokens)
    accounts = account_calls(path, tokens, variables, found)
    if not accounts:
        sends(path, tokens, found)
    oracle(path, tokens, variables, found)
    outgoing(path, tokens, found)
    return found


def assigned(tokens: list[Token]) -> dict[str, Token]:
    """{variable: its constant} of DECLARE, SET and :=."""
    found: dict[str, Token] = {}
    for index, token in enumerate(tokens[:-2]):
        if token.kind != "name":
            continue
        for ahead in tokens[index + 1 : index + 9]:
            if ahead.text in (",", ";") or ahead.text.startswith("@"):
                break
            if ahead.text in ("=", ":="):
                value = joined(tokens, tokens.index(ahead, index) + 1, found)
                is_own = token.text.startswith("@") or ahead.text == ":="
                if value is not None and is_own:
                    found.setdefault(token.text.lower(), value)
                break
    return found


def joined(tokens: list[Token], start: int, known: dict[str, Token]) -> Token | None:
    """A constant, or several put together; None if one of them is not known."""
    if tokens[start : start + 1] and tokens[start].text.upper() == "CONCAT":
        parts = [worth(one, known) for one in inside(tokens, start + 1)]
    else:
        parts = [worth(one, known) for one in tokens[start : start + 1]]
        while (length := len(sign_at(tokens, start + 1))) and start + 2 < len(tokens):
            start += 1 + length
            parts += [worth(one, known) for one in tokens[start : start + 1]]
    texts = [one for one in parts if one is not None]
    if not texts or len(texts) != len(parts):
        return None
    return Token("text", "".join(one.text for one in texts), texts[0].line)


def sign_at(tokens: list[Token], at: int) -> str:
    """The operator that puts texts together, where one stands; `||` is two signs."""
    signs = [one.text for one in tokens[at : at + 2]]
    return "||" if signs == ["|", "|"] else "+" if signs[:1] == ["+"] else ""


def worth(token: Token | None, variables: dict[str, Token]) -> Token | None:
    if token is None or token.kind == "text":
        return token
    return variables.get(token.text.lower())


def base(name: str) -> str:
    return name.replace("[", "").replace("]", "").rpartition(".")[2].lower()


def arguments(tokens: list[Token], start: int) -> dict[str, Token]:
    """{name: value} up to the end of the statement."""
    found: dict[str, Token] = {}
    index = start
    while index + 2 < len(tokens):
        token = tokens[index]
        if token.text == ";" or token.text.upper() in ("GO", "EXEC", "EXECUTE", "BEGIN", "END"):
            break
        if token.kind == "name" and tokens[index + 1].text in ("=", "=>"):
            found[token.text.lower().lstrip("@")] = tokens[index + 2]
            index += 3
            continue
        index += 1
    return found


def account_calls(path: str, tokens: list[Token], variables: dict[str, Token], found: Found) -> int:
    count = 0
    for index, token in enumerate(tokens):
        is_add = base(token.text) in ("sysmail_add_account_sp", "sysmail_update_account_sp")
        if token.kind != "name" or not is_add:
            continue
        given = arguments(tokens, index + 1)
        server = worth(given.get("mailserver_name"), variables)
        if server is None:
            continue
        count += 1
        user = worth(given.get("username"), variables)
        uses_windows = given.get("use_default_credentials")
        host = host_of(server.text)
        auth = "basic" if "username" in given else "none"
        if is_relay(host) or (uses_windows is not None and uses_windows.text == "1"):
            auth = "none"
        account = user.text.strip() if user is not None and auth == "basic" else ""
        account = "" if "$(" in account or any(one.isspace() for one in account) else account
        found.findings.append(
            Finding(
                path,
                server.line,
                "SQL Server Database Mail",
                host,
                account.lower() if "@" in account else account,
                auth,
                "literal" if account else "",
            )
        )
        secret = worth(given.get("password"), variables)
        if secret is not None and is_secret(secret.text):
            found.secrets.append(Secret(path, secret.line, "password"))
    return count


INNER_SEND = re.compile(r"\bexec(?:ute)?\s+[\w.\[\]]*sp_send_dbmail", re.IGNORECASE)
"""The command of a job's step."""


def sends(path: str, tokens: list[Token], found: Found) -> None:
    """Mail through a profile that another script defines: its server is not known here."""
    for before, token in zip([None, *tokens], tokens, strict=False):
        is_said = before is not None and before.text.upper() in ("PRINT", "(", ",")
        is_inside = token.kind == "text" and not is_said and INNER_SEND.search(token.text)
        if is_inside or (token.kind == "name" and base(token.text) == "sp_send_dbmail"):
            found.findings.append(
                Finding(path, token.line, "SQL Server Database Mail", "", "", "none", "")
            )


def oracle(path: str, tokens: list[Token], variables: dict[str, Token], found: Found) -> None:
    """UTL_SMTP.OPEN_CONNECTION(host, …) with UTL_SMTP.AUTH or a spelt-out AUTH LOGIN."""
    host: Token | None = None
    user: Token | None = None
    auth = "none"
    for index, token in enumerate(tokens):
        name = token.text.lower()
        if token.kind != "name":
            if token.kind == "text" and token.text.upper().startswith("AUTH "):
                auth = "oauth" if "XOAUTH2" in token.text.upper() else "basic"
            continue
        if not name.startswith("utl_smtp."):
            continue
        values = [worth(one, variables) for one in inside(tokens, index + 1)]
        if name == "utl_smtp.open_connection":
            given = inside_named(tokens, index + 1)
            host = worth(given.get("host"), variables) or next(
                (value for value in values if value is not None and "." in value.text), None
            )
            host = host or Token("text", "", token.line)
        elif name == "utl_smtp.auth":
            auth = "basic"
            given = inside_named(tokens, index + 1)
            user = worth(given.get("username"), variables) or next(
                (value for value in values if value is not None and "@" in value.text), None
            )
            for scheme in values:
                if scheme is not None and "XOAUTH2" in scheme.text.upper():
                    auth = "oauth"
    if host is None:
        return
    if auth == "basic" and user is None:
        user = next((one for one in variables.values() if "@" in one.text), None)
        texts = [
            one for index, one in enumerate(tokens)
            if one.kind == "text" and "@" in one.text
            and any("base64" in two.text.lower() or "cast_to_raw" in two.text.lower()
                    for two in tokens[max(0, index - 4) : index])
        ]  # fmt: skip
        user = texts[0] if texts else user
    account = user.text.lower() if user is not None and auth != "none" else ""
    name = host_of(host.text)
    found.findings.append(
        Finding(
            path, host.line, "Oracle UTL_SMTP", name, account, auth, "literal" if account else ""
        )
    )


def outgoing(path: str, tokens: list[Token], found: Found) -> None:
    """The server that the database itself is told: SMTP_OUT_SERVER for UTL_MAIL, the parameters
    of an APEX instance for APEX_MAIL."""
    told: dict[str, Token] = {}
    for index, token in enumerate(tokens):
        after = tokens[index + 1 : index + 3]
        if len(after) < 2:
            continue
        if token.text.lower() == "smtp_out_server" and after[0].text == "=":
            host = host_of(after[1].text)
            if host:
                found.findings.append(
                    Finding(path, after[1].line, "Oracle UTL_MAIL", host, "", "none", "")
                )
        elif token.text.upper().startswith("SMTP_") and after[0].text == ",":
            told[token.text.upper()] = after[1]
    server, user = told.get("SMTP_HOST_ADDRESS"), told.get("SMTP_USERNAME")
    if server is None or server.kind != "text" or not host_of(server.text):
        return
    account = user.text.strip().lower() if user is not None and user.kind == "text" else ""
    auth = "basic" if user is not None and not is_relay(host_of(server.text)) else "none"
    found.findings.append(
        Finding(
            path, server.line, "Oracle APEX", host_of(server.text), account, auth,
            "literal" if account else "",
        )
    )  # fmt: skip
    secret = told.get("SMTP_PASSWORD")
    if secret is not None and secret.kind == "text" and is_secret(secret.text):
        found.secrets.append(Secret(path, secret.line, "password"))


def inside(tokens: list[Token], start: int) -> list[Token]:
    """What stands in the parentheses that open here."""
    if start >= len(tokens) or tokens[start].text != "(":
        return []
    depth, found = 0, []
    for token in tokens[start:]:
        depth += (token.text == "(" and token.kind == "sign") - (
            token.text == ")" and token.kind == "sign"
        )
        if depth == 0:
            break
        if token.kind in ("text", "name"):
            found.append(token)
    return found


def inside_named(tokens: list[Token], start: int) -> dict[str, Token]:
    end = start
    while end < len(tokens) and tokens[end].text != ";":
        end += 1
    return arguments(tokens[:end] + [Token("sign", ";", 0)] * 3, start)
