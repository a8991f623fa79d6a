"""The middleware has opened the door already; this tells REST framework who came in."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication


class DoorAuthentication(SessionAuthentication):
    """A token (Authorization: Bearer …), or the browser's session with its CSRF token."""

    def authenticate(self, request) -> Any:
        if getattr(request._request, "by_token", False):
            return request._request.user, "token"
        return super().authenticate(request)

    def authenticate_header(self, request) -> str:
        return "Bearer"


class DoorScheme(OpenApiAuthenticationExtension):
    target_class = DoorAuthentication
    name = "token"

    def get_security_definition(self, auto_schema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
