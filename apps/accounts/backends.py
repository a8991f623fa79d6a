"""Sign-in by e-mail. People are read through two vetted functions, because no scope is open before sign-in."""

from django.contrib.auth.backends import BaseBackend

from apps.tenancy.scope import person_scope

from .models import User


class EmailBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or password is None:
            return None
        user = next(iter(User.objects.raw("SELECT * FROM accounts_user_by_email(%s)", [username.strip().lower()])), None)
        if user is None:
            User().set_password(password)  # the same work as for a known address: the answer's time tells nothing
            return None
        with person_scope(user.pk):  # a password hash of an old kind is renewed in passing
            return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        user = next(iter(User.objects.raw("SELECT * FROM accounts_user_by_id(%s)", [user_id])), None)
        return user if user is not None and user.is_active else None
