/* Deliveries: lots of a line, and a scanner that ticks packages. */
(() => {
  "use strict";
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  const acts = {
    "add-lot": (button) => {
      const portions = all(".portion", button.closest("td"));
      const copy = portions[0].cloneNode(true);
      all("input", copy).forEach((field) => (field.value = ""));
      find("button", copy).remove();
      portions.at(-1).after(copy);
      find("input", copy).focus();
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) acts[button.dataset.act]?.(button, event);
  });

  /* Receiving: a hand scanner types a label and Enter; its package is ticked, the others wait for theirs. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-scan]")) return;
    event.preventDefault();
    const plate = event.target.value.trim().split("=").at(-1);
    const row = all("tr[data-plate]").find((node) => node.dataset.plate === plate);
    event.target.classList.toggle("differs", !row);
    event.target.select();
    if (!row) return;
    find("input[type=checkbox]", row).checked = true;
    row.classList.remove("scanned");
    void row.offsetWidth;
    row.classList.add("scanned");
    row.scrollIntoView({ block: "nearest" });
    event.target.value = "";
  });
})();
