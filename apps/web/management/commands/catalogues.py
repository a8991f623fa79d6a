import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

CONFIG = """
[extractors]
django = enmerkar.extract:extract_django
[python: apps/**.py]
[python: federated/agreed/**.py]
[django: apps/**/templates/**.html]
encoding = utf-8
"""
# Whatever marks a text in the code; a mark that is not here is never translated.
KEYWORDS = (
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext:1,2",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
)


class Command(BaseCommand):
    help = "Message catalogues without a system gettext: `extract` collects new texts, `compile` builds what Django reads."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["extract", "compile"])

    def handle(self, act, **options: Any) -> None:
        locale = Path(settings.LOCALE_PATHS[0])
        if act == "extract":
            self._extract(locale)
        else:
            self._babel("compile", "-d", str(locale), "-D", "django")

    def _extract(self, locale) -> None:
        template, config = locale / "django.pot", settings.BASE_DIR / ".dure" / "babel.cfg"
        config.parent.mkdir(exist_ok=True)
        config.write_text(CONFIG)
        keywords = [word for keyword in KEYWORDS for word in ("-k", keyword)]
        self._babel("extract", "-F", str(config), *keywords, "--no-location", "--sort-output", "-o", str(template), ".")
        for language, _name in settings.LANGUAGES:
            if language != "en":
                update = ("update", "-i", str(template), "-d", str(locale), "-D", "django", "-l", language)
                self._babel(*update, "--no-fuzzy-matching", "--no-wrap")
        template.unlink()

    def _babel(self, *words: Any) -> None:
        subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *words], check=True, cwd=settings.BASE_DIR)
