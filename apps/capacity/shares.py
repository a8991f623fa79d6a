"""What of capacity a firm may share by a grant."""

from django.utils.translation import gettext_lazy as _

SHARES = {"capacity": _("Capacity: what a week gives for the customer's parts, and their load")}
