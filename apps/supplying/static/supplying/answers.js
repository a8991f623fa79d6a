/* An answer on its row: a day with one tap, further parts, what is left in the last of them. */
(() => {
  "use strict";
  const find = (selector, from) => from.querySelector(selector);
  const all = (selector, from) => [...from.querySelectorAll(selector)];
  const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  const acts = {
    later(button, fields) {
      const day = all(".date", fields).at(-1);
      day.value = button.dataset.day;
      changed(day);
    },
    "add-portion"(button, fields) {
      const portions = all(".portion", fields);
      const copy = portions[0].cloneNode(true);
      const sum = portions.reduce((n, portion) => n + Number(find(".qty", portion).value || 0), 0);
      const rest = Number(button.dataset.total) - sum;
      find(".qty", copy).value = rest > 0 ? rest : "";
      find("[data-act=remove-portion]", copy).hidden = false;
      portions.at(-1).after(copy);
      find(".qty", copy).focus();
    },
    "remove-portion"(button, fields) {
      button.closest(".portion").remove();
      changed(find(".qty", fields));
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".reply-fields [data-act]");
    if (button) acts[button.dataset.act]?.(button, button.closest(".reply-fields"));
  });
})();
