"""What of training and use a firm may share by a grant."""

from django.utils.translation import gettext_lazy as _

SHARES = {"lot_risk": _("Risks of lots")}
