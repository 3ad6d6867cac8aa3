"""A wrong setting stops the start and is named; production goes without no setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import Env, SettingError, kept_secret

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "OFFRAMP_MODE": "production",
    "DATABASE_URL": "postgres://offramp:x@db/offramp",
    "CELERY_BROKER_URL": "redis://redis:6379/0",
    "DJANGO_SECRET_KEY": "k" * 50,
}


def test_runs_embedded_without_any_setting(tmp_path: Path) -> None:
    env = Env({})
    assert env.is_embedded
    assert env.database(tmp_path)["NAME"] == str(tmp_path / "offramp.sqlite3")
    assert env.broker().startswith("filesystem://")
    assert env.secret_key(tmp_path) == env.secret_key(tmp_path)


def test_keeps_the_generated_key_to_its_owner(tmp_path: Path) -> None:
    kept_secret(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SECRET_KEY"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_production_refuses_to_start_without(name: str, value: str | None, tmp_path: Path) -> None:
    values = {key: text for key, text in PRODUCTION.items() if key != name}
    if value is not None:
        values[name] = value
    with pytest.raises(SettingError, match=name):
        settings_from(values, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OFFRAMP_MODE", "prod"),
        ("DATABASE_URL", "mysql://db/offramp"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgres://db:port/offramp"),
        ("CELERY_BROKER_URL", "localhost:6379"),
        ("DJANGO_SECRET_KEY", "short"),
        ("OFFRAMP_SWEEP_SECONDS", "0"),
        ("OFFRAMP_SWEEP_SECONDS", "soon"),
        ("OFFRAMP_PRIVATE_WEBHOOKS", "maybe"),
    ],
)
def test_names_a_wrong_setting(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=name):
        settings_from({**PRODUCTION, name: value}, tmp_path)


def settings_from(values: dict[str, str], var: Path) -> None:
    env = Env(values)
    env.database(var)
    env.broker()
    env.secret_key(var)
    env.number("OFFRAMP_SWEEP_SECONDS", 15)
    env.flag("OFFRAMP_PRIVATE_WEBHOOKS")


def run(tmp_path: Path, *command: str, **values: str) -> subprocess.CompletedProcess[str]:
    clean = {name: text for name, text in os.environ.items() if name not in PRODUCTION}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**clean, "OFFRAMP_VAR": str(tmp_path), **values},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    result = run(tmp_path, "check", DATABASE_URL="mysql://db/offramp")
    assert result.returncode == 2
    assert result.stderr.startswith("Offramp cannot start: DATABASE_URL ")
    assert "Traceback" not in result.stderr


def test_an_unreachable_database_is_named(tmp_path: Path) -> None:
    url = "postgres://u:p@127.0.0.1:1/offramp"
    result = run(tmp_path, "import_reports", "x", "--tenant", "y", DATABASE_URL=url)
    assert result.returncode == 2
    assert "DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr
