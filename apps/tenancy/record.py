"""The record: who did what, when. No role that serves people and no setting can write, change or switch off history.

pgtrigger makes the triggers' functions with the caller's rights and a setting that skips them; `migrate` replaces each by
one that runs as the owner, skips nothing, and takes the actor from the scope instead of from what the caller says.
"""

from collections.abc import Iterator

import pgtrigger
from django.apps import AppConfig
from pghistory.trigger import Event

OF_THE_CALLER = (
    ("SELECT _pgh_attach_context() AS value", "SELECT public.tenancy_actor() AS value"),
    (
        "COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB",
        "_pgh_attached_context.value",
    ),
    ('INSERT INTO "', 'INSERT INTO public."'),
)
FUNCTION = """
CREATE OR REPLACE FUNCTION public."{name}"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $record$ {declare} BEGIN {body} END $record$
"""


def trigger_statements(app_config: AppConfig) -> Iterator[str]:
    """What `migrate` runs for the triggers of one app's models; safe to repeat.

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
        yield FUNCTION.format(name=sql.pgid, declare=sql.kwargs.get("declare", ""), body=body)
        yield f'REVOKE ALL ON FUNCTION public."{sql.pgid}"() FROM PUBLIC'
