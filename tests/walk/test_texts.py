"""Every column for texts has a rule of characters, a list of words, or a reason why it needs neither."""

from django.apps import apps
from django.db import models

from apps.common.columns import CodeField, NameField, NoteField
from tests.rooms import told_by_rooms

RULED = (CodeField, NameField, NoteField)


def text_columns():
    for model in apps.get_models(include_auto_created=True):
        if hasattr(model, "access") and not hasattr(model, "pgh_tracked_model"):  # history is copied by triggers
            for column in model._meta.concrete_fields:
                if isinstance(column, (models.CharField, models.TextField)):
                    yield f"{model._meta.db_table}.{column.name}", column


def test_every_text_has_a_rule_or_a_reason():
    found = dict(text_columns())
    ruled = {name for name, column in found.items() if isinstance(column, RULED)}
    chosen = {name for name, column in found.items() if column.choices}
    open_columns = set(found) - ruled - chosen - set(told_by_rooms("texts"))
    assert open_columns == set(), "give it a CodeField, NameField or NoteField, or a reason"
    assert set(told_by_rooms("texts")) - set(found) == set()
    assert len(ruled) >= 55
    assert len(found) >= 95
