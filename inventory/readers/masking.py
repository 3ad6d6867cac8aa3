"""Lines of logs without what would let somebody log in."""

from __future__ import annotations

import base64
import binascii
import re

MASK = "***"
NAMED = re.compile(
    r"""(?P<name>(?:pass(?:word|wd|phrase)?|passwort|kennwort|motdepasse|contrase\w+|pwd|pw|secret
    |client_?secret|token|api_?key|credentials?|smtp_?pass\w*)["']?\s*(?:=>|:=|[=:])\s*
    |--?pass(?:word|wd)?[\s=]+|-p\s+(?=['"]))
    (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&)}\]]+)""",
    re.IGNORECASE | re.VERBOSE,
)
SCHEME = re.compile(
    r"\b(Authorization[\"']?\s*[:=]\s*[\"']?(?:Basic|Bearer|NTLM)|Bearer)\s+[A-Za-z0-9+/=._~-]{6,}",
    re.IGNORECASE,
)
AUTH = re.compile(
    r"\b(AUTH\s+(?:PLAIN|LOGIN|XOAUTH2|NTLM|CRAM-MD5|OAUTHBEARER))[\s=]+[A-Za-z0-9+/=]{4,}",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"(://[^\s:/@]+):[^\s@]+@")
LOGIN = re.compile(
    r"(\blogin\(\s*(?:\"[^\"]*\"|'[^']*'|[^,()]+),\s*)(?:\"[^\"]*\"|'[^']*'|[^,()]+)", re.IGNORECASE
)
BLOB = re.compile(r"(?<![A-Za-z0-9+/.@_-])[A-Za-z0-9+/]{12,}={0,2}(?![A-Za-z0-9+/.@_-])")


def masked(line: str) -> str:
    line = NAMED.sub(lambda found: found["name"] + MASK, line)
    line = SCHEME.sub(rf"\1 {MASK}", line)
    line = AUTH.sub(rf"\1 {MASK}", line)
    line = ADDRESS.sub(rf"\1:{MASK}@", line)
    line = LOGIN.sub(rf"\1{MASK}", line)
    return BLOB.sub(lambda found: MASK if is_credential(found[0]) else found[0], line)


def is_credential(text: str) -> bool:
    """Whether it is what AUTH sends: a name and a password between zero bytes, or a token."""
    if text.startswith("eyJ"):
        return True
    if len(text) % 4 == 1:
        return False
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    is_token = plain.startswith(b"user=") and b"auth=" in plain
    is_pair = plain.count(0) == 2 and b"@" in plain
    return is_token or is_pair or is_padded_text(text, plain)


def is_padded_text(text: str, plain: bytes) -> bool:
    """Base64 of plain letters: a session id or a name hardly ever decodes to such."""
    letters = sum(32 <= each < 127 for each in plain)
    return len(plain) >= 8 and letters == len(plain) and not text.isalpha()
