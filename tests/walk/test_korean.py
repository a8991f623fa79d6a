"""Korean reads as one hand wrote it: one register, one word for a thing, also where a framework speaks."""

import re
from copy import deepcopy
from pathlib import Path

import allauth
import django
import polib
import pytest
import rest_framework
from django import forms
from django.utils import translation
from rest_framework import serializers

from apps.accounts.adapter import Adapter
from apps.common.particles import MARK, Sentence
from apps.web import borrowed

from .glossary import UNNAMED, otherwise_named, terms
from .shown import is_in, modules

KOREAN = Path(__file__).resolve().parents[2] / "apps/web/locale/ko/LC_MESSAGES/django.po"
# What a clerk would not write, or what another word of ours says already.
CLUMSY = {
    r"[가-힣]세요": "한 가지 말투: -십시오",
    r"(어|아|해|돼|예|에)요(?![가-힣])": "한 가지 말투: -십시오, -습니다",
    r"까요\?": "한 가지 말투: -시겠습니까?",
    r"(?<![가-힣])그런 ": "해당",
    r"(?<![가-힣])판(?![가-힣])": "버전",
    r"다음 판|첫 판": "버전",
    r"유효자리|선택가능항목|불리언|딕셔너리|포[멧맷]": "쉬운 말",
    r"(?<![A-Za-z])(blank|null|pk)(?![A-Za-z])": "쉬운 말",
    r"이/가|은/는|을/를": "조사는 이(가)처럼",
    r"이전 발주|귀 사업장|우리 (회사|사업장)": "더 오래된, 귀사",
    r"회원|구성원|주관기업|조정 기관|발주사": "참여 기업, 선도기업, 운영기관, 구매사",
    r"정보보호|게시하": "프라이버시, 공개",
    r"입고지": "납품처",
    r"거부": "거절",
    r"납기 행": "납기 일정",
    r"부서(?!명)(?=[를을했하된])": "부서명",
    r"%%? ?이\(가\)을|  ": "한 칸",
}


def clumsy(text: str) -> list[str]:
    return [f"{text} → {better}" for pattern, better in CLUMSY.items() if re.search(pattern, text)]


def korean_texts():
    for entry in polib.pofile(str(KOREAN)):
        if not entry.obsolete:
            yield from entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]


def test_korean_has_one_register_and_one_word_for_a_thing():
    found = list(korean_texts())
    assert len(found) > 1600
    assert [words for text in found for words in clumsy(text)] == []


PLACES = r"(?:%\(\w+\)[sd]|\{\w*\})"


def unsettled(text: str) -> list[str]:
    """A particle of both forms is right after a place alone: after a word of ours it is known which one fits."""
    left = re.sub(rf"{PLACES}[\"”’)]*(?:{MARK.pattern})", "", text)
    return [f"{text}: {found[0]}" for found in MARK.finditer(left)]


def test_particles_stand_after_places_alone_and_are_chosen_for_every_name():
    found = [text for text in korean_texts() if MARK.search(text)]
    assert len(found) > 20
    assert [words for text in found for words in unsettled(text)] == []
    for name in ("두레", "한빛"):
        filled = [Sentence(re.sub(r"%\(\w+\)[sd]", "{}", text)).format(*[name] * 9) for text in found if "{" not in text]
        assert [text for text in filled if MARK.search(text)] == []


FIXED = re.compile(rf"{PLACES}[\"”’)]*(?:으로|로|을|를|이|가|은|는|과|와)(?=[ .,)]|$)")


def test_a_particle_after_a_place_is_never_fixed():
    """The name decides: 서울로, 2공장으로."""
    assert [text for text in korean_texts() if FIXED.search(text)] == []
    assert FIXED.search("%(site)s로 갑니다.")


@pytest.mark.parametrize("planted", ["발주을(를) 보냈습니다.", "협력사이(가) 회신했습니다."])
def test_a_particle_that_is_not_chosen_is_found(planted):
    assert unsettled(planted)


# A thing has one name in each language: whoever names it in English names it so in Korean.
NAMES = {
    r"customers?": "고객사",
    r"suppliers?": "협력사",
    r"buyers?": "구매",
    r"federations?": "연합",
    r"contracts?": "계약",
    r"invitations?": "초대",
    r"proposals?": "제안",
    r"lots?": "로트",
    r"stock": "재고",
    r"rounds?": "라운드",
    r"requested": "요청",
    r"promised": "약속",
}


def misnamed(english: str, korean: str) -> list[str]:
    words = re.sub(r"%\(\w+\)s|\{\w+\}", "", english)
    named = {name for pattern, name in NAMES.items() if re.search(rf"\b{pattern}\b", words, re.I)}
    missing = [name for name in named if name not in korean]
    if re.search(r"\blines?\b", words, re.I) and not re.search(r"\bparts?\b", words, re.I) and "품목" in korean:
        missing.append("납기 일정")  # a part is 품목, a line of an order is not
    return [f"{english} → {korean}: {name}" for name in missing]


