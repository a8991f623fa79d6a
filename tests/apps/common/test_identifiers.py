import pytest

from apps.common.identifiers import InvalidBusinessNumber, clean_business_number


@pytest.mark.parametrize("number", ["124-81-00998", "1248100998", "220-81-62517"])
def test_a_number_with_the_right_check_digit_is_taken(number):
    # 124-81-00998 and 220-81-62517 are published numbers of listed firms.
    assert clean_business_number(number) == number.replace("-", "")


def test_a_wrong_check_digit_is_named():
    with pytest.raises(InvalidBusinessNumber, match="check digit") as caught:
        clean_business_number("124-81-00997")
    assert caught.value.problem()["errors"][0] == {
        "place": "business_number",
        "value": "124-81-00997",
        "rule": "A business registration number has 10 digits, and the last one checks the others.",
        "remedy": "Compare it with the registration certificate.",
    }


@pytest.mark.parametrize("number", ["", "12", "12481009980", "abcdefghij"])
def test_anything_that_is_not_ten_digits_is_refused(number):
    with pytest.raises(InvalidBusinessNumber):
        clean_business_number(number)
