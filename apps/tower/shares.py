"""What of the outlook a firm may share by a grant."""

from django.utils.translation import gettext_lazy as _

SHARES = {"days_of_supply": _("Days of supply of parts")}
