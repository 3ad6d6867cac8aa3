"""Programs of the command line that send mail."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace

from inventory.scripts.findings import Finding, Found, Secret
from inventory.scripts.forms import Expr, Join, Name, Place, PlacedCall, Sequence, Text
from inventory.scripts.hosts import host_of, is_relay, user_of
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.facts import is_secret
from inventory.scripts.values import UNKNOWN, Value

Word = Value

RUNNERS = {
    "run", "popen", "call", "check_call", "check_output", "system", "exec", "execsync", "spawn",
    "spawnsync", "shell_exec", "passthru", "proc_open", "execfile", "start-process",
    "invoke-expression", "create_subprocess_exec", "create_subprocess_shell", "getoutput",
}  # fmt: skip
MAX_COMMAND = 32_768

PREFIXES = {
    "sudo", "env", "nohup", "time", "exec", "command", "timeout", "xargs", "nice", "ionice", "&",
    "perl", "wperl", "call", "start", "cmd",
}  # fmt: skip
LOCAL_PROGRAMS = {"mail", "mailx", "s-nail", "nail", "sendmail", "mutt", "neomutt", "bsd-mailx",
                  "heirloom-mailx"}  # fmt: skip


def commands(resolver: Resolver) -> Found:
    found = Found([], [])
    own = {function.name for function in resolver.unit.functions}
    low = resolver.unit.text.lower()
    if not any(tool in low for tool in TOOLS):
        return found
    for placed in resolver.unit.calls:
        for words in each_line(command_lines(resolver, placed)):
            if words and program_of(words[0]) not in own:
                decided = decide(resolver.unit.path, words)
                found.findings += decided.findings
                found.secrets += decided.secrets
    return found


def each_line(lines: list[list[Word]]) -> list[list[Word]]:
    """The command lines, once for each of the values that a word takes in turn."""
    found = []
    for words in lines:
        found.append([one.chosen(0) if isinstance(one, Turns) else one for one in words])
        count = max([len(one.others) for one in words if isinstance(one, Turns)], default=0)
        for number in range(1, count):
            found.append([one.chosen(number) if isinstance(one, Turns) else one for one in words])
    return found


@dataclass(frozen=True, slots=True)
class Turns(Value):
    """A word that callers or a loop give in turn."""

    others: tuple[Value, ...] = ()

    def chosen(self, number: int) -> Value:
        return self.others[min(number, len(self.others) - 1)]


def command_lines(resolver: Resolver, placed: PlacedCall) -> list[list[Word]]:
    """The words of the commands that a call runs."""
    call, place = placed.call, placed.place
    if resolver.unit.language in ("shell", "powershell") and call.receiver is None:
        name = [Value(call.method, call.line, "literal")] if call.method else []
        words = name + [word for arg in call.args for word in words_of(resolver, arg, place)]
        if call.method.lower() not in RUNNERS:
            return [without_prefix(words)]
    if call.method.lower() not in RUNNERS or not call.args:
        return []
    first = call.args[0]
    if isinstance(first, Sequence) or (
        len(call.args) > 1 and isinstance(call.args[1], Sequence | Text)
    ):
        words = [word for arg in call.args for word in words_of(resolver, arg, place)]
        return [without_prefix(words)]
    words = words_of(resolver, first, place)
    if len(words) == 1:
        return [without_prefix(line) for line in lines_of(words[0])]
    return [without_prefix(words)]


def lines_of(value: Value) -> list[list[Word]]:
    """The commands in one text; one longer than a command line can be is none."""
    if len(value.text) > MAX_COMMAND:
        return []
    try:
        lexer = shlex.shlex(value.text, posix=True, punctuation_chars="|;&")
        lexer.whitespace_split = True
        tokens = list(lexer)
    except ValueError:
        tokens = value.text.split()
    lines: list[list[Word]] = [[]]
    for token in tokens:
        if set(token) <= set("|;&"):
            lines.append([])
        else:
            lines[-1].append(Value(token, value.line, value.source))
    return [line for line in lines if line]


def words_of(resolver: Resolver, expr: Expr, place: Place, depth: int = 0) -> list[Word]:
    """A word, or the words of a list or of an unquoted variable."""
    if depth > 6:
        return []
    if isinstance(expr, Sequence):
        return [word for item in expr.items for word in words_of(resolver, item, place, depth + 1)]
    if isinstance(expr, Join) and len(expr.parts) == 1 and isinstance(expr.parts[0], Name):
        expr = expr.parts[0]
    if isinstance(expr, Name):
        for assign in resolver.assigned((expr.name,), place):
            if isinstance(assign.value, Sequence):
                return words_of(resolver, assign.value, assign.place, depth + 1)
    values = resolver.values(expr, place)
    if not values:
        return [Value(UNKNOWN, expr.line, "")]
    best = next((one for one in values if "office365" in one.text), values[0])
    if len(values) > 1 and all(one.is_several for one in values) and best is values[0]:
        return [Turns(best.text, best.line, best.source, True, tuple(values))]
    if isinstance(expr, Name) and " -" in best.text and resolver.unit.language == "shell":
        return [word for line in lines_of(best) for word in line]
    return [best]


def without_prefix(words: list[Word]) -> list[Word]:
    """Without `sudo`, `env A=b`, `timeout 30` and the like."""
    while words and program_of(words[0]) in PREFIXES:
        words = words[1:]
        ahead = [n for n, word in enumerate(words[:8]) if program_of(word) in (*TOOLS, *PREFIXES)]
        words = words[ahead[0] :] if ahead else []
    return words


VERSION = re.compile(r"(?<=[a-z])[-_]?v?\d+(?:\.\d+)+\w*$")
"""Of a program that carries it in its name: `mailsend1.19.exe`."""


def program_of(word: Word) -> str:
    name = re.split(r"[\\/]", word.text.strip())[-1].lower()
    return VERSION.sub("", name.removesuffix(".exe").removesuffix(".pl"))


def decide(path: str, words: list[Word]) -> Found:
    tool = TOOLS.get(program_of(words[0]))
    if tool is None:
        return Found([], [])
    command = Command(path, words)
    finding = tool(command)
    return Found([finding] if finding is not None else [], command.secrets)


class Command:
    def __init__(self, path: str, words: list[Word]) -> None:
        self.path, self.words = path, words
        self.secrets: list[Secret] = []

    def option(self, *names: str) -> Word | None:
        """The value of `--name value`, `--name=value`, `-nvalue`; the last one counts."""
        found = None
        for index, word in enumerate(self.words[1:], 1):
            for name in names:
                if word.text == name and index + 1 < len(self.words):
                    found = self.words[index + 1]
                elif name.startswith("--") and word.text.startswith(name + "="):
                    found = Value(word.text[len(name) + 1 :], word.line, word.source)
                elif len(name) == 2 and len(word.text) > 2 and word.text.startswith(name):
                    found = found or Value(word.text[2:], word.line, word.source)
        return found

    def has(self, *names: str) -> bool:
        return any(word.text.partition("=")[0] in names for word in self.words[1:])

    def secret(self, word: Word | None, kind: str = "password") -> None:
        if word is None or not word.is_known or word.text.startswith("-"):
            return
        if word.source == "literal" and is_secret(word.text):
            self.secrets.append(Secret(self.path, word.line, kind))

    def finding(
        self, technique: str, host: Word | None, user: Word | None, auth: str = ""
    ) -> Finding:
        name = host_of(host.text) if host is not None and UNKNOWN not in host_of(host.text) else ""
        account, source = "", ""
        if user is not None:
            account, source = account_of(user), user.source
        auth = auth or ("basic" if user is not None else "none")
        if is_relay(name) or auth == "none":
            account, auth = "", "none"
        return Finding(
            self.path,
            host.line if host is not None else self.words[0].line,
            technique,
            name,
            account,
            auth,
            source if account else "",
        )


def account_of(word: Word) -> str:
    text = word.text.strip().strip("'\"")
    if not text or UNKNOWN in text or any(one.isspace() for one in text):
        return ""
    return text.lower() if "@" in text else text


def split_user(command: Command, word: Word | None) -> Word | None:
    """`user:password`."""
    if word is None:
        return None
    user, sign, password = word.text.partition(":")
    if sign:
        command.secret(Value(password, word.line, word.source))
    return Value(user, word.line, word.source)


def curl(command: Command) -> Finding | None:
    urls = [word for word in command.words[1:] if re.match(r"(--url=)?smtps?://", word.text, re.I)]
    if not urls:
        return graph_by(command, "curl")
    url = Value(urls[0].text.removeprefix("--url="), urls[0].line, urls[0].source)
    user = split_user(command, command.option("--user", "-u"))
    inside, password = user_of(url.text)
    if inside:
        user = Value(inside, url.line, url.source)
        command.secret(Value(password, url.line, url.source), "password in a URL")
    options = command.option("--login-options")
    is_oauth = command.has("--oauth2-bearer") or (
        options is not None and "oauth" in options.text.lower()
    )
    if user is None and command.has("-n", "--netrc", "--netrc-file", "-K", "--config"):
        return command.finding("curl", url, None, "basic")
    return command.finding("curl", url, user, "oauth" if is_oauth else "")


def graph_by(command: Command, technique: str) -> Finding | None:
    for word in command.words[1:]:
        if "graph.microsoft" in word.text.lower() and "/sendmail" in word.text.lower():
            user = re.search(r"/users/([^/\0]+@[^/\0]+)/", word.text)
            return Finding(
                command.path, word.line, f"Graph REST ({technique})", host_of(word.text),
                user[1].lower() if user else "", "graph", word.source if user else "",
            )  # fmt: skip
    return None


def swaks(command: Command) -> Finding | None:
    if command.has("--dump") or command.option("--quit-after", "-q") is not None:
        return None
    host = command.option("--server", "-s")
    user = command.option("--auth-user", "-au", "--au")
    kind = command.option("--auth", "-a")
    command.secret(command.option("--auth-password", "-ap", "--ap"))
    has_auth = user is not None or command.has("--auth", "-a", "-au", "--au")
    auth = "oauth" if kind is not None and "oauth" in kind.text.lower() else ""
    auth = auth or ("basic" if has_auth else "none")
    return command.finding("swaks", host, user, auth)


def send_email(command: Command) -> Finding | None:
    host = command.option("-s") or Value("localhost", command.words[0].line, "literal")
    command.secret(command.option("-xp"))
    return command.finding("sendEmail", host, command.option("-xu"))


def blat(command: Command) -> Finding | None:
    command.secret(command.option("-pw"))
    return command.finding("blat", command.option("-server", "-serverSMTP"), command.option("-u"))


def mailsend(command: Command) -> Finding | None:
    command.secret(command.option("-pass"))
    return command.finding("mailsend", command.option("-smtp"), command.option("-user"))


def swithmail(command: Command) -> Finding | None:
    command.secret(command.option("/pass"))
    return command.finding("SwithMail", command.option("/server"), command.option("/u", "/user"))


def send_it_quiet(command: Command) -> Finding | None:
    command.secret(command.option("-p"))
    return command.finding("SendItQuiet", command.option("-s"), command.option("-u"))


def smtp_cli(command: Command) -> Finding | None:
    command.secret(command.option("--pass", "--password"))
    host = command.option("--host", "--server")
    return command.finding("smtp-cli", host, command.option("--user")) if host else None


def cmail(command: Command) -> Finding | None:
    """`CMail -host:user:password@server:587 -starttls`."""
    for word in command.words[1:]:
        if word.text.lower().startswith("-host:"):
            login, _, server = word.text[6:].rpartition("@")
            user = split_user(command, replace(word, text=login)) if login else None
            return command.finding("CMail", replace(word, text=server), user)
    return None


def sendemail_git(command: Command) -> Finding | None:
    if not any(word.text == "send-email" for word in command.words[1:3]):
        return None
    return command.finding(
        "git send-email", command.option("--smtp-server"), command.option("--smtp-user")
    )


def msmtp(command: Command) -> Finding | None:
    host, user = command.option("--host"), command.option("--user")
    kind = command.option("--auth")
    auth = "oauth" if kind is not None and "oauth" in kind.text.lower() else ""
    if user is None and command.has("--auth") and not auth:
        auth = "none" if kind is not None and kind.text == "off" else "basic"
    if host is None:
        return None
    return command.finding("msmtp", host, user, auth)


JOINED_SETTING = re.compile(r"-S[\w-]+=")


def mailx(command: Command) -> Finding | None:
    """`mail -S smtp=host -S smtp-auth-user=…`; without a server it hands over to this host."""
    settings: dict[str, Word] = {}
    for index, word in enumerate(command.words):
        text = word.text
        if text in ("-S", "-e") and index + 1 < len(command.words):
            text = command.words[index + 1].text
            word = command.words[index + 1]
            text = re.sub(r"^set\s+", "", text)
        elif JOINED_SETTING.match(text):
            text = text[2:]
        else:
            continue
        name, sign, value = text.partition("=")
        if sign:
            settings[name.strip()] = Value(value.strip(" '\""), word.line, word.source)
    server = next(
        (settings[name] for name in ("mta", "smtp", "smtp_url") if name in settings), None
    )
    if server is None or server.text.startswith("/"):
        if not any(word.text == "-t" or word.text[:1] != "-" for word in command.words[1:]):
            return None
        is_reading = command.has("-e", "-f", "-H", "-bp", "-bd", "-q", "-bs", "-v?")
        if is_reading and not command.has("-s", "-t"):
            return None
        line = command.words[0].line
        return command.finding(program_of(command.words[0]), Value("localhost", line, ""), None)
    user = settings.get("smtp-auth-user") or settings.get("user") or settings.get("smtp_user")
    inside, password = user_of(server.text)
    if inside:
        user = Value(inside, server.line, server.source)
        command.secret(Value(password, server.line, server.source), "password in a URL")
    command.secret(settings.get("smtp-auth-password") or settings.get("smtp_pass"))
    kind = settings.get("smtp-auth") or settings.get("smtp_authenticators")
    auth = "oauth" if kind is not None and "oauth" in kind.text.lower() else ""
    if user is None and kind is not None and not auth and kind.text.lower() != "none":
        auth = "basic"
    return command.finding(program_of(command.words[0]), server, user, auth)


def az(command: Command) -> Finding | None:
    return graph_by(command, program_of(command.words[0]))


def postconf(command: Command) -> Finding | None:
    for word in command.words[1:]:
        name, sign, value = word.text.partition("=")
        if name.strip() == "relayhost" and sign and host_of(value.strip()):
            host = Value(value.strip(), word.line, word.source)
            return command.finding("postfix", host, None, "none" if is_local_value(value) else "")
    return None


def is_local_value(value: str) -> bool:
    return host_of(value) in ("localhost", "127.0.0.1")


TOOLS = {
    "curl": curl,
    "swaks": swaks,
    "sendemail": send_email,
    "blat": blat,
    "mailsend": mailsend,
    "mailsend-go": mailsend,
    "swithmail": swithmail,
    "senditquiet": send_it_quiet,
    "smtp-cli": smtp_cli,
    "cmail": cmail,
    "git": sendemail_git,
    "msmtp": msmtp,
    "postconf": postconf,
    "az": az,
    "http": az,
    "wget": az,
    **dict.fromkeys(LOCAL_PROGRAMS, mailx),
}
