from django.apps import AppConfig


class ConsignedConfig(AppConfig):
    name = "apps.consigned"