def pairs():
    for entry in polib.pofile(str(KOREAN)):
        if not entry.obsolete:
            for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
                yield entry.msgid, text


def test_every_word_of_the_glossary_is_the_one_that_pages_mails_and_errors_use():
    assert len(terms()) > 55
    assert [words for english, korean in pairs() for words in otherwise_named(english, korean)] == []
    known = {english for english, _korean in pairs()}
    assert known >= UNNAMED, "no longer said"


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("No goods issue yet", "출하 없음"),
        ("The freeze fence", "동결 기간"),
        ("Days of supply", "재고 일자"),
        ("Package 3", "박스 3"),
    ],
)
def test_another_name_than_the_glossarys_is_found(english, korean):
    assert otherwise_named(english, korean)


def test_a_thing_has_one_name_in_both_languages():
    assert [words for english, korean in pairs() for words in misnamed(english, korean)] == []


@pytest.mark.parametrize(("english", "korean"), [("Remove this line", "이 품목 삭제"), ("Your customers", "귀사의 거래처")])
def test_a_second_name_is_found(english, korean):
    assert misnamed(english, korean)


@pytest.mark.parametrize(
    "planted",
    [
        "품목을 선택하세요.",
        "이 학습을 완전히 중단할까요?",
        "그런 납품이 없습니다.",
        "%(name)s: v%(n)s 다음 판",
        "전체 유효자리 개수가 12 개를 넘지 않도록 해주세요.",
        "이 필드는 blank일 수 없습니다.",
        '"%(pk)s" 은/는 유효한 값이 아닙니다.',
        "다시 회신해 주세요",
        "모든 회원",
    ],
)
def test_a_clumsy_text_is_found(planted):
    assert clumsy(planted)


def fields_of_forms():
    """(place, field) of every form and serializer of the product."""
    list(modules())
    kinds = ((forms.BaseForm, "form", "base_fields"), (serializers.Serializer, "serializer", "_declared_fields"))
    for kind, base, names in kinds:
        for found in below(kind):
            if found.__module__.startswith("apps."):
                for name, field in getattr(found, names, {}).items():
                    yield f"{base} {found.__qualname__}.{name}", field


def below(kind):
    for found in kind.__subclasses__():
        yield found
        yield from below(found)


SOURCES = [
    path
    for package in (django, rest_framework, allauth)
    for folder in ("core", "forms", "contrib/auth", "account", "")
    for path in (Path(package.__file__).parent / folder).glob("*.py")
]
PLACE = re.compile(r"%\(\w+\)[sd]|\{[^}]*\}")


def refusals(field):
    """Every sentence with which a field may refuse a value, with its placeholders."""
    said = list(field.error_messages.values())
    for rule in field.validators:
        said += [*getattr(rule, "messages", {}).values(), *([rule.message] if hasattr(rule, "message") else [])]
    return [template_of(text) for text in said]


COUNTS = {"max": 12, "length": 13, "limit_value": 12, "show_value": 13}


def template_of(text) -> str:
    """A text as it stands in the catalogue; one that is counted is empty until it is given its number."""
    return str(text) or str(text % COUNTS)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_a_field_of_any_form_or_serializer_refuses_reads_like_our_own(language):
    places, texts = 0, set()
    with translation.override(language):
        for place, field in fields_of_forms():
            places += 1
            for text in refusals(deepcopy(field)):  # a fresh one, as each request has: it keeps its first language
                assert is_in(language, PLACE.sub("", text)), (place, text)
                assert language == "en" or clumsy(text) == [], place
                texts.add(text)
        for name, text in Adapter.error_messages.items():
            assert language == "en" or re.search("username|phone|select", name) or clumsy(str(text)) == [], text
    assert places > 120
    assert len(texts) > 30


def test_every_borrowed_text_is_one_that_the_frameworks_say():
    """A text that Django or its REST framework rewords would be theirs again, and ours dead."""
    ours = {entry.msgid: entry for entry in polib.pofile(str(KOREAN)) if not entry.obsolete}
    names = [name for group in (borrowed.FIELDS, borrowed.SERIALIZERS, borrowed.ANSWERS, borrowed.ACCOUNT) for name in group]
    sources = "".join(path.read_text() for path in SOURCES)
    said = re.sub(r"""["']\s*\n\s*["']""", "", sources)
    assert len(names) > 50
    assert [name for name in names if name not in said and name not in said.replace('\\"', '"')] == []
    assert all(ours[name].msgstr for name in names)
