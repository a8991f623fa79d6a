/* The daily grid: as last time in one tap, a column pasted from a spreadsheet, from field to field by the phone's own key. */
(() => {
  "use strict";
  const form = document.querySelector("form#daily, form#count");
  if (!form) return;
  const all = (selector, from = form) => [...from.querySelectorAll(selector)];
  const fields = all(".daily input[name^=good-]");
  const told = form.querySelector("[data-count]");
  const count = () => {
    if (told) told.textContent = fields.filter((field) => field.value.trim()).length;
  };
  const put = (row, value) => {
    const field = row.querySelector("input[name^=good-]");
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true })); /* which the browser keeps until it is sent */
  };
  const acts = {
    same: (button) => put(button.closest("tr"), button.dataset.value),
    "same-all": (button, event) => {
      event.preventDefault();
      all(".daily tr:not([data-told]) [data-act=same]").forEach((one) => {
        const row = one.closest("tr");
        if (!row.querySelector("input[name^=good-]").value) put(row, one.dataset.value);
      });
    },
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button && acts[button.dataset.act]) acts[button.dataset.act](button, event);
  });
  form.addEventListener("input", count);
  form.addEventListener("change", (event) => {
    const field = event.target.closest("[data-goes]");
    if (!field || !field.value) return;
    const to = new URL(location.href);
    to.searchParams.set("site", form.elements.site.value);
    to.searchParams.set(field.dataset.goes, field.value);
    location.assign(to);
  });
  /* One column of figures falls down from the field; whether it is one. With numbers of parts beside it, the server finds the rows. */
  function down(field, lines) {
    const from = fields.indexOf(field);
    const cells = lines.map((line) => line.trim());
    if (from < 0 || !cells.every((cell) => /^[-+]?[\d.,]*$/.test(cell))) return false;
    cells.forEach((cell, n) => cell && fields[from + n] && put(fields[from + n].closest("tr"), cell));
    const left = cells.slice(fields.length - from).filter(Boolean);
    if (!left.length) return true;
    const text = document.querySelector("#words").dataset.unpasted.replace("{n}", left.length).replace("{cell}", left[0]);
    dispatchEvent(new CustomEvent("dure:toast", { detail: { text, tone: "bad" } }));
    return true;
  }
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    const field = event.target.closest(".daily input");
    if (!field || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    if (down(field, text.replace(/\r\n?/g, "\n").trimEnd().split("\n"))) return;
    const table = form.elements.text; /* in which cells may still wait to be mended */
    table.value = table.value.trim() ? `${table.value.trimEnd()}\n${text}` : text;
    form.requestSubmit(form.querySelector("#paste"));
  });
  form.addEventListener("keydown", (event) => {
    const at = fields.indexOf(event.target);
    if (event.key !== "Enter" || at < 0) return;
    event.preventDefault();
    (fields[at + 1] ?? form.querySelector("button[value=send]")).focus();
  });
  count();
})();
