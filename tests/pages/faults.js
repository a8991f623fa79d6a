/* What the eye or the finger would trip over inside `root`: values that touch or lie on one another, texts cut off, what is
   too low or too narrow to be pressed, values and fields without a name that is seen, fields into which a phone zooms. */
(selector) => {
  const root = document.querySelector(selector);
  const found = [];
  const HIDDEN = ".vh, svg, option, script, template, .printed";
  const FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=submit]), select, textarea";
  const isNarrow = innerWidth < 760;
  const isTouched = isNarrow || matchMedia("(pointer: coarse)").matches;
  /* What is there for a reader's ears only is clipped away. */
  const isClipped = (node) => {
    for (let out = node; out; out = out.parentElement) if (getComputedStyle(out).clipPath !== "none") return true;
    return false;
  };
  const isSeen = (node) => {
    const { width, height } = node.getBoundingClientRect();
    const inOther = node.closest("dialog") !== root.closest("dialog");
    return width > 1 && height > 1 && !inOther && !node.closest(HIDDEN) && !isClipped(node) && node.checkVisibility({ visibilityProperty: true });
  };
  const said = (node) => node.textContent.trim().replace(/\s+/g, " ").slice(0, 60);

  /* The part of a box that its scroller shows. */
  const clipped = ({ left, right, top, bottom }, node) => {
    for (let out = node; out && out !== root; out = out.parentElement) {
      if (!["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(out).overflowX)) continue;
      const box = out.getBoundingClientRect();
      [left, right, top, bottom] = [Math.max(left, box.left), Math.min(right, box.right), Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, right, top, bottom };
  };
  const boxes = (cell) => {
    const all = [];
    const put = (rect, node, words) => {
      const box = clipped(rect, node);
      if (box.right - box.left > 1 && box.bottom - box.top > 1) all.push({ ...box, words, node });
    };
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = cell; node; node = walker.nextNode()) {
      if (node.nodeType === 1) {
        if (node.matches(FIELDS) && isSeen(node)) put(node.getBoundingClientRect(), node, node.name || node.id);
      } else if (node.data.trim() && isSeen(node.parentElement) && !node.parentElement.matches(FIELDS)) {
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) put(rect, node.parentElement, node.data.trim());
      }
    }
    return all;
  };

  /* Side by side without a gap. */
  const isRow = (node) => ["flex", "inline-flex", "grid", "inline-grid", "table-row"].includes(getComputedStyle(node).display);
  for (const row of [root, ...root.querySelectorAll("*")]) {
    if (row.closest("svg") || row.children.length < 2 || !isRow(row)) continue;
    const least = row.matches("tr, dl, .tiles") ? 4 : 3;
    const cells = [...row.children].map(boxes);
    for (let i = 0; i < cells.length; i++)
      for (let j = i + 1; j < cells.length; j++)
        for (const a of cells[i])
          for (const b of cells[j]) {
            const across = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            const gap = Math.max(a.left, b.left) - Math.min(a.right, b.right);
            if (across > 3 && gap < least) found.push(`touch (${Math.round(gap)} px): ${a.words} | ${b.words}`);
          }
  }
  /* On one another; what floats over the page (a foot that stays, the first column) may. */
  const floats = (node) => {
    for (let out = node; out && out !== root; out = out.parentElement)
      if (["sticky", "fixed", "absolute"].includes(getComputedStyle(out).position)) return out;
    return null;
  };
  const texts = boxes(root).map((box) => ({ ...box, above: floats(box.node) }));
  texts.sort((a, b) => a.top - b.top);
  texts.forEach((a, at) => {
    for (let next = at + 1; next < texts.length && texts[next].top < a.bottom - 3; next++) {
      const b = texts[next];
      if (a.node === b.node || a.above !== b.above) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2) found.push(`overlap: ${a.words} | ${b.words}`);
    }
  });

  for (const part of root.querySelectorAll("*")) {
    const style = getComputedStyle(part);
    const own = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !isSeen(part) || part.matches(FIELDS) || style.textOverflow === "ellipsis") continue;
    const isCut = ["hidden", "clip"].includes(style.overflowX) || part.matches(".btn, .status");
    if (isCut && part.scrollWidth > part.clientWidth + 1) found.push(`cut: ${said(part)}`);
  }

  /* Where the head of a table is hidden each value carries its own; a row's name and its state need none. */
  const tables = [...root.querySelectorAll("table")].filter(isSeen);
  const headless = tables.filter((table) => table.tHead && getComputedStyle(table.tHead).position === "absolute");
  const isHeaded = (cell) => {
    const head = cell && getComputedStyle(cell, "::before");
    return Boolean(head && head.display !== "none" && head.content.length > 2 && cell.dataset.head);
  };
  for (const table of headless)
    for (const cell of table.querySelectorAll("tbody td:not(:first-child, .first, .state), tfoot td:not(:first-child)")) {
      if (!cell.offsetParent || cell.colSpan > 1 || isHeaded(cell)) continue;
      const bare = cell.cloneNode(true);
      bare.querySelectorAll(".btn, button, .status, .vh, svg, select, label, .row-error, .mini").forEach((node) => node.remove());
      if (said(bare)) found.push(`bare: ${said(bare)}`);
    }
  const fields = [...root.querySelectorAll(`${FIELDS}, input[type=checkbox], input[type=radio]`)].filter(isSeen);
  if (isNarrow)
    for (const field of fields) {
      if (field.matches("[type=search], [name=row], [data-all]")) continue;
      const isNamed = [...(field.labels ?? [])].some((label) => boxes(label).some((box) => box.node !== field));
      if (!isNamed && !isHeaded(field.closest("td"))) found.push(`unnamed: ${field.name || field.id}`);
    }

  if (isTouched) {
    const pressed = ["button", ".btn", "summary", ".tabs a", ...(isNarrow ? [FIELDS] : [])].join(", ");
    for (const press of root.querySelectorAll(`:is(${pressed})`)) {
      if (!isSeen(press) || press.matches(".search input")) continue;
      const { width, height } = press.getBoundingClientRect();
      const [w, h] = [width, height].map((size) => Math.round(size * 10) / 10);
      if (h < 44 || (isNarrow && w < 44)) found.push(`low (${w} × ${h} px): ${said(press) || press.name}`);
    }
  }
  if (isNarrow)
    for (const field of fields) {
      const isTicked = field.matches("[type=checkbox], [type=radio]");
      const area = isTicked && (field.labels?.[0] ?? field.closest("td") ?? field).getBoundingClientRect();
      if (isTicked && area.height < 44) found.push(`low (${Math.round(area.height)} px): ${field.name}`);
      const size = parseFloat(getComputedStyle(field).fontSize);
      if (!isTicked && size < 16) found.push(`zoomed (${size} px): ${field.name || field.id}`);
    }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  const forms = [...root.querySelectorAll("form")].filter((form) => [...form.elements].some((node) => fields.includes(node)));
  const own = root.matches("form") ? 1 : 0;
  return {
    faults: [...new Set(found)],
    examined: { tables: tables.length, headless: headless.length, forms: forms.length + own, fields: fields.length },
  };
}
