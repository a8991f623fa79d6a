"""The inbox belongs to the person, so every role reads it; the act keeps a token that was made for something else out."""

from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "read_inbox": set(Role),
}

LABELS = {
    "read_inbox": _("Read the inbox and news"),
}
