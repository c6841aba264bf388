"""Are the servers at the given addresses there, and are our ports free? Asked before anything starts."""

import errno
import http.client
import socket
from collections.abc import Mapping
from pathlib import Path

import psycopg2
import redis

LOCAL = "127.0.0.1"
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


class UnreachableError(Exception):
    """A server or a port cannot be used; the message is one line that says what to do, without any password."""


def with_addresses(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with the addresses that lie in files (DATABASE_URL_FILE=...) read from there.

    Settings prefer the file, so an address of a private server could not be handed on beside it. Raises
    UnreachableError when a file cannot be read.
    """
    result = dict(environment)
    for name in ADDRESSES:
        path = result.pop(f"{name}_FILE", "")
        if path:
            try:
                result[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise UnreachableError(f"{name}_FILE={path} cannot be read: {error.strerror}.") from error
    return result


def check_servers(environment: Mapping[str, str]) -> None:
    """Try DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL of `environment`, where set. Raises UnreachableError."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if environment.get(name):
            _check_database(name, environment[name])
    if environment.get("REDIS_URL"):
        _check_redis(environment["REDIS_URL"])


def completed(environment: Mapping[str, str], private: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with the `private` addresses for what was not given; both of the database's, or neither."""
    given = {name for name in ADDRESSES if environment.get(name)}
    if "DATABASE_URL" in given:
        given.add("DATABASE_OWNER_URL")
    else:
        given.discard("DATABASE_OWNER_URL")
    return {**environment, **{name: url for name, url in private.items() if name not in given}}


def check_ports(ports: Mapping[str, int]) -> None:
    """Try to bind every port on loopback. Raises UnreachableError when one is taken or not allowed."""
    for name, port in ports.items():
        variable = "SIMULATOR_PORT" if name == "simulator" else "PORT"
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: TIME_WAIT is no obstacle
            try:
                probe.bind((LOCAL, port))
            except OSError as error:
                reason = "is taken" if error.errno != errno.EACCES else "is not allowed"
                raise UnreachableError(
                    f"Port {port} for the {name} {reason}. Choose another: make demo {variable}={port + 10}"
                ) from error


def answers(port: int, path: str) -> bool:
    """Say whether http://127.0.0.1:port/path answers 200 within a second."""
    connection = http.client.HTTPConnection(LOCAL, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _check_database(name: str, url: str) -> None:
    if not url.startswith(("postgresql://", "postgres://")):
        raise UnreachableError(f"{name} must begin with postgresql:// : SocialDesk runs on PostgreSQL only.")
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except (psycopg2.Error, UnicodeError) as error:
        raise UnreachableError(
            f"{name} cannot be reached: {_first_line(error)}. Correct it, or unset it for a private PostgreSQL."
        ) from error


def _check_redis(url: str) -> None:
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5)
        try:
            client.ping()
        finally:
            client.close()
    except (redis.RedisError, ValueError) as error:
        raise UnreachableError(
            f"REDIS_URL cannot be reached: {_first_line(error)}. Correct it, or unset it for a private Valkey."
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
