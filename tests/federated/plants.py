"""The rows of one plant as forty plants would have written them."""

import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import xlsxwriter

from federated.rows.table import Rows

from .hostile import ods_of
from .sites import rows

COUNT = 200
HEAD = ("pressure", "temperature", "mould", "y")
KOREAN = ("사출압력[bar]", "온도(°C)", "금형", "판정")
Line = Sequence[Any]


@dataclass(frozen=True)
class Plant:
    """
    Attributes:
        files: name → content, as they lie in the folder of rows.
        outcome: "read" where nothing is asked; else the names that are asked, or the code of the refusal.
        codes, columns: what a person would answer.
    """

    what: str
    files: dict[str, bytes]
    outcome: str = "read"
    columns: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    count: int = COUNT


def truth() -> Rows:
    return rows(0, COUNT)


def lines(verdicts: tuple[str, str] = ("0", "1"), number: Callable[[float], str] = "{:.4f}".format) -> list[list[str]]:
    found = truth()
    return [
        [number(p), number(t), "AB"[code], verdicts[label]]
        for (p, t), code, label in zip(found.numeric, found.categorical[:, 0], found.labels, strict=True)
    ]


def text(
    body: list[Any], head: Line = HEAD, mark: str = ",", encoding: str = "utf-8", end: str = "\n", above: str = ""
) -> bytes:
    rows_ = [mark.join(map(str, line)) for line in (head, *body)]
    return (above + end.join(rows_) + end).encode(encoding)


def workbook(sheets: dict[str, list[Line]], act: Callable[[Any, Any], None] = lambda book, sheets: None) -> bytes:
    found = io.BytesIO()
    book = xlsxwriter.Workbook(found, {"in_memory": True})
    for name, body in sheets.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(body):
            for column, cell in enumerate(line):
                if cell is not None and cell != "":
                    sheet.write(number, column, cell)
    act(book, book.worksheets())
    book.close()
    return found.getvalue()


def typed(verdicts: tuple[str, str] = ("OK", "NG")) -> list[Line]:
    return [[float(p), float(t), mould, verdict] for p, t, mould, verdict in lines(verdicts)]


def comma(value: float) -> str:
    return f"{value:.4f}".replace(".", ",")


def thousands(value: float) -> str:
    return f"{value * 1000:,.1f}"


def quoted(body: list[list[str]]) -> list[list[str]]:
    return [[f'"{cell}"' for cell in line] for line in body]


def ods() -> bytes:
    def cell(value: Any) -> str:
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in (KOREAN, *typed()))
    return ods_of(f'<table:table table:name="Sheet1">{body}</table:table>')


def html() -> bytes:
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in (KOREAN, *lines(("합격", "불합격")))
    )
    return f'<html><meta charset="euc-kr"><table>{body}</table></html>'.encode("cp949")


def psi(value: float) -> str:
    return f"{value / 0.0689476:.4f}"


def converted(body: list[list[str]], change: Callable[[float], str]) -> list[list[str]]:
    return [[change(float(line[0])), *line[1:]] for line in body]


def parquet(changes: dict[str, str] | None = None) -> bytes:
    found = io.BytesIO()
    pl.DataFrame({name: [line[place] for line in lines()] for place, name in enumerate(HEAD)}).rename(
        changes or {}
    ).write_parquet(found)
    return found.getvalue()


