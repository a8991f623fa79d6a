from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError, NotFound


class Begun(NotFound):
    """There is a firm already: the door of the first day is closed for good."""

    code = "begun"
    title = _("This installation has begun already.")
    rule = _("The first firm is made once; others come by invitation.")
    remedy = _("Sign in, or ask your administrator for an invitation.")


class WrongCode(DomainError):
    code = "wrong_code"
    title = _("This is not the one-time code.")
    rule = _("The code stands in the server's log, works once and ends after seven days.")
    remedy = _("Compare it letter by letter. “manage.py first_code” makes a new one.")
