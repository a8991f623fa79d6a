"""Words of a plant's tables: what names of one thing have in common, and which codes mean good or defect."""

import re
import unicodedata

# Each line: one thing; what it is called in either language.
THINGS = """
pressure press 압력 유압 공압 압
temperature temp 온도 °c
speed velocity rpm 속도 회전수 회전속도
time duration 시간 소요시간
cycle 사이클 주기
thickness 두께
weight mass 중량 무게 질량
length 길이 장
width 폭 너비
height 높이
diameter dia 직경 지름 외경 내경
depth 깊이
force load 하중 힘 가압력
torque 토크
voltage volt 전압
current ampere 전류
power 전력 출력
vibration 진동
humidity 습도
flow 유량
density 밀도
hardness 경도
stroke 스트로크 행정
position pos 위치
distance gap 거리 간격
angle 각도
level 레벨 수위
viscosity 점도
concentration 농도
frequency 주파수
injection inj 사출
holding hold 보압
cooling cool 냉각
heating heat 가열 히터
melt 용탕 용융
mould mold die 금형
barrel cylinder 실린더 배럴
screw 스크류
clamp clamping 형체 클램프
nozzle 노즐
plasticizing 계량 가소화
filling fill 충전
max maximum peak 최대 최고
min minimum 최소 최저
mean average avg 평균
air 공기 외기
process 공정
tool 공구
wear 마모
machine equipment 설비 호기 기계
line 라인
material 재질 소재 원료
part item product 품번 품목 제품 부품
lot batch 로트 lot번호 배치
operator worker 작업자
shift 근무조 교대
date day 일자 날짜 일시
quantity qty count 수량 개수
defect defective ng fail failure 불량 불량여부 결함
verdict result judgement judgment inspection quality label 판정 결과 합부 양불 품질 합부판정 판정결과 검사결과 양불판정
type kind 유형 종류 타입
number no id 번호
"""
SAME = {word: line.split()[0] for line in THINGS.strip().splitlines() for word in line.split()}
LONGEST_FIRST = sorted((word for word in SAME if not word.isascii() and len(word) > 1), key=len, reverse=True)
UNIT = re.compile(r"[\[(]([^\])]{1,12})[\])]\s*$")
PIECES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[가-힣]+|[°%]\w?")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


GOOD = _words(
    "ok o good pass passed p gut io i.o. conforming accept accepted 0 false n no f 良 良品",
    "합격 양품 양호 정상 적합 합 양 good품",
)
DEFECT = _words(
    "ng n.g. nok x bad fail failed reject rejected defect defective schlecht nio n.i.o. 1 true y yes t 不良",
    "불합격 불량 불량품 부적합 이상 불 부",
)
OPEN = _words("보류 미검사 대기 재검 검사중 hold pending open")
# Pairs where one letter decides what the other means.
PAIRS = (({"p"}, {"f"}), ({"n"}, {"y"}), ({"y"}, {"n"}), ({"o"}, {"x"}), ({"양"}, {"불"}), ({"합"}, {"부"}))


def unit_of(name: str) -> str:
    """“MPa” of “사출압력 [MPa]”."""
    found = UNIT.search(unicodedata.normalize("NFKC", name))
    return found.group(1).strip() if found else ""


def plain(name: str) -> str:
    """Letters and digits only, small, without the unit."""
    text = unicodedata.normalize("NFKC", UNIT.sub("", unicodedata.normalize("NFKC", name)))
    return re.sub(r"[\W_]+", "", text).casefold()


def pieces(name: str) -> frozenset[str]:
    """What a name is about, the same word for the same thing in either language."""
    text = unicodedata.normalize("NFKC", UNIT.sub("", unicodedata.normalize("NFKC", name)))
    found: set[str] = set()
    for piece in PIECES.findall(text):
        small = piece.casefold()
        if small in SAME or small.isascii():
            found.add(SAME.get(small, small))
            continue
        while small:  # Korean names are written together: 사출압력
            word = next((word for word in LONGEST_FIRST if word in small), "")
            found.add(SAME[word] if word else small)
            if not word:
                break
            before, _, after = small.partition(word)
            small = before + after
    return frozenset(found)


def alike(one: str, other: str) -> float:
    """How much two names say the same, 0 to 1."""
    if plain(one) == plain(other) and plain(one):
        return 1.0
    mine, others = pieces(one), pieces(other)
    common = len(mine & others)
    return 0.9 * common / max(len(mine), len(others)) if common else 0.0


def codes_of(values: list[str]) -> dict[str, str]:
    """What two or three codes of a verdict mean: "0" good, "1" defect, "" not inspected; empty where it is not plain."""
    small = {value: unicodedata.normalize("NFKC", value).strip().casefold() for value in values}
    found: dict[str, str] = {}
    for value, word in small.items():
        if word in OPEN:
            found[value] = ""
        elif word in GOOD:
            found[value] = "0"
        elif word in DEFECT:
            found[value] = "1"
    closed = {word for value, word in small.items() if found.get(value) != ""}
    for good, defect in PAIRS:
        if closed == good | defect:
            # A name decides whether yes means defect (defective: Y) or good (passed: Y): not the letters.
            return (
                {} if "y" in closed else {v: "" if found.get(v) == "" else "0" if small[v] in good else "1" for v in values}
            )
    is_whole = len(found) == len(values) and {"0", "1"} <= set(found.values())
    return found if is_whole and not closed & {"n", "y", "yes", "no", "true", "false", "t"} else {}
