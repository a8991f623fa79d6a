"""Security headers; broken rules, and addresses that are no pages, turned into answers that people can read."""

from django.http import HttpResponseNotAllowed

from apps.common.errors import DomainError

from .errors import domain_error, method_not_allowed

# No inline script or style anywhere; the socket goes to the page's own host only.
POLICY = (
    "default-src 'self'; img-src 'self' data:; connect-src 'self' {socket}; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


class SecurityHeadersMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        socket = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
        response.headers.setdefault("Content-Security-Policy", POLICY.format(socket=socket))
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response


class DomainErrorMiddleware:
    """A DomainError that no view has caught, and Django's empty answer to a method that an address does not take."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, response.headers["Allow"].split(", "))
        return response

    def process_exception(self, request, exception):
        return domain_error(request, exception) if isinstance(exception, DomainError) else None
