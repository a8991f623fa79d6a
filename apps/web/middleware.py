"""Security headers, and broken rules turned into answers."""

from apps.common.errors import DomainError

from .errors import domain_error

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
    """A DomainError that no view has caught."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return domain_error(request, exception) if isinstance(exception, DomainError) else None
