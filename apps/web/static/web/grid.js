/* A block from a spreadsheet falls into the fields of a table[data-grid] from the one that it is pasted into on: right and
   down, column below column; data-more names the button that makes a further row. What finds no field is told. */
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
    const lines = event.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
    const start = row && [...fieldsOf(row)].find(([, field]) => field === event.target)?.[0];
    if (start === undefined || start === null || (lines.length < 2 && !lines[0].includes("\t"))) return;
    event.preventDefault();
    const table = row.closest("table");
    const top = rowsOf(table).indexOf(row);
    const missing = Math.min(top + lines.length, MOST) - rowsOf(table).length;
    for (let n = 0; table.dataset.more && n < missing; n++) find(table.dataset.more).click();
    const rows = rowsOf(table).map(fieldsOf);
    const places = [...new Set(rows.flatMap((one) => [...one.keys()]))].sort((a, b) => a - b);
    const left = [];
    lines.forEach((line, down) =>
      line.split("\t").forEach((cell, right) => {
        const field = rows[top + down]?.get(places[places.indexOf(start) + right]);
        if (cell.trim() && !(field && put(field, cell.trim()))) left.push(cell.trim());
      }),
    );
    event.target.focus();
    if (!left.length) return;
    const text = words.unpasted.replace("{n}", left.length).replace("{cell}", left[0].slice(0, 40));
    dispatchEvent(new CustomEvent("dure:toast", { detail: { text, tone: "bad" } }));
  });
})();
