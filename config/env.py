"""Settings from the environment. A wrong value stops the start and is named."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}
BROKER_SCHEMES = {"redis", "rediss", "amqp", "amqps", "filesystem", "memory"}
SECRET_KEY_LENGTH = 32


class SettingError(ImproperlyConfigured):
    """A setting that is missing or wrong; the message starts with its name."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


class Env:
    """Reads typed values from a mapping of environment variables; empty counts as unset."""

    def __init__(self, values: Mapping[str, str] = os.environ) -> None:
        self.values = values
        self.mode = self.choice("OFFRAMP_MODE", "embedded", {"embedded", "production"})

    @property
    def is_embedded(self) -> bool:
        return self.mode == "embedded"

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def required(self, name: str) -> str:
        """The value, or "" when unset in the embedded mode; production refuses to go without."""
        value = self.text(name)
        if not value and not self.is_embedded:
            raise SettingError(name, "must be set when OFFRAMP_MODE is production")
        return value

    def choice(self, name: str, default: str, allowed: set[str]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise SettingError(name, f"is {value!r}, expected one of {', '.join(sorted(allowed))}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        return self.choice(name, "yes" if default else "no", {"yes", "no"}) == "yes"

    def number(self, name: str, default: int, *, least: int = 1) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            raise SettingError(name, f"is {value!r}, expected a whole number of at least {least}")
        return int(value)

    def url(self, name: str, default: str) -> str:
        """An https address of a host, without a path or a slash at its end."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme != "https" or not parts.hostname or parts.path:
            raise SettingError(name, f"is {value!r}, expected https:// and a host")
        return value

    def folder(self, name: str) -> Path | None:
        """A folder given by its whole path, or None; it need not be there yet."""
        value = self.text(name)
        if value and not Path(value).is_absolute():
            raise SettingError(name, f"is {value!r}, expected the whole path of a folder")
        return Path(value).resolve() if value else None

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def database(self, var: Path) -> dict[str, Any]:
        url = self.required("DATABASE_URL") or f"sqlite:///{var / 'offramp.sqlite3'}"
        if urlsplit(url).scheme not in DATABASE_SCHEMES:
            raise SettingError(
                "DATABASE_URL", "must start with postgres:// or sqlite:///, the two it runs on"
            )
        try:
            return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
        except ValueError as error:
            raise SettingError("DATABASE_URL", f"cannot be read: {error}") from None

    def broker(self) -> str:
        url = self.required("CELERY_BROKER_URL") or "filesystem://localhost"
        if urlsplit(url).scheme not in BROKER_SCHEMES:
            raise SettingError(
                "CELERY_BROKER_URL",
                f"has the scheme {urlsplit(url).scheme!r}, expected one of "
                + ", ".join(sorted(BROKER_SCHEMES)),
            )
        return url

    def secret_key(self, var: Path) -> str:
        key = self.required("DJANGO_SECRET_KEY")
        if not key:
            return kept_secret(var / "secret_key")
        if not self.is_embedded and len(key) < SECRET_KEY_LENGTH:
            raise SettingError(
                "DJANGO_SECRET_KEY", f"is too short: {SECRET_KEY_LENGTH} characters at least"
            )
        return key


def kept_secret(path: Path) -> str:
    """The secret in the file, made on the first call; readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key
