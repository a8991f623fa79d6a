from django.apps import AppConfig


class SupplyingConfig(AppConfig):
    name = "apps.supplying"
