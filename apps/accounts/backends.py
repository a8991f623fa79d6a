"""Who is this? No scope is open before the answer: people are read as app_identity."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from apps.tenancy.scope import identity

from .models import User


class EmailBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    def authenticate(self, request: Any, **credentials: Any) -> Any:
        with identity():
            return super().authenticate(request, **credentials)

    def _check_password(self, user: Any, password: Any) -> Any:
        """A closed account is answered like a wrong password; allauth would show a page that says so."""
        if user is None:
            return None
        self._did_check_password = True
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: Any) -> Any:
        with identity():
            return User.objects.filter(pk=user_id, is_active=True).first()
