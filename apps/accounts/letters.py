"""How every mail of Dure looks: a page, and the same as text, in the language that is active. What it says: `mail.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

Link = tuple[str, str]


@dataclass(frozen=True)
class Letter:
    """What a mail says. Links are (address, label).

    Attributes:
        lead: plain sentences before the button, in order.
        button: the one thing to do, or None.
        entries: things told, each with its own page.
        rest: plain sentences after the button.
        name: of the reader, where it is known.
        house: in whose name it comes, such as a firm's; the installation's host where it is nobody's.
        role_news_off: where mails that come with a role are switched off, for those.
    """

    subject: str
    lead: Sequence[str]
    button: Link | None = None
    entries: Sequence[Link] = ()
    rest: Sequence[str] = ()
    name: str = ""
    house: str = ""
    role_news_off: str = ""

    @property
    def greeting(self) -> str:
        return _("Hello %(name)s,") % {"name": one_line(self.name)} if self.name else _("Hello,")

    @property
    def origin(self) -> str:
        return one_line(self.house) or urlsplit(settings.PUBLIC_URL).netloc

    @property
    def why(self) -> Sequence[str]:
        """Why the mail comes, how to end that, and where; nothing for what must come."""
        if not self.role_news_off:
            return ()
        return (
            _("You get this mail because your role includes these things."),
            _("Switch such mails off"),
            self.role_news_off,
        )

    @property
    def text(self) -> str:
        """The mail for who reads no pages; the address of each link below its label."""
        told = "\n".join(f"- {label}\n  {address}" for address, label in self.entries)
        do = f"{self.button[1]}:\n{self.button[0]}" if self.button else ""
        parts = [self.greeting, *self.lead, told, do, *self.rest, "\n".join(["-- ", _("Dure"), self.origin, *self.why])]
        return "\n\n".join(part for part in parts if part) + "\n"


def send_letter(address: str, letter: Letter) -> None:
    """Send in the language that is active.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    mail = EmailMultiAlternatives(one_line(letter.subject), letter.text, None, [address])
    mail.attach_alternative(render_to_string("accounts/letter.html", {"letter": letter}), "text/html")
    mail.send()


def one_line(text: str) -> str:
    """A name as it may stand in a header or a sentence: one from before the rule of characters may break lines."""
    return " ".join(text.split())
