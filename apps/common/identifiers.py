"""Numbers that firms are known by: 사업자등록번호 (BRN) and GLN; checked by python-stdnum.

python-stdnum 2.2 checks length and ranges of a BRN but not its check digit, so that one rule is ours.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import ean
from stdnum.exceptions import InvalidLength
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.kr import brn

from .errors import DomainError

BRN_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


class InvalidBusinessNumber(DomainError):
    code = "invalid_business_number"
    title = _("The business registration number is not valid.")
    rule = _("A business registration number has 10 digits, and the last one checks the others.")
    remedy = _("Compare it with the registration certificate.")


def clean_business_number(raw: str) -> str:
    """The ten digits without dashes.

    Raises:
        InvalidBusinessNumber: wrong length, form or check digit; the message says which.
    """
    try:
        number = brn.validate(raw)
    except InvalidLength:
        raise InvalidBusinessNumber(_("It must have 10 digits."), place="business_number", value=raw) from None
    except StdnumError:
        raise InvalidBusinessNumber(place="business_number", value=raw) from None
    if business_number_check_digit(number) != int(number[-1]):
        raise InvalidBusinessNumber(_("The check digit is wrong."), place="business_number", value=raw)
    return str(number)


def business_number_check_digit(number: str) -> int:
    """The tenth digit that belongs to the first nine.

    Weights 1, 3, 7, 1, 3, 7, 1, 3, 5, plus the tens of the ninth digit times 5 (National Tax Service of Korea).
    """
    total = sum(int(digit) * weight for digit, weight in zip(number, BRN_WEIGHTS, strict=False))
    return (10 - (total + int(number[8]) * 5 // 10) % 10) % 10


def format_business_number(number: str) -> str:
    return f"{number[:3]}-{number[3:5]}-{number[5:]}" if number else ""


def validate_gln(raw: str) -> None:
    """A Django field validator: 13 digits with the GS1 check digit, or empty."""
    if raw and (len(raw) != 13 or not ean.is_valid(raw)):
        raise ValidationError(_("%(value)s is not a GLN: 13 digits, the last one checks the others."), params={"value": raw})
