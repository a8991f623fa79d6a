"""What errors and notes of the reader say, in English and in Korean."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ko"]

PLACES: dict[Language, dict[str, str]] = {
    "en": {"sheet": "sheet {}", "row": "row {}", "column": "column {}", "found": " Found: {}.", "remedy": " Remedy: {}"},
    "ko": {"sheet": "시트 {}", "row": "{}행", "column": "열 {}", "found": " 찾은 값: {}.", "remedy": " 해결: {}"},
}


@dataclass(frozen=True)
class Words:
    rule: dict[Language, str]
    remedy: dict[Language, str]


def _said(rule: str, rule_ko: str, remedy: str = "", remedy_ko: str = "") -> Words:
    return Words({"en": rule, "ko": rule_ko}, {"en": remedy, "ko": remedy_ko})


AS_XLSX, AS_XLSX_KO = "Open it in Excel and save it as .xlsx.", "Excel에서 열어 .xlsx로 저장하십시오."

# Of the file.
WORDS: dict[str, Words] = {
    "no_file": _said("The file must exist.", "파일이 있어야 합니다.", "Correct the name.", "이름을 고치십시오."),
    "empty_file": _said(
        "A table has at least a head line.", "표에는 머리글 줄이 있어야 합니다.", "Export it again.", "다시 내보내십시오."
    ),
    "lock_file": _said(
        "This is a mark that Office leaves while the file is open, no table.",
        "Office가 파일을 여는 동안 남기는 표시이며 표가 아닙니다.",
        "Close the workbook and choose the file without ~$.",
        "통합 문서를 닫고 ~$가 없는 파일을 고르십시오.",
    ),
    "too_large": _said(
        "A file has at most {most} MB.",
        "파일은 최대 {most} MB입니다.",
        "Split it, or raise the limit.",
        "나누거나 한도를 높이십시오.",
    ),
    "too_many_rows": _said(
        "A sheet has at most {most} rows.",
        "시트의 행은 최대 {most}개입니다.",
        "Split the file, or raise the limit.",
        "파일을 나누거나 한도를 높이십시오.",
    ),
    "too_many_columns": _said(
        "A sheet has at most {most} columns.",
        "시트의 열은 최대 {most}개입니다.",
        "Delete what stands far to the right.",
        "오른쪽 멀리 있는 내용을 지우십시오.",
    ),
    "too_many_cells": _said(
        "A file has at most {most} cells.",
        "파일의 셀은 최대 {most}개입니다.",
        "Split the file, or raise the limit.",
        "파일을 나누거나 한도를 높이십시오.",
    ),
    "too_many_sheets": _said(
        "A workbook has at most {most} sheets.",
        "시트는 최대 {most}개입니다.",
        "Split the workbook.",
        "통합 문서를 나누십시오.",
    ),
    "long_cell": _said(
        "A cell has at most {most} characters.",
        "셀은 최대 {most}자입니다.",
        "Look for a quotation mark that is never closed.",
        "닫히지 않은 따옴표를 찾으십시오.",
    ),
    "bomb": _said(
        "What a workbook unpacks to stays within {most} MB and {ratio} times its size.",
        "통합 문서는 풀었을 때 {most} MB, 원래 크기의 {ratio}배를 넘지 않습니다.",
        "Do not open it. If it is yours, copy the table into a new workbook.",
        "열지 마십시오. 직접 만든 파일이면 표를 새 통합 문서에 복사하십시오.",
    ),
    "no_table_kind": _said(
        "A table comes as .xlsx, .xls, .ods, .csv or text.",
        "표는 .xlsx, .xls, .ods, .csv 또는 텍스트여야 합니다.",
        "Choose the file that holds the table.",
        "표가 들어 있는 파일을 고르십시오.",
    ),
    "other_workbook": _said(
        "This kind of workbook is not read.", "이 형식의 통합 문서는 읽지 않습니다.", AS_XLSX, AS_XLSX_KO
    ),
    "html_no_table": _said(
        "This is a web page without a table, whatever its name says.",
        "이름과 달리 표가 없는 웹 페이지입니다.",
        "It may be the page of a login or of an error: export it again.",
        "로그인이나 오류 페이지일 수 있습니다. 다시 내보내십시오.",
    ),
    "password": _said(
        "The workbook is protected by a password.",
        "통합 문서가 암호로 보호되어 있습니다.",
        "Open it, take the password away, save it.",
        "열어서 암호를 없애고 저장하십시오.",
    ),
    "damaged": _said(
        "The file is damaged or cut off.",
        "파일이 손상되었거나 잘렸습니다.",
        "Save or export it again.",
        "다시 저장하거나 내보내십시오.",
    ),
    "encoding": _said(
        "The text must be readable as {encoding}.",
        "텍스트를 {encoding}(으)로 읽을 수 있어야 합니다.",
        "Save it as “CSV UTF-8”, or say its encoding.",
        "‘CSV UTF-8’로 저장하거나 인코딩을 지정하십시오.",
    ),
    "quote": _said(
        "A quotation mark that opens a cell is closed.",
        "셀을 여는 따옴표는 닫혀야 합니다.",
        "Close it or write it twice.",
        "따옴표를 닫거나 두 번 쓰십시오.",
    ),
    "no_table": _said(
        "No table was found: a head row, and rows below it.",
        "표를 찾지 못했습니다. 머리글 행과 그 아래 행이 필요합니다.",
        "Put the names of the columns above the rows.",
        "행 위에 열 이름을 넣으십시오.",
    ),
    "no_sheet": _said(
        "The workbook has that sheet.", "통합 문서에 그 시트가 있어야 합니다.", "It has: {names}.", "있는 시트: {names}."
    ),
    "no_column": _said("The table has that column.", "표에 그 열이 있어야 합니다.", "It has: {names}.", "있는 열: {names}."),
    # Of a cell.
    "not_a_number": _said("A number stands here.", "숫자가 있어야 합니다.", "Write a number.", "숫자를 쓰십시오."),
    "not_a_date": _said(
        "A date stands here.", "날짜가 있어야 합니다.", "Write it as 2026-03-31.", "2026-03-31처럼 쓰십시오."
    ),
    "other_decimal": _said(
        "The decimal sign is the one of the whole column, {decimal}",
        "소수점 기호는 열 전체와 같은 {decimal} 입니다.",
        "Write it as the others.",
        "다른 셀처럼 쓰십시오.",
    ),
    "other_order": _said(
        "Day, month and year stand as in the whole column.",
        "연, 월, 일의 순서는 열 전체와 같습니다.",
        "Write it as 2026-03-31.",
        "2026-03-31처럼 쓰십시오.",
    ),
    "formula_error": _said(
        "A formula has a result.", "수식에는 결과가 있어야 합니다.", "Mend the formula.", "수식을 고치십시오."
    ),
    "not_finite": _said("A number is finite.", "숫자는 유한해야 합니다.", "Leave the cell empty.", "셀을 비워 두십시오."),
    # Notes.
    "title_rows": _said("{count} row(s) above the head were left out.", "머리글 위 {count}개 행을 뺐습니다."),
    "foot_rows": _said("{count} row(s) below the table were left out.", "표 아래 {count}개 행을 뺐습니다."),
    "total_rows": _said("{count} row(s) of totals were left out.", "합계 행 {count}개를 뺐습니다."),
    "repeated_head": _said("The head stands {count} more time(s); left out.", "머리글이 {count}번 더 있어 뺐습니다."),
    "hidden_sheet": _said("{count} hidden sheet(s) were not offered.", "숨긴 시트 {count}개는 제시하지 않았습니다."),
    "hidden_rows": _said(
        "{count} hidden row(s) are read too.",
        "숨긴 행 {count}개도 읽습니다.",
        "Delete them or take the filter away if they are not meant.",
        "뜻한 것이 아니면 지우거나 필터를 해제하십시오.",
    ),
    "hidden_columns": _said("{count} hidden column(s) are read too.", "숨긴 열 {count}개도 읽습니다."),
    "merged": _said("{count} merged cell(s) mean the same value below.", "병합된 셀 {count}개는 아래에서도 같은 값입니다."),
    "macro": _said("The workbook holds a macro; it was not read.", "통합 문서에 매크로가 있으며 읽지 않았습니다."),
    "records": _said(
        "Records of an order confirmation: each promised quantity and day was read as one row.",
        "납기 회신 레코드 파일이며 회신 수량과 납기마다 한 행으로 읽었습니다.",
    ),
    "html": _said(
        "A web page named as a workbook: its table was read.", "통합 문서 이름의 웹 페이지이며 그 표를 읽었습니다."
    ),
    "no_result": _said(
        "{count} formula(s) were saved without a result; they count as empty.",
        "결과 없이 저장된 수식 {count}개는 빈 셀로 봅니다.",
        "Open the file in Excel and save it.",
        "Excel에서 파일을 열어 저장하십시오.",
    ),
    "unnamed": _said(
        "{count} column(s) have no head; they go by their letters.", "머리글 없는 열 {count}개는 열 문자로 부릅니다."
    ),
    "twice": _said(
        "The head stands twice: {value}. The second is called by a number.",
        "머리글이 두 번 있습니다: {value}. 두 번째에는 번호를 붙입니다.",
        "Name each column once.",
        "열 이름을 하나씩만 쓰십시오.",
    ),
    "no_head": _said(
        "No head row was found; the columns go by their letters.",
        "머리글 행이 없어 열을 문자로 부릅니다.",
        "Put the names of the columns above the rows.",
        "행 위에 열 이름을 넣으십시오.",
    ),
    "control": _said(
        "{count} cell(s) hold characters that cannot be printed; they were dropped.",
        "인쇄할 수 없는 문자가 있는 셀 {count}개에서 그 문자를 뺐습니다.",
        "Look whether the text is whole.",
        "글자가 온전한지 확인하십시오.",
    ),
    "lost_letters": _said(
        "{count} cell(s) hold �: letters were lost before this file was written.",
        "셀 {count}개에 �가 있습니다. 이 파일을 쓰기 전에 글자가 없어졌습니다.",
        "Export it again in the right encoding.",
        "올바른 인코딩으로 다시 내보내십시오.",
    ),
    "wide_rows": _said(
        "{count} row(s) have more cells than the head: {value}.",
        "머리글보다 셀이 많은 행이 {count}개 있습니다: {value}.",
        "Look for a delimiter inside a cell without quotation marks.",
        "따옴표 없이 셀 안에 있는 구분 기호를 찾으십시오.",
    ),
    "assumed_decimal": _said(
        "Nothing tells whether {value} is below ten or above a thousand.",
        "{value}이(가) 10보다 작은지 1000보다 큰지 알 수 없습니다.",
        "Say the decimal sign.",
        "소수점 기호를 지정하십시오.",
    ),
    "assumed_order": _said(
        "Nothing tells day from month in {value}.",
        "{value}에서 일과 월을 구별할 수 없습니다.",
        "Say the order of day, month and year.",
        "연, 월, 일의 순서를 지정하십시오.",
    ),
    "mixed_units": _said(
        "One column holds several units: {value}.",
        "한 열에 여러 단위가 있습니다: {value}.",
        "Say each unit.",
        "단위를 지정하십시오.",
    ),
}
