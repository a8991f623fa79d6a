from django.apps import AppConfig


class TowerConfig(AppConfig):
    name = "apps.tower"
