"""The record: who did what, when. No role that serves people and no setting can write, change or switch off history.

pgtrigger makes the triggers' functions with the caller's rights and a setting that skips them; `migrate` replaces each by
one that runs as the owner, skips nothing, and takes the actor from the scope instead of from what the caller says.
"""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import AppConfig
from pghistory.trigger import Event

from .access.found import Found

OF_THE_CALLER = (
    ("SELECT _pgh_attach_context() AS value", "SELECT public.tenancy_actor() AS value"),
    (
        "COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB",
        "_pgh_attached_context.value",
    ),
    ('INSERT INTO "', 'INSERT INTO public."'),
    # What is named once PostgreSQL moves to where it is used, and asks for the actor anew for each row of a set.
    ("_pgh_attached_context AS (", "_pgh_attached_context AS MATERIALIZED ("),
)
BODY = " {declare} BEGIN {body} END "
FUNCTION = """
CREATE OR REPLACE FUNCTION public."{name}"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $record${body}$record$
"""

# As pgtrigger makes them: a migration's, a moment ago.
OF_A_MIGRATION = r"""
    SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
    AND proname LIKE 'pgtrigger\_%' AND NOT prosecdef AND to_regproc('public.tenancy_actor') IS NOT NULL
"""


def working_statements(cursor: Any) -> list[str]:
    """What lets triggers that a migration has just made write as the owner, in its own transaction.

    The tables are in use: between its commit and the end of `migrate`, which gives the triggers their last shape, whoever
    writes a row would be refused the history row.
    """
    cursor.execute(OF_A_MIGRATION)
    statements = []
    for name, body in cursor.fetchall():
        if OF_THE_CALLER[0][0] in body:
            for old, new in OF_THE_CALLER:
                body = body.replace(old, new)
        statements.append(FUNCTION.format(name=name, body=body))
        statements.append(f'REVOKE ALL ON FUNCTION public."{name}"() FROM PUBLIC')
    return statements


def trigger_statements(app_config: AppConfig, found: Found) -> Iterator[str]:
    """What `migrate` runs for the triggers of one app's models; nothing for those that stand as they shall.

    Raises:
        ValueError: pghistory writes its functions in another shape than this knows.
    """
    for model, trigger in pgtrigger.registered():
        if model._meta.app_label != app_config.label:
            continue
        sql = trigger.compile(model).sql
        body = sql.kwargs["func"]
        if isinstance(trigger, Event):
            for old, new in OF_THE_CALLER:
                if body.count(old) != 1:
                    raise ValueError(f"{sql.pgid}: expected once: {old}")
                body = body.replace(old, new)
        wanted = BODY.format(declare=sql.kwargs.get("declare", ""), body=body)
        if found.functions.get(sql.pgid) == (wanted, True):
            continue
        yield FUNCTION.format(name=sql.pgid, body=wanted)
        yield f'REVOKE ALL ON FUNCTION public."{sql.pgid}"() FROM PUBLIC'
