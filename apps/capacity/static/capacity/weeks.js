/* Weeks of a group: Enter goes down, the later ones are folded on a phone. */
(() => {
  "use strict";
  const form = document.querySelector("form#weeks");
  if (!form) return;
  const columns = ["actual", "maximum"].map((name) => [...form.querySelectorAll(`input[name^=${name}-]`)]);
  const place = (field) => {
    const column = columns.findIndex((fields) => fields.includes(field));
    return column < 0 ? null : [column, columns[column].indexOf(field)];
  };
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
