from channels.auth import AuthMiddlewareStack
from django.urls import path

from .consumers import LiveConsumer

websocket_urlpatterns = [path("ws/live/", AuthMiddlewareStack(LiveConsumer.as_asgi()))]
