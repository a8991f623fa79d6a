/* Weeks of a group: a block pasted from a spreadsheet falls into the fields from where it was pasted on; Enter goes down. */
(() => {
  "use strict";
  const form = document.querySelector("form#weeks");
  if (!form) return;
  const columns = ["actual", "maximum"].map((name) => [...form.querySelectorAll(`input[name^=${name}-]`)]);
  const place = (field) => {
    const column = columns.findIndex((fields) => fields.includes(field));
    return column < 0 ? null : [column, columns[column].indexOf(field)];
  };
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    const at = place(event.target);
    if (!at || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    text.split("\n").forEach((line, down) =>
      line.split("\t").forEach((cell, right) => {
        const field = columns[at[0] + right]?.[at[1] + down];
        if (!field) return;
        field.value = cell.trim();
        field.dispatchEvent(new Event("input", { bubbles: true })); /* which the browser keeps until it is sent */
      }),
    );
  });
  /* On a phone the later weeks are folded until they are asked for. */
  const table = form.querySelector("table.folds");
  const more = form.querySelector(".more-weeks");
  if (table && more) {
    table.classList.add("folded");
    more.hidden = false;
    more.addEventListener("click", () => {
      table.classList.remove("folded");
      more.hidden = true;
      table.querySelector(".later summary")?.focus();
    });
  }
  form.addEventListener("keydown", (event) => {
    const at = place(event.target);
    if (event.key !== "Enter" || !at) return;
    event.preventDefault();
    (columns[at[0]][at[1] + 1] ?? form.querySelector("button.primary")).focus();
  });
})();
