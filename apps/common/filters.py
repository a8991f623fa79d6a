"""Query parameters that name one of several words."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from .errors import InvalidParameter
from .typed import shown


def choice(request: Request, name: str, words: tuple[str, ...], default: Any) -> Any:
    """The value of a query parameter.

    Raises:
        InvalidParameter: it is none of the words.
    """
    value = request.query_params.get(name)
    if value is None:
        return default
    if value not in words:
        raise InvalidParameter(
            _("The value is none of: %(words)s.") % {"words": ", ".join(words)},
            place=name,
            value=shown(value),
            remedy=_("Use one of the words, or leave the parameter out."),
        )
    return value
