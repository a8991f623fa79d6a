"""An index that `migrate` makes while people write."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class AddIndexBeside(AddIndexConcurrently):
    """Waits for transactions that are open, for as long as they take, and lets everybody pass meanwhile.

    `migrate` gives up a lock that it does not get within a moment. PostgreSQL leaves an index half made then, which serves
    nobody and stands in the way of the next try: here the wait is not cut short, and what an ended one left is dropped.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        name = schema_editor.quote_name(self.index.name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            (before,) = cursor.fetchone()
            cursor.execute("SET lock_timeout = 0")
            cursor.execute(
                "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [self.index.name]
            )
            if cursor.fetchone()[0]:
                cursor.execute(f"DROP INDEX CONCURRENTLY {name}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])
