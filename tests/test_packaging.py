"""What is installed is pinned, and the containers start without a secret in a file."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LOCKS = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-dev.txt": [
        *PROJECT["dependencies"],
        *PROJECT["optional-dependencies"]["dev"],
    ],
}
SECRET = re.compile("PASSWORD|SECRET|TOKEN|DATABASE_URL")


def pins(lock: str) -> list[str]:
    """The lock file's requirements, each with its hashes in one line."""
    lines = (ROOT / lock).read_text().replace("\\\n", "").splitlines()
    return [line for line in lines if not line.startswith("#")]


def pinned(lock: str) -> dict[str, Requirement]:
    found = (Requirement(line.split("--hash")[0].strip()) for line in pins(lock))
    return {canonicalize_name(one.name): one for one in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_has_a_hash(lock: str) -> None:
    for line in pins(lock):
        assert re.match(r"[a-z0-9.-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}( |$)", line), line


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_address_and_no_local_path(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links|file:| @ ", text)


@pytest.mark.parametrize(("lock", "wanted"), LOCKS.items())
def test_the_lock_holds_every_dependency(lock: str, wanted: list[str]) -> None:
    locked = pinned(lock)
    for requirement in map(Requirement, wanted):
        pin = locked[canonicalize_name(requirement.name)]
        version = str(pin.specifier).removeprefix("==")
        assert requirement.specifier.contains(version), f"{pin}: run make lock"


def test_the_tests_run_with_the_versions_that_are_shipped() -> None:
    assert set(pins("requirements.txt")) <= set(pins("requirements-dev.txt"))


def test_the_compose_file_is_well_formed() -> None:
    schema = json.loads((ROOT / "tests" / "compose.schema.json").read_text())
    jsonschema.validate(COMPOSE, schema)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_watched_unless_it_ends_by_itself(name: str) -> None:
    service = SERVICES[name]
    assert ("healthcheck" in service) == (service["restart"] == "unless-stopped")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_others_in_a_way_they_can_meet(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        ends = SERVICES[other]["restart"] == "no"
        assert (wait["condition"] == "service_completed_successfully") == ends


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_the_environment_and_are_asked_for(name: str) -> None:
    for setting, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(setting):
            assert re.search(r"\$\{[A-Z_]+:\?[^}]+\}", value), setting


def test_the_image_carries_no_secret() -> None:
    assert not re.search(r"^\s*(ENV|ARG)\b.*(PASSWORD|SECRET|TOKEN)", DOCKERFILE, re.MULTILINE)


def test_volumes_are_named_and_declared() -> None:
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])


def test_web_and_worker_share_the_reports() -> None:
    assert SERVICES["web"]["volumes"] == SERVICES["worker"]["volumes"] != []


def test_workers_can_be_many() -> None:
    assert not {"container_name", "ports"} & SERVICES["worker"].keys()


def test_the_image_is_pinned_locked_and_unprivileged() -> None:
    assert re.search(r"^FROM python:3\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes -r requirements.txt" in DOCKERFILE
    user = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)[-1]
    assert int(user) > 0


def test_make_lists_its_verbs() -> None:
    result = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True)
    for verb in ("setup", "demo", "test", "check", "fmt", "lock"):
        assert re.search(rf"^make {verb} +\w", result.stdout, re.MULTILINE), verb


def test_setup_refuses_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = subprocess.run(
        ["make", "-f", ROOT / "Makefile", "-C", tmp_path, f"PYTHON={old}", ".venv/bin/python"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "needs Python 3.11 or later" in result.stderr
