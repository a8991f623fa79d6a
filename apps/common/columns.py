"""Columns for texts that people write, with the rule of their kind.

Whoever writes one (a service, `update()`, a bulk insert), the rule holds: it is looked at where Django hands the value to
the database, so that no door can pass it by.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

from .characters import Characters, clean, composed

if TYPE_CHECKING:
    _Column = models.CharField[Any, Any]
else:
    _Column = models.CharField


class _Text(_Column):
    """Migrations know it as a CharField: the rule is ours, not the database's."""

    kind = ""

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = composed(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return composed(value) if isinstance(value, str) else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """
        Raises:
            InvalidValue: a character that this kind of text may not hold.
        """
        value = super().get_db_prep_save(value, connection)
        return clean(value, self.kind, self.name) if isinstance(value, str) else value


class CodeField(_Text):
    """A number, lot, plate or other short word that is typed, scanned, mailed and printed."""

    kind = "code"
    default_validators = [Characters("code")]


class NameField(_Text):
    """What a person, firm, part, carrier or defect is called: one line."""

    kind = "name"
    default_validators = [Characters("name")]


class NoteField(_Text):
    """What somebody writes to somebody: may have lines."""

    kind = "note"
    default_validators = [Characters("note")]
