"""Tables that the example's buyer brought in: one loaded, one checked whose last row waits for a unit."""

from apps.accounts.door import enter
from apps.masterdata.example import Demo

from .incoming import loading, services

HEADS = "품번,품명,영문명,단위,도면번호"
NEW = ("INV-3010,인버터 하우징,Inverter housing,EA,D-3010-A", "INV-3020,인버터 커버,Inverter cover,EA,D-3020-A")
CHECKED = ("INV-3030,버스바 절연지,Busbar insulation,m,D-3030-A", "INV-3040,방열 패드,Thermal pad,롤,D-3040-A")


def create_present(demo: Demo) -> None:
    with enter(user_id=demo.buyer_id, organization_id=demo.lead.pk, source="screen"):
        done = _checked("인버터_신규품목.csv", *NEW)
        loading.load(import_id=done)
        _checked("인버터_추가품목.csv", *CHECKED)


def _checked(name: str, *rows: str) -> int:
    made = services.receive(content="\n".join([HEADS, *rows]).encode("utf-8-sig"), name=name, kind="parts")
    services.check_import(import_id=made.pk)
    return made.pk
