from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "apps.tenancy"

    def ready(self):
        from . import receivers  # noqa: F401
