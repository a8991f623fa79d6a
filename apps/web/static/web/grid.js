/* A block from a spreadsheet falls into the fields of a table[data-grid] from the one that it is pasted into on: right and
   down, column below column; data-more names the button that makes a further row. Where its first row has the names of
   columns (their heads, or data-heads of them), each falls into its own; where the cells are none of the fields that they
   would fall into, such as a whole row pasted into its quantity, into those that they are. What finds no field is told. */
(() => {
  "use strict";
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const words = find("#words").dataset;
  const ISO = /^(\d{4})\D{0,2}(\d{1,2})\D{1,2}(\d{1,2})\D{0,2}$|^(\d{4})(\d\d)(\d\d)$/;
  /* By its words or its number; by its value only where none is called so: a number that is pasted never means a row's key. */
  function optionOf(options, text) {
    const said = text.toLowerCase();
    const words = (option) => option.text.trim().toLowerCase();
    const isCalled = (option) => [words(option), words(option).split(" · ")[0].trim()].includes(said);
    const isMeant = (option) => !/^\d+$/.test(said) && option.value.toLowerCase() === said;
    const some = [...options].filter((option) => option.value);
    return some.find(isCalled) ?? some.find(isMeant);
  }
  const MOST = 200; /* lines of one order, as the server takes them */
  const rowsOf = (table) => all("tbody tr", table);
  const fieldsOf = (row) => {
    const found = new Map();
    for (const cell of row.cells)
      all("input:not([type=hidden], [type=checkbox]), select", cell)
        .filter((field) => !field.closest(".portion ~ .portion"))
        .forEach((field, n) => found.set(cell.cellIndex * 10 + n, field));
    return found;
  };
  const plain = (text) =>
    text
      .normalize("NFKC")
      .toLowerCase()
      .replace(/\([^)]*\)|\[[^\]]*\]/g, "")
      .replace(/[^\p{L}\p{N}]+/gu, "");
  /* The place of a head's column among the fields; -1 where it has none. */
  function placeOf(table, places, head) {
    const said = plain(head);
    if (!said) return -1;
    const is = (th) => [plain(th.textContent), ...(th.dataset.heads ?? "").split(" ")].includes(said);
    const column = all("thead th", table).find(is)?.cellIndex;
    return column === undefined ? -1 : places.findIndex((place) => Math.floor(place / 10) === column);
  }
  const NUMBER = /^[-+−]?\d[\d.,'\s]*\s*\p{L}{0,4}$/u;
  /* Whether a cell may be meant for a field. */
  function fits(field, text) {
    if (field.matches("select")) return optionOf(field.options, text) !== undefined;
    if (field.type === "date") return ISO.test(text);
    return field.inputMode !== "decimal" && field.inputMode !== "numeric" ? true : NUMBER.test(text);
  }
  /* Where the first column falls: at the field that it is pasted into, unless more of the cells are those from another on. */
  function startOf(lines, places, fields, start) {
    const score = (from) =>
      lines.slice(0, 20).reduce((sum, cells) => sum + cells.filter((text, n) => {
        const field = fields.get(places[from + n]);
        return text && field && fits(field, text);
      }).length, 0);
    return places.map((_place, from) => from).reduce((best, from) => (score(from) > score(best) ? from : best), start);
  }
  function put(field, text) {
    let value = text;
    if (field.matches("select")) {
      value = optionOf(field.options, text)?.value;
    } else if (field.type === "date") {
      const [year, month, day] = (ISO.exec(text) ?? []).slice(1).filter(Boolean);
      value = day && `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    }
    if (!value || field.disabled) return false;
    const stood = field.value;
    field.value = value;
    if (field.value !== value) {
      field.value = stood; /* a day that is none empties the field */
      return false;
    }
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
    return true;
  }
  document.addEventListener("paste", (event) => {
    const row = event.target.closest("table[data-grid] tbody tr");
    const text = event.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    let lines = text.split("\n").map((line) => line.split("\t").map((cell) => cell.trim()));
    const start = row && [...fieldsOf(row)].find(([, field]) => field === event.target)?.[0];
    if (start === undefined || start === null || (lines.length < 2 && lines[0].length < 2)) return;
    event.preventDefault();
    const table = row.closest("table");
    const top = rowsOf(table).indexOf(row);
    const places = [...fieldsOf(row).keys()].sort((a, b) => a - b);
    const heads = lines[0].map((head) => placeOf(table, places, head));
    const named = heads.filter((place) => place >= 0);
    const isHeaded = lines.length > 1 && named.length > 0 && new Set(named).size === named.length;
    if (isHeaded) lines = lines.slice(1);
    const from = isHeaded ? 0 : startOf(lines, places, fieldsOf(row), places.indexOf(start));
    const into = lines[0].map((_cell, n) => (isHeaded ? heads[n] : from + n));
    const missing = Math.min(top + lines.length, MOST) - rowsOf(table).length;
    for (let n = 0; table.dataset.more && n < missing; n++) find(table.dataset.more).click();
    const rows = rowsOf(table).map(fieldsOf);
    const left = [];
    lines.forEach((cells, down) =>
      cells.forEach((cell, right) => {
        const field = rows[top + down]?.get(places[into[right] ?? -1]);
        if (cell && !(field && put(field, cell))) left.push(cell);
      }),
    );
    event.target.focus();
    if (!left.length) return;
    const said = words.unpasted.replace("{n}", left.length).replace("{cell}", left[0].slice(0, 40));
    dispatchEvent(new CustomEvent("dure:toast", { detail: { text: said, tone: "bad" } }));
  });
})();
