"""The only code that reads the environment; the other settings modules hold values."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from cluster.runtime import services, state
from cluster.runtime.postgres import PostgresServer
from cluster.runtime.valkey import ValkeyServer

CURRENT = state.read()


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def number(name: str, default: int) -> int:
    raw = os.environ.get(name, str(default))
    try:
        return int(raw)
    except ValueError:
        raise SystemExit(f"{name}={raw!r} is not a whole number; set it to one, for example {default}.") from None


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret_key() -> str:
    return text("DURE_SECRET_KEY") or (CURRENT.secret_key if CURRENT else "not-started-yet")


def admin_database_url() -> str:
    """Address of the role that may create roles and databases; used by `services up` and the tests only."""
    return text("DATABASE_URL") or (PostgresServer(CURRENT).url() if CURRENT else "postgresql://127.0.0.1:1/none")


def databases(pool_size: int) -> dict[str, dict[str, Any]]:
    """Four aliases for one database: `default` (role app), `system`, `identity` (app_system, app_identity), `owner`."""
    parts = urlsplit(admin_database_url())
    secret = unquote(parts.password or "") if text("DATABASE_URL") else (CURRENT.password if CURRENT else "")
    common = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") if text("DATABASE_URL") else services.DATABASE,
        "HOST": parts.hostname,
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }

    def alias(role: str, options: dict[str, Any]) -> dict[str, Any]:
        password = text(f"DURE_{role.upper()}_PASSWORD") or state.derived_password(secret, role)
        return {**common, "USER": role, "PASSWORD": password, "OPTIONS": options, "TEST": {}}

    pool = {"min_size": 1, "max_size": pool_size, "timeout": 30, "max_lifetime": 600}
    return {
        "default": alias("app", {"pool": pool}),
        "system": alias("app_system", {"application_name": "dure-system"}),
        "identity": alias("app_identity", {"application_name": "dure-identity", "pool": pool}),
        "owner": alias("owner", {"application_name": "dure-owner"}),
    }


def database_folder() -> str:
    """Where the database's files lie, if on this machine: told, or the embedded server's."""
    embedded = CURRENT.data_dir if CURRENT and not text("DATABASE_URL") else ""
    return text("DURE_DATABASE_FOLDER", embedded)


def redis_url(database: int = 0) -> str:
    if url := text("REDIS_URL"):
        return f"{url.rstrip('/').rsplit('/', 1)[0] if urlsplit(url).path.strip('/') else url.rstrip('/')}/{database}"
    return ValkeyServer(CURRENT).url(database) if CURRENT else f"redis://127.0.0.1:1/{database}"
