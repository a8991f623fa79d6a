from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "cluster.runtime"

    def ready(self) -> None:
        from cluster import celery  # noqa: F401  # a task that the web process hands over goes to our broker
