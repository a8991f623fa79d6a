"""The API's bodies: JSON whose every value can be kept. One walk over the whole, so that no view has to think of it."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from .errors import path_of
from .typed import fault_of

MAX_DEPTH = 32


class WholeJSONParser(JSONParser):
    """JSON of bounded depth without NUL, half characters, endless numbers and numbers beyond 64 bits."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """
        Raises:
            ParseError: no JSON, or nested too deeply.
            ValidationError: a value that cannot be kept; its place names it.
        """
        too_deep = ParseError(_("The body is nested more than %(depth)s levels deep.") % {"depth": MAX_DEPTH})
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise too_deep from None
        waiting: list[tuple[Any, str, int]] = [(body, "", 1)]
        while waiting:
            value, place, depth = waiting.pop()
            if fault := fault_of(value):
                raise ValidationError({place: [fault]})
            inner = _inner(value)
            if inner and depth == MAX_DEPTH:
                raise too_deep
            for name, below in inner:
                if fault := fault_of(name):
                    raise ValidationError({place: [fault]})
                waiting.append((below, path_of(place, name), depth + 1))
        return body


def _inner(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []
