"""A right has ended: whoever still listens with it is told to prove it anew."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from apps.tenancy.scope import current_scope, within_identity


def group_of_person(user_id: int) -> str:
    """The channel group of one person's sockets."""
    return f"person.{user_id}"


def end_rights(user_id: int) -> None:
    """After the commit each live socket of a person asks the door again, and closes when it is no longer let in.

    To be called by whatever takes a right away: a membership ended, a role taken, an account closed, a password changed, a
    session ended. Tokens end by triggers of their own. A message that Redis loses is made up for: a socket checks again by
    itself (`events/consumers.py`).
    """
    scope = current_scope()
    alias = "identity" if within_identity() else scope.alias if scope else "default"

    def tell() -> None:
        async_to_sync(get_channel_layer().group_send)(group_of_person(user_id), {"type": "rights"})

    transaction.on_commit(tell, using=alias, robust=True)
