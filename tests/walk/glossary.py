"""The words of docs/glossary.md, and where a text calls one of its things by another name."""

import re
from functools import cache
from pathlib import Path

GLOSSARY = Path("docs/glossary.md")
# A word of the glossary may be said shorter where its sentence says the rest; some things have a second name by what they
# are to the reader (a receiving site is 납품처).
SHORTER = {
    "cluster": "클러스터",
    "membership": "소속|참여",
    "trading relation": "거래",
    "request": "요청",
    "suspended": "중지|정지",
    "ended": "종료|끝",
    "terms": "조건|약관",
    "site": "납품처|공장",
    "line": "행|납기|라인",
    "line stops": "라인",
    "demand": "수요",
    "item": "값",
    "release": "배포|버전|릴리스|통보",
    "bill of material": "BOM",
    "schedule line": "납기",
    "confirmed date": "확정일|기준일",
    "proposal": "제안",
    "later than requested": "요청보다 늦",
    "late": "늦",
    "to answer": "회신",
    "to ship": "출하|납품",
    "at risk": "위험",
    "taken back": "취소|회수",
    "run": "실행|운영",
    "certificate": "증명서|인증서|등록증",
    "trial": "시험",
    "side": "쪽|상대방|측",
    "part": "품번",
    "plan": "계획",
    "order": "수주",
    "stand-in": "대리",
    "act": "업무|작업|거래|소속 전환|처리|할 수 없",
}
# The same letters, another thing.
IDIOMS = (
    *(r"t(?:ake|akes|aking|ook) part", r"parts? of", r"(?:in|more|every) parts?", r"your part\b(?! number)", r"firm's part"),
    *(r"server's part", r"part in the", r"side by side", r"our side", r"at the side", r"in this order"),
    *(
        r"state for this",
        r"(?:own|led|one) act",
        r"(?:person|you) acts?",
        r"what is wrong with the parts",
        r"led cluster",
        r"request accept header",
    ),
    *(r"(?:one a |a |one |fifty |50 |feature a )lines?(?= names|[:,]|\.| break)", r"lines? (?:%\(n\)s|breaks?)"),
    *(r"at your site", r"a site sends", r"of all sites", r"without each site"),
)
# The thing goes without saying in Korean.
UNNAMED = {
    "Firms in the cluster",
    "The agreed terms refuse days before the lead time of the part has passed.",
    "Choose a led cluster, or ask an office that coordinates clusters.",
    "A delivery has 1 to 200 lines of confirmed orders.",
    "An order is received at one of the buyer's own sites.",
    "No line of this order can be changed now.",
    "Order lines",
    "The order is not in a state for this.",
    "A line is closed short when nothing of it is announced and not yet received.",
    "No line is counted here.",
    "An act on rows needs 1 to 200 of them.",
    "The part is not ordered from this supplier any more. Open orders go on, and you may take it up again.",
    "See the outlook of parts",
    "{label} joined, left or was suspended",
    "{partner} rejected parts of inspection lot {label}",
    "One run without each site is enough for a model.",
    "+%(n)s line",
}


@cache
def terms() -> dict[str, str]:
    """English word → Korean word, of each line that names as many in both languages."""
    found: dict[str, str] = {}
    for row in GLOSSARY.read_text().splitlines():
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if not row.startswith("|") or len(cells) < 3 or not re.search("[가-힣]", cells[1]):
            continue
        words, names = ([re.sub(r"\(.*?\)", "", name).strip() for name in cell.split(",")] for cell in cells[:2])
        found.update(zip(words, names if len(names) == len(words) else [names[0]] * len(words), strict=True))
    return found


def otherwise_named(english: str, korean: str) -> list[str]:
    """Things of the glossary that the English text names and the Korean one calls otherwise."""
    if english in UNNAMED:
        return []
    words = re.sub("`[^`]*`|" + "|".join(IDIOMS), "", english, flags=re.IGNORECASE)
    words = re.sub(r"%\(\w+\)s|\{\w+\}", "", words)
    close = korean.replace(" ", "")
    found = []
    for word, name in terms().items():
        allowed = f"{re.escape(name)}|{SHORTER.get(word, name)}".replace(" ", "")
        if re.search(rf"\b{re.escape(word)}(?:s|es)?\b", words, re.IGNORECASE) and not re.search(allowed, close):
            found.append(f"{english} → {korean}: {word} = {name}")
    return found
