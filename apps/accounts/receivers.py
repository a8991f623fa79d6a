"""Django's own signals: a sign-in is remembered as app_identity, a sign-out ends sockets."""

from typing import Any

from django.contrib.auth import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils import timezone

from .identities import change_person
from .rights import end_rights


# By its name it stands for Django's own, which would write as `app`: this app is ready before django.contrib.auth.
@receiver(user_logged_in, dispatch_uid="update_last_login")
def remember_sign_in(user: Any, **kwargs: Any) -> None:
    change_person(user.pk, last_login=timezone.now())


@receiver(user_logged_out)
def end_sockets(user: Any, **kwargs: Any) -> None:
    if user is not None:
        end_rights(user.pk)
