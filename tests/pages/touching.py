"""A page as eye and finger find it: `faults.js` over the main part, with its details open, and over each dialog."""

from collections import Counter
from pathlib import Path
from typing import Any

FAULTS = (Path(__file__).parent / "faults.js").read_text()
OPEN = "() => document.querySelectorAll('main details:not(.tool)').forEach(part => { part.open = true })"
DIALOGS = "() => [...document.querySelectorAll('dialog[id]:not(#help)')].filter(d => d.querySelector('form')).map(d => d.id)"
SHOW = "id => document.getElementById(id).showModal()"
CLOSE = "id => document.getElementById(id).close()"
# The frame is the same on every page; a phone's bar and its menu are pressed too.
FRAME = ("header.top", "nav.side")


def examine(page: Any, *, with_frame: bool = True) -> tuple[list[str], Counter[str]]:
    """(what is wrong, how many tables, forms and fields were looked at).

    In narrow windows the page is touched: a finger, no pointer.
    """
    device = page.context.new_cdp_session(page)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": page.viewport_size["width"] < 1440})
    found, seen = [], Counter[str]()
    try:
        page.evaluate(OPEN)
        for root in ("main", *(FRAME if with_frame and page.query_selector("nav.side") else ())):
            _take(page.evaluate(FAULTS, root), found, seen)
        for name in page.evaluate(DIALOGS):
            page.evaluate(SHOW, name)
            _take(page.evaluate(FAULTS, f"#{name}"), found, seen, f"in #{name} ")
            page.evaluate(CLOSE, name)
    finally:
        device.detach()
    return list(dict.fromkeys(found)), seen


def _take(answer: dict[str, Any], found: list[str], seen: Counter[str], where: str = "") -> None:
    found += [where + fault for fault in answer["faults"]]
    seen.update(answer["examined"])


# The month of a scorecard as a phone once showed it: no names, and 1,488 stands against 8.5 hours.
GLUED = """() => {
  const main = document.querySelector("main")
  const cells = ["2026-11", "11", "90.9 %", "63.6 %", "1,488", "8.5 시간"].map(text => `<td>${text}</td>`).join("")
  const table = `<table id=glued><thead><tr><th>PPM</th></tr></thead><tbody><tr>${cells}</tr></tbody></table>`
  main.insertAdjacentHTML("beforeend", table)
  const { tHead, tBodies } = main.querySelector("#glued")
  Object.assign(tHead.style, { position: "absolute", height: "1px", overflow: "hidden" })
  Object.assign(tBodies[0].rows[0].style, { display: "grid", gridTemplateColumns: "1fr auto", textAlign: "right" })
  const bare = { padding: "0", height: "auto", textAlign: "right" }
  for (const cell of tBodies[0].rows[0].cells) Object.assign(cell.style, bare)
}"""
PLANTED = """() => {
  const main = document.querySelector("main")
  const more = "<p>cut off</p><p>wide</p><button>low</button><p>lies</p><p>on it</p><form><input name=nameless></form>"
  main.insertAdjacentHTML("beforeend", more)
  const [cut, wide, under, over] = [...main.querySelectorAll(":scope > p")].slice(-4)
  Object.assign(cut.style, { width: "20px", overflow: "hidden", whiteSpace: "nowrap" })
  Object.assign(over.style, { marginTop: "-36px" })
  Object.assign(main.querySelector("[name=nameless]").style, { fontSize: "13px", minHeight: "20px" })
  wide.style.width = "900px"
}"""
