"""Django's own sign-in signal: the last sign-in is written by our view, inside the person's scope."""

from django.contrib.auth import user_logged_in
from django.contrib.auth.models import update_last_login

user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
