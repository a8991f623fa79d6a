"""What the eye or the finger would trip over on a page: values that touch, texts cut off, a page that scrolls sideways,
and on a touch screen what is too low to be pressed. On a phone, where the head of a list is hidden, one without its own."""

FAULTS = """() => {
  const found = []
  const hidden = ".vh, dialog, svg, option, select"
  const boxes = cell => {
    const all = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode, style = getComputedStyle(node.parentElement)
      if (!node.data.trim() || style.visibility !== "visible" || node.parentElement.closest(hidden)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const end = node.parentElement.closest(".cut")?.getBoundingClientRect().right ?? Infinity
      for (const { left, right, top, bottom } of range.getClientRects())
        if (right - left > 1 && bottom - top > 1)
          all.push([{ left, right: Math.min(right, end), top, bottom }, node.data.trim()])
    }
    return all
  }
  for (const row of document.querySelectorAll("tbody tr, dl.facts, .tiles")) {
    const cells = [...row.children].map(boxes)
    for (let i = 0; i < cells.length; i++) for (let j = i + 1; j < cells.length; j++)
      for (const [a, one] of cells[i]) for (const [b, two] of cells[j]) {
        const across = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        const gap = Math.max(a.left, b.left) - Math.min(a.right, b.right)
        if (across > 3 && gap < 4) found.push(`touch (${Math.round(gap)} px): ${one} | ${two}`)
      }
  }
  for (const part of document.querySelectorAll("main *")) {
    const style = getComputedStyle(part), own = [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    if (!own || part.closest(hidden) || style.textOverflow === "ellipsis") continue
    const isCut = ["hidden", "clip"].includes(style.overflowX) || part.matches(".btn, .status")
    if (isCut && part.scrollWidth > part.clientWidth + 1) found.push(`cut: ${part.textContent.trim().slice(0, 60)}`)
  }
  for (const table of document.querySelectorAll("table.list")) {
    if (!table.tHead || getComputedStyle(table.tHead).position !== "absolute") continue
    for (const cell of table.querySelectorAll("tbody td:not(.first, .state), tfoot td:not(.first)")) {
      const head = getComputedStyle(cell, "::before"), isShown = head.display !== "none" && head.content.length > 2
      const words = cell.textContent.trim()
      if (cell.offsetParent && words && !(isShown && cell.dataset.head)) found.push(`bare: ${words.slice(0, 60)}`)
    }
  }
  const isTouched = matchMedia("(pointer: coarse)").matches
  for (const press of document.querySelectorAll("main :is(button, .btn, summary, .tabs a)")) {
    const { width, height } = press.getBoundingClientRect()
    const isLow = isTouched && width && height < 44
    if (isLow) found.push(`low (${Math.round(height)} px): ${press.textContent.trim().slice(0, 60)}`)
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways")
  return [...new Set(found)]
}"""
HEADLESS = """() => [...document.querySelectorAll("main table.list")]
  .filter(table => getComputedStyle(table.tHead).position === "absolute").length"""
PLANTED = """() => {
  const main = document.querySelector("main")
  const table = "<table><tbody><tr><td>1,488</td><td>8.5</td></tr></tbody></table>"
  const list = "<div class=card><table class=list><thead></thead><tbody><tr><td>bare</td></tr></tbody></table></div>"
  main.insertAdjacentHTML("beforeend", list)
  main.insertAdjacentHTML("beforeend", table + "<p>cut off</p><p>wide</p><button>low</button>")
  main.querySelector(":scope > table").style.width = "1px"
  const [cut, wide] = [...main.querySelectorAll(":scope > p")].slice(-2)
  for (const cell of main.querySelectorAll(":scope > table td")) Object.assign(cell.style, { padding: "0", width: "1px" })
  Object.assign(cut.style, { width: "20px", overflow: "hidden", whiteSpace: "nowrap" })
  wide.style.width = "900px"
}"""
