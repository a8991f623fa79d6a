"""Database roles: who owns the tables, who the application is, who may work across tenants.

`owner` migrates; `app` serves people and is bound by row-level security; `app_system` runs the few jobs that cross tenants
(the `system_jobs` of the rooms); `app_identity` alone reads what proves who somebody is: password hashes,
sessions, mailboxes. None of the four is a superuser or may bypass row-level security.
"""

import psycopg
from psycopg import sql

from .state import derived_password

ROLES = ("owner", "app", "app_system", "app_identity")
SERVING = sql.SQL(", ").join(map(sql.Identifier, ROLES[1:]))
EXTENSIONS = ("pg_trgm", "btree_gist")

# lock_timeout, statement_timeout, idle_in_transaction_session_timeout: a locked row, a slow statement or a hanging request
# ends with an answer in words instead of holding a connection of the pool. Jobs across tenants write in bulk.
TIMEOUTS = {
    "app": ("5s", "30s", "60s"),
    "app_identity": ("5s", "30s", "60s"),
    "app_system": ("30s", "10min", "10min"),
}


def provision(admin_url: str, *, secret: str, database: str) -> None:
    """Create or repair the roles and the database.

    Args:
        admin_url: address of a role that may create roles and databases.
        secret: the secret from which the roles' passwords are derived.
        database: name of the database that `owner` shall own.

    Raises:
        RuntimeError: the role of `admin_url` may not do this; the message holds the statement for an administrator.
    """
    try:
        # The database itself may not exist yet; every server has one called postgres.
        with psycopg.connect(admin_url, dbname="postgres", autocommit=True) as connection:
            for role in ROLES:
                _ensure_role(connection, role, derived_password(secret, role))
            owner = sql.Identifier("owner")
            if not is_superuser(connection):
                # To own the database for a moment, and to end the roles' connections when it is dropped.
                roles = sql.SQL(", ").join(map(sql.Identifier, ROLES))
                connection.execute(sql.SQL("GRANT {} TO {}").format(roles, sql.Identifier(connection.info.user)))
            name = sql.Identifier(database)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
        prepare_database(admin_url, database)
    except psycopg.OperationalError as error:
        raise RuntimeError(
            f"PostgreSQL does not let us in: {str(error).strip().splitlines()[-1]}. Check DATABASE_URL and that it runs."
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise RuntimeError(
            f"The role of DATABASE_URL may not prepare the database ({error.diag.message_primary}). "
            "Let an administrator run: ALTER ROLE <that role> CREATEROLE CREATEDB;"
        ) from error


def prepare_database(admin_url: str, database: str) -> None:
    """Extensions and the rights on database and schema, in the database itself; also used for the tests' database."""
    with psycopg.connect(admin_url, dbname=database, autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        name = sql.Identifier(database)
        # Nobody who serves may make a temporary table: it would stand before the table of its name.
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC, {}").format(name, SERVING))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, SERVING))
        connection.execute("ALTER SCHEMA public OWNER TO owner")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(SERVING))


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER ROLE {} " if exists else "CREATE ROLE {} ").format(sql.Identifier(role))
    rights = "LOGIN NOCREATEROLE PASSWORD {}" + (" CREATEDB" if role == "owner" else " NOCREATEDB")
    connection.execute(verb + sql.SQL(rights).format(sql.Literal(password)))
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    for name, value in zip(names, TIMEOUTS.get(role, ()), strict=False):
        setting = sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(role), sql.Identifier(name), sql.Literal(value))
        connection.execute(setting)


def is_superuser(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])
