"""Wakes the relay when a transaction with events commits: one NOTIFY a statement, at no cost of a round trip."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION events_wake_relay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$;
CREATE TRIGGER wake_relay AFTER INSERT ON events_domainevent
FOR EACH STATEMENT EXECUTE FUNCTION events_wake_relay();
"""
BACKWARD = "DROP TRIGGER wake_relay ON events_domainevent; DROP FUNCTION events_wake_relay();"


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
