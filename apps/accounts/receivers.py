"""Django's own signals: the last sign-in is written by our view, as app_identity; a sign-out ends sockets."""

from django.contrib.auth import user_logged_in, user_logged_out
from django.contrib.auth.models import update_last_login
from django.dispatch import receiver

from .rights import end_rights

user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")


@receiver(user_logged_out)
def end_sockets(user, **kwargs):
    if user is not None:
        end_rights(user.pk)
