"""The outbox relay: publishes what has been committed, in order, and fills inboxes.

One relay works at a time (an advisory lock; others wait as spares). It is woken by NOTIFY and looks once a second besides.
Notifications, counts and positions are written in the transaction that marks the events, so killing it at any moment loses
nothing and doubles nothing in the database; a live message may be sent twice, which a browser does not notice.
"""

import asyncio
import json
import logging
from collections.abc import Iterable
from typing import Any

import psycopg
from channels.layers import get_channel_layer
from django.db import connections
from psycopg.rows import namedtuple_row
from redis.exceptions import RedisError

from apps.accounts.reads import HOLDERS
from apps.tenancy.reads import MEMBERS

from .registry import event_types, gone

log = logging.getLogger(__name__)
LOCK = 4815162342
BATCH = 200
SEND_TOGETHER = 20

TAKE = """
    SELECT id, event, subject, buyer_id, supplier_id, organization_id, actor_organization_id
    FROM events_domainevent WHERE position IS NULL ORDER BY id LIMIT %s FOR UPDATE
"""
# Only one relay leads, so the next position is the last one plus one; the unique key would stop a second.
PUBLISH = """
    UPDATE events_domainevent e SET position = base.last + given.place
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM unnest(%s::bigint[]) AS id) given,
         (SELECT coalesce(max(position), 0) AS last FROM events_domainevent) base
    WHERE e.id = given.id RETURNING e.id, e.position
"""
# Whom an event concerns: the people who hold the act in the firm of the notified side, the actor's own firm excepted.
NOTIFY_PEOPLE = f"""
    INSERT INTO events_notification (organization_id, user_id, event_id, created_at)
    SELECT DISTINCT h.organization_id, h.user_id, e.id, e.created_at
    FROM events_domainevent e
    JOIN jsonb_to_recordset(%s::jsonb) AS rule(event text, act text, side text) ON rule.event = e.event
    CROSS JOIN LATERAL (SELECT CASE rule.side WHEN 'buyer' THEN e.buyer_id WHEN 'supplier' THEN e.supplier_id
                                              WHEN 'own' THEN e.actor_organization_id
                                              WHEN 'other' THEN CASE e.actor_organization_id WHEN e.buyer_id
                                                   THEN e.supplier_id ELSE e.buyer_id END
                                              ELSE e.organization_id END AS organization_id) target
    JOIN {HOLDERS} h ON h.organization_id = target.organization_id AND h.act = rule.act
    WHERE e.id = ANY(%s::bigint[])
    ON CONFLICT DO NOTHING
    RETURNING organization_id
"""
# One act that several firms are told of is one row a firm, all of the same subject and moment.
COUNT_ACTIVITY = f"""
    INSERT INTO events_memberactivity (cluster_id, organization_id, event, count, last_at)
    SELECT m.cluster_id, e.actor_organization_id, e.event, count(DISTINCT (e.subject, e.created_at)), max(e.created_at)
    FROM events_domainevent e
    JOIN {MEMBERS} m ON m.organization_id = e.actor_organization_id
    WHERE e.id = ANY(%s::bigint[])
    GROUP BY 1, 2, 3
    ON CONFLICT (cluster_id, organization_id, event) DO UPDATE
    SET count = events_memberactivity.count + excluded.count, last_at = excluded.last_at
"""


def live_message(body: dict[str, Any]) -> dict[str, Any]:
    """For the channel layer: encoded once here, not once a socket."""
    return {"type": "live", "text": json.dumps(body)}


def group_of(organization_id: int) -> str:
    """The channel group of one firm's browsers."""
    return f"organization.{organization_id}"


def system_dsn() -> str:
    """Address of the database for the role app_system, as libpq reads it."""
    settings = connections["system"].get_connection_params()
    keys = ("host", "port", "dbname", "user", "password")
    return " ".join(f"{key}='{settings[key]}'" for key in keys if settings.get(key))


class Relay:
    """Publishes the outbox of all organizations.

    Args:
        dsn: address of the database for the role app_system.
    """

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        kinds = event_types().values()
        self.rules = json.dumps(
            [{"event": k.name, "act": k.notify_act, "side": k.notify_side} for k in kinds if k.notify_act]
        )

    async def run(self) -> None:
        """Work until cancelled; a lost database or Redis is waited for."""
        pause = 0.2
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self.dsn, autocommit=True, row_factory=namedtuple_row
                ) as connection:
                    await self._lead(connection)
                    pause = 0.2
                    await self._work(connection)
            except (psycopg.Error, RedisError, OSError) as error:
                log.warning("relay: %s; trying again in %.1f s", str(error).strip().split("\n")[0], pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def _lead(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            row = await (await connection.execute("SELECT pg_try_advisory_lock(%s) AS won", [LOCK])).fetchone()
            if row and row.won:
                log.info("relay: publishing")
                return
            await asyncio.sleep(1)

    async def _work(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute("LISTEN outbox")
        while True:
            while await self.publish_batch(connection) == BATCH:
                pass
            async for _ in connection.notifies(timeout=1, stop_after=1):
                pass

    async def publish_batch(self, connection: psycopg.AsyncConnection[Any]) -> int:
        """Publish up to BATCH events in one transaction.

        Returns:
            How many were published.
        """
        async with connection.transaction():
            events = await (await connection.execute(TAKE, [BATCH])).fetchall()
            if not events:
                return 0
            ids = [event.id for event in events]
            positions = dict(await (await connection.execute(PUBLISH, [ids])).fetchall())
            told = await (await connection.execute(NOTIFY_PEOPLE, [self.rules, ids])).fetchall()
            await connection.execute(COUNT_ACTIVITY, [ids])
            await self._send(messages(events, positions, {row.organization_id for row in told}))
        return len(events)

    async def _send(self, outgoing: Iterable[tuple[str, dict[str, Any]]]) -> None:
        layer = get_channel_layer()
        batch = []
        for group, message in outgoing:
            batch.append(layer.group_send(group, live_message(message)))
            if len(batch) == SEND_TOGETHER:
                await asyncio.gather(*batch)
                batch = []
        await asyncio.gather(*batch)


def messages(events: list[Any], positions: dict[int, int], told: set[int]) -> Iterable[tuple[str, dict[str, Any]]]:
    """What goes to which group: type and id, never a figure."""
    echoed: set[tuple[int, str, str]] = set()
    for event in sorted(events, key=lambda e: positions[e.id]):
        body = {"id": positions[event.id], "event": event.event, "subject": event.subject, **gone(event.event)}
        firms = {event.buyer_id, event.supplier_id, event.organization_id} - {None}
        # Who acted hears it too, once however many are told: colleagues look at the same lists.
        echo = (event.actor_organization_id, event.event, event.subject)
        if event.actor_organization_id not in {None, *firms} and echo not in echoed:
            echoed.add(echo)
            firms.add(event.actor_organization_id)
        for organization_id in firms:
            inbox = organization_id in told
            own = organization_id == event.actor_organization_id
            yield group_of(organization_id), {**body, "inbox": inbox, "own": own}
