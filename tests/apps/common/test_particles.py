"""A particle fits the name before it, as it is read out; a text of the catalogue chooses it when its places are filled."""

import pytest
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from apps.common.particles import Sentence, choose


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("대성정밀 주식회사", "를 가 는 와 로"),
        ("한빛", "을 이 은 과 으로"),
        ("서울", "을 이 은 과 로"),
        ("PO-11200", "을 이 은 과 으로"),
        ("PO-11251", "을 이 은 과 로"),
        ("v2", "를 가 는 와 로"),
        ("LM", "을 이 은 과 으로"),
        ("URL", "을 이 은 과 로"),
        ("ERP", "를 가 는 와 로"),
        ("Hanbit", "을 이 은 과 으로"),
        ("Saehan Motors", "를 가 는 와 로"),
        ("한빛(예시)", "를 가 는 와 로"),
        ("<b>한빛</b>", "을 이 은 과 으로"),
        ("“두레”", "를 가 는 와 로"),
        ("95 %", "를 가 는 와 로"),
    ],
)
def test_a_particle_fits_the_last_letter(name, expected):
    assert " ".join(choose(name, mark) for mark in ("을(를)", "이(가)", "은(는)", "와(과)", "(으)로")) == expected


@pytest.mark.parametrize("name", ["", "株式会社", "…"])
def test_where_nobody_can_say_both_stand(name):
    assert choose(name, "을(를)") == "을(를)"


def test_each_place_of_a_sentence_has_its_own():
    text = Sentence("{a}이(가) {b}을(를) 보냈습니다")
    assert text.format(a="한빛", b="두레") == "한빛이 두레를 보냈습니다"
    assert Sentence("%(a)s와(과) %(b)s") % {"a": "두레", "b": "한빛"} == "두레와 한빛"


def test_the_catalogue_chooses_by_itself():
    with translation.override("ko"):
        said = _("%(cluster)s is founded. Now invite its firms.") % {"cluster": "두레"}
        assert "두레를 만들었습니다" in said
        assert format_html(_("%(name)s may train again.") % {"name": mark_safe("한빛")}).startswith("한빛이 ")
