/* An answer on its row: a day with one tap, further parts, of which the one that nobody typed in holds what the others leave. */
(() => {
  "use strict";
  const find = (selector, from) => from.querySelector(selector);
  const all = (selector, from) => [...from.querySelectorAll(selector)];
  let isOurs = false; /* while a script changes a field, nobody types */
  const changed = (field) => {
    isOurs = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    isOurs = false;
  };
  function settle(fields) {
    const free = all(".qty:not([data-typed])", fields).at(-1);
    const button = find("[data-act=add-portion]", fields);
    if (!free || !button) return;
    const others = all(".qty", fields).filter((field) => field !== free);
    const rest = Number(button.dataset.total) - others.reduce((n, field) => n + Number(field.value || 0), 0);
    if (!Number.isNaN(rest)) free.value = rest > 0 ? rest : "";
  }
  const acts = {
    later(button, fields) {
      const day = all(".date", fields).at(-1);
      day.value = button.dataset.day;
      changed(day);
    },
    "add-portion"(button, fields) {
      const portions = all(".portion", fields);
      const copy = portions[0].cloneNode(true);
      const amount = find(".qty", copy);
      delete amount.dataset.typed;
      const sum = portions.reduce((n, portion) => n + Number(find(".qty", portion).value || 0), 0);
      const rest = Number(button.dataset.total) - sum;
      amount.value = rest > 0 ? rest : "";
      find("[data-act=remove-portion]", copy).hidden = false;
      portions.at(-1).after(copy);
      amount.focus();
    },
    "remove-portion"(button, fields) {
      button.closest(".portion").remove();
      settle(fields);
      changed(find(".qty", fields));
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".reply-fields [data-act]");
    if (button) acts[button.dataset.act]?.(button, button.closest(".reply-fields"));
  });
  document.addEventListener("input", (event) => {
    const fields = event.target.matches(".qty") && !isOurs && event.target.closest(".reply-fields");
    if (!fields) return;
    event.target.dataset.typed = "";
    settle(fields);
  });
  /* Several parts that come with the page were typed before. */
  all(".reply-fields .portion + .portion", document).forEach((portion) =>
    all(".qty", portion.parentElement).forEach((field) => (field.dataset.typed = "")),
  );
  const refused = find(".reply-fields .row-error", document);
  if (refused) {
    const fields = refused.closest(".reply-fields");
    const field = find("[aria-invalid=true]", fields) ?? find("input:not([type=hidden])", fields);
    field?.focus({ preventScroll: true });
    refused.scrollIntoView({ block: "center" }); /* clear of the bars above and below */
  }
})();
