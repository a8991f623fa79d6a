"""What of production a firm may share by a grant."""

from django.utils.translation import gettext_lazy as _

SHARES = {"production": _("Production: what is planned, and what was made last")}
