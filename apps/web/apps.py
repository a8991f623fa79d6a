from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "apps.web"

    def ready(self) -> None:
        choose_particles()


def choose_particles() -> None:
    """Texts of the Korean catalogue with a particle still to be chosen choose it when their places are filled."""
    from django.utils.translation import trans_real

    from apps.common.particles import MARK, Sentence

    catalogue = trans_real.translation("ko")._catalog  # type: ignore[attr-defined]
    for key, text in list(catalogue.items()):
        # A text that another catalogue has too is ours.
        if isinstance(text, str) and MARK.search(text) and catalogue.get(key) is text:
            catalogue[key] = Sentence(text)
