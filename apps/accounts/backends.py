"""Sign-in by e-mail. No scope is open before it: people are read as app_identity."""

from django.contrib.auth.backends import BaseBackend

from apps.tenancy.scope import identity

from .models import User


class EmailBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or password is None:
            return None
        with identity():
            user = User.objects.filter(email=username.strip().lower()).first()
            if user is None:
                User().set_password(password)  # the same work as for a known address: the answer's time tells nothing
                return None
            return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        with identity():
            return User.objects.filter(pk=user_id, is_active=True).first()