def plants() -> list[Plant]:
    ok, ko = lines(("OK", "NG")), lines(("합격", "불합격"))
    half = COUNT // 2
    moved = ("온도(°C)", "판정", "사출압력[bar]", "금형")
    order = [1, 3, 0, 2]
    return [
        Plant("as the contract says", {"a.csv": text(lines())}),
        Plant("CP949, semicolons, Korean heads, OK and NG", {"a.csv": text(ok, KOREAN, ";", "cp949", "\r\n")}),
        Plant("CP949, commas, 합격 and 불합격", {"a.csv": text(ko, KOREAN, ",", "cp949")}),
        Plant("양품 and 불량", {"a.csv": text(lines(("양품", "불량")), KOREAN, ",", "cp949")}),
        Plant("정상 and 이상", {"a.csv": text(lines(("정상", "이상")), KOREAN)}),
        Plant("O and X", {"a.csv": text(lines(("O", "X")), KOREAN)}),
        Plant("P and F", {"a.csv": text(lines(("P", "F")), KOREAN)}),
        Plant("pass and fail, small letters mixed", {"a.csv": text(lines(("Pass", "FAIL")))}),
        Plant("UTF-8 with a mark", {"a.csv": text(ok, KOREAN, encoding="utf-8-sig")}),
        Plant("UTF-16, tabs, as Excel's Unicode text", {"a.txt": text(ok, KOREAN, "\t", "utf-16", "\r\n")}),
        Plant("UTF-16 without a mark", {"a.txt": text(ok, HEAD, "\t", "utf-16-le")}),
        Plant("semicolons and decimal commas", {"a.csv": text(lines(("OK", "NG"), comma), KOREAN, ";")}),
        Plant("a pipe between", {"a.csv": text(ok, KOREAN, "|")}),
        Plant(
            "thousands in quotation marks",
            {"a.csv": text(quoted(lines(("OK", "NG"), thousands)), ("사출압력[mbar]", "온도(°C)", "금형", "판정"))},
            "temperature",
        ),
        Plant("old Macintosh line ends", {"a.csv": text(ok, KOREAN, end="\r")}),
        Plant("Windows name in capitals", {"ROWS.CSV": text(ok, KOREAN, ";", "cp949")}),
        Plant("sep= in the first line", {"a.csv": text(ok, KOREAN, ";", above="sep=;\n")}),
        Plant("titles above the head", {"a.csv": text(ok, KOREAN, above="성형 실적,,,\n작성일,2026-03-01,,\n\n")}),
        Plant("a sum below", {"a.csv": text([*ok, ["합계", "", "", ""]], KOREAN)}),
        Plant(
            "blanks around names and cells",
            {"a.csv": text([[f" {cell} " for cell in line] for line in ok], [f" {name} " for name in HEAD])},
        ),
        Plant(
            "other order of columns in the second file",
            {"a.csv": text(ok[:half], KOREAN), "b.csv": text([[line[n] for n in order] for line in ok[half:]], moved)},
        ),
        Plant("an Office lock file beside", {"a.csv": text(ok, KOREAN), "~$a.csv": b"\x03Kim" + b" " * 50}),
        Plant("a workbook", {"a.xlsx": workbook({"Sheet1": [KOREAN, *typed()]})}),
        Plant(
            "a workbook with titles, a sum and a hidden sheet of codes",
            {
                "a.xlsx": workbook(
                    {"실적": [["성형 실적"], [], KOREAN, *typed(), ["합계", 1.0]], "코드": [["OK", "양품"], ["NG", "불량"]]},
                    lambda book, sheets: sheets[1].hide(),
                )
            },
        ),
        Plant(
            "a sheet for each machine",
            {"a.xlsx": workbook({"1호기": [KOREAN, *typed()[:half]], "2호기": [KOREAN, *typed()[half:]]})},
        ),
        Plant(
            "two head rows, merged",
            {
                "a.xlsx": workbook(
                    {"Sheet1": [["사출", None, "기타", None], ["압력[bar]", "온도(°C)", "금형", "판정"], *typed()]},
                    lambda book, sheets: [
                        sheets[0].merge_range(0, 0, 0, 1, "사출"),
                        sheets[0].merge_range(0, 2, 0, 3, "기타"),
                    ],
                )
            },
        ),
        Plant("OpenDocument", {"a.ods": ods()}),
        Plant("a web page named .xls", {"a.xls": html()}),
        Plant("packed CSV", {"a.csv.gz": gzip.compress(text(ok, KOREAN, ";", "cp949"))}),
        Plant("Parquet", {"a.parquet": parquet()}),
        Plant(
            "psi in the head", {"a.csv": text(converted(ok, psi), ("pressure (psi)", "temperature (°C)", "mould", "result"))}
        ),
        Plant("MPa in the head", {"a.csv": text(converted(ok, lambda v: f"{v / 10:.5f}"), ("사출압력(MPa)", *KOREAN[1:]))}),
        Plant("another unit that nobody says", {"a.csv": text(converted(ok, psi), ("사출압력", *KOREAN[1:]))}, "pressure"),
        Plant(
            "codes that nobody knows", {"a.csv": text(lines(("A01", "Z99")), KOREAN)}, "y", codes={"A01": "0", "Z99": "1"}
        ),
        Plant(
            "Y and N under a name that says neither",
            {"a.csv": text(lines(("N", "Y")), KOREAN)},
            "y",
            codes={"N": "0", "Y": "1"},
        ),
        Plant("0 and 1 under 판정", {"a.csv": text(lines(), KOREAN)}, "y", codes={"0": "0", "1": "1"}),
        Plant(
            "heads that say nothing",
            {"a.csv": text(ok, ("C1", "C2", "C3", "C4"))},
            "pressure, temperature, mould",
            columns={"pressure": "C1", "temperature": "C2", "mould": "C3"},
        ),
        Plant(
            "parts not inspected yet", {"a.csv": text([*ok, ["100", "200", "A", "보류"], ["100", "200", "A", ""]], KOREAN)}
        ),
        Plant("dashes and 측정불가 are gaps", {"a.csv": text([*ok, ["-", "측정불가", "A", "OK"]], KOREAN)}, count=COUNT + 1),
        Plant("a program named .csv", {"a.csv": b"MZ\x90\x00" + bytes(300)}, "no_table_kind"),
        Plant("a binary workbook's ending on a PDF", {"a.xls": b"%PDF-1.7 ..."}, "no_table_kind"),
        Plant(
            "one column missing in the second file",
            {"a.csv": text(ok, KOREAN), "b.csv": text([line[:3] for line in ok], KOREAN[:3])},
            "invalid_rows",
        ),
        Plant(
            "a quotation mark that is never closed", {"a.csv": text([['"1', "2", "A", "OK"], *ok * 30], KOREAN)}, "long_cell"
        ),
        Plant(
            "letters broken on the way",
            {"a.csv": text(ok, KOREAN).replace("판정".encode(), "판정".encode()[:-1])},
            "encoding",
        ),
        Plant("nothing but a head", {"a.csv": text([], KOREAN)}, "no_table"),
        Plant("an empty file", {"a.csv": b""}, "empty_file"),
    ]
