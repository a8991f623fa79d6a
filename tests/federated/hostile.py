"""Files that nobody should send, from a seed: broken, endless, mislabelled, or only odd."""

import io
import random
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/></Types>'
)
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    '<Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>'
)
ODS = '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>'


def archive(parts: dict[str, str | bytes]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return found.getvalue()


def xlsx_of(sheet: str | bytes, **parts: str | bytes) -> bytes:
    """A workbook of one sheet, its XML as given."""
    base: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return archive({**base, **{f"xl/{name}.xml": content for name, content in parts.items()}})


def ods_of(body: str) -> bytes:
    content = f"{ODS}{body}</office:spreadsheet></office:body></office:document-content>"
    return archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def good_xlsx(order: random.Random) -> bytes:
    found = io.BytesIO()
    book = xlsxwriter.Workbook(found, {"in_memory": True})
    sheet = book.add_worksheet("Orders")
    sheet.write_row(0, 0, ["PO", "Item", "Qty"])
    for row in range(1, order.randrange(3, 40)):
        sheet.write_row(row, 0, [f"45{row}", f"KB-{order.randrange(9999)}", order.random() * 1000])
    book.close()
    return found.getvalue()


def good_text(order: random.Random) -> bytes:
    mark = order.choice(",;\t|")
    lines = [mark.join(("발주번호", "품번", "수량"))]
    lines += [mark.join((f"45{row}", f"KB-{order.randrange(9999)}", f"{order.random():.2f}")) for row in range(30)]
    return "\r\n".join(lines).encode(order.choice(("cp949", "utf-8", "utf-8-sig", "utf-16")))


def broken(content: bytes, order: random.Random) -> bytes:
    """The same with bytes changed, cut off or put in."""
    found = bytearray(content)
    for _time in range(order.randrange(1, 30)):
        place = order.randrange(len(found))
        act = order.randrange(3)
        if act == 0:
            found[place] = order.randrange(256)
        elif act == 1:
            del found[place : place + order.randrange(1, 50)]
        else:
            found[place:place] = order.randbytes(order.randrange(1, 20))
        if len(found) < 10:
            break
    return bytes(found[: order.randrange(len(found) // 2, len(found) + 1)] or b"x")


def _bomb(order: random.Random) -> bytes:
    """A small file that unpacks to hundreds of megabytes of rows, spaces or one endless word."""
    size = order.choice((40, 120)) * 1_000_000
    kind = order.randrange(4)
    if kind == 0:
        return xlsx_of(b"<worksheet><sheetData>" + b'<row><c t="b"><v>1</v></c></row>' * (size // 32))
    if kind == 1:
        return xlsx_of(b"<worksheet>" + b" " * size + b"</worksheet>")
    if kind == 2:
        return xlsx_of(b'<worksheet x="' + b"y" * size + b'"/>')
    return xlsx_of("<worksheet/>", sharedStrings=b"<sst>" + b"<si><t>abcdefgh</t></si>" * (size // 24) + b"</sst>")


def _entities(_order: random.Random) -> bytes:
    lines = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    return xlsx_of(f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]><worksheet><sheetData><row><c t="str"><v>&a9;</v></c></row>')


def _far(order: random.Random) -> bytes:
    place = order.choice(("XFD1048576", "ZZZZZ1", "A0", "1", "A99999999999", "$$$1", "aa1"))
    value = order.choice(("1", "1e999", "nan", ""))
    cell = f'<c r="{place}"><v>{value}</v></c>'
    return xlsx_of(f'<worksheet><sheetData><row r="1">{cell}</row></sheetData></worksheet>')


def _repeated(order: random.Random) -> bytes:
    times = order.choice((10**6, 10**7, 10**30, -5))
    what = order.choice(("number-rows-repeated", "number-columns-repeated"))
    row, cell = (f'table:{what}="{times}"', "") if "rows" in what else ("", f'table:{what}="{times}"')
    return ods_of(
        f'<table:table table:name="S"><table:table-row {row}><table:table-cell {cell} office:value-type="float" '
        f'office:value="{order.choice(("1", "inf", "x"))}"/></table:table-row></table:table>'
    )


def _lying_zip(order: random.Random) -> bytes:
    """The directory says other sizes than the parts have."""
    content = bytearray(good_xlsx(order))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<II", content, at + 20, order.randrange(2**32), order.randrange(2**32))
    return bytes(content)


def _quotes(order: random.Random) -> bytes:
    return ('a,b,c\n1,"2,3\n' + "4,5,6\n" * order.choice((10, 100_000))).encode()


def _wide(order: random.Random) -> bytes:
    return ("x," * order.choice((3_000, 100_000)) + "\n1,2\n").encode()


def _named(order: random.Random) -> bytes:
    starts = (
        *(b"MZ\x90\x00", b"\x7fELF\x02", b"%PDF-1.7", b"\x89PNG\r\n", b"{\\rtf1", b"\x1f\x8b", b"\x00" * 100, b""),
        *(b"<?xml version='1.0'?><a/>", b"<table><tr><td colspan=99999999>x</table>", b"ID;PWXL\nC;X1"),
        b"<html><body>no table</body></html>",
    )
    return order.choice(starts) + order.randbytes(order.randrange(200))


def _ole(order: random.Random) -> bytes:
    name = order.choice(("Workbook", "EncryptedPackage", "WordDocument")).encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + order.randbytes(500) + name + order.randbytes(2_000)


def _noise(order: random.Random) -> bytes:
    return order.randbytes(order.randrange(1, 5_000))


def _control(order: random.Random) -> bytes:
    cells = ["".join(chr(order.randrange(1, 0x300)) for _letter in range(20)) for _cell in range(30)]
    return "\n".join(",".join(cells[place : place + 3]) for place in range(0, 30, 3)).encode("utf-8")


def _damaged(order: random.Random) -> bytes:
    return broken(order.choice((good_xlsx, good_text))(order), order)


MAKERS: tuple[Callable[[random.Random], bytes], ...] = (
    *(_damaged, _damaged, _damaged, _entities, _far, _repeated, _lying_zip),
    *(_quotes, _wide, _named, _ole, _noise, _control, _bomb),
)
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".CSV", ".txt", "")


def hostile(seed: int) -> tuple[str, bytes]:
    """A name and its content, the same for the same seed."""
    order = random.Random(seed)
    content = MAKERS[seed % len(MAKERS)](order)
    return f"file-{seed}{order.choice(ENDINGS)}", content
