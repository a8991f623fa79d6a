"""HTTP to Django, WebSocket to the routes that the apps name in routing.py."""

import gc
import os
import warnings

from asgiref.sync import sync_to_async
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

# WhiteNoise hands files over as synchronous iterators; they are small, and a proxy serves them in production.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cluster.settings.dev")
django_application = get_asgi_application()


from apps.common.rooms import named  # noqa: E402
from apps.events.routing import websocket_urlpatterns  # noqa: E402


async def lifespan(scope, receive, send) -> None:
    """What the rooms do as the server starts."""
    while (message := await receive())["type"] != "lifespan.shutdown":
        if message["type"] == "lifespan.startup":
            for act in named("at_start"):
                await sync_to_async(act)()
            # What is loaded by now stays until the end: looking through it for garbage took a third of a large page's time.
            gc.collect()
            gc.freeze()
            await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter(
    {
        "http": django_application,
        "lifespan": lifespan,
        "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns)),
    }
)
