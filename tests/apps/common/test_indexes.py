"""An index made beside people at work (`apps/common/indexes.py`)."""

import pytest
from django.db import OperationalError, connections, models
from django.db.migrations.state import ModelState, ProjectState

from apps.common.indexes import AddIndexBeside

INDEX = models.Index("id", name="beside_people")


@pytest.fixture
def states():
    before = ProjectState()
    before.add_model(ModelState("indexed", "Row", [("id", models.BigAutoField(primary_key=True))]))
    after = before.clone()
    after.add_index("indexed", "row", INDEX)
    return before, after


def test_what_a_try_cut_short_left_is_made_anew(states, committed):
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("CREATE TABLE indexed_row (id bigint PRIMARY KEY)")
        cursor.execute("SET lock_timeout = '70ms'")
        try:
            other = owner.copy()
            other.set_autocommit(False)
            with other.cursor() as busy:
                busy.execute("INSERT INTO indexed_row VALUES (1)")
                with pytest.raises(OperationalError):
                    cursor.execute("CREATE INDEX CONCURRENTLY beside_people ON indexed_row (id)")
            other.rollback()
            other.close()
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'beside_people'::regclass")
            assert cursor.fetchone() == (False,)
            with owner.schema_editor(atomic=False) as editor:
                AddIndexBeside("row", INDEX).database_forwards("indexed", editor, *states)
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'beside_people'::regclass")
            assert cursor.fetchone() == (True,)
            cursor.execute("SELECT current_setting('lock_timeout')")
            assert cursor.fetchone() == ("70ms",)
        finally:
            cursor.execute("DROP TABLE indexed_row")
            cursor.execute("RESET lock_timeout")
