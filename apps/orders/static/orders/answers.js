/* Lines of an order that are answered, changed or written: portions, what differs from the request, the sum. */
(() => {
  "use strict";
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const lang = document.documentElement.lang;
  const words = find("#words").dataset;
  const signed = (n) => (n > 0 ? "+" : "") + n.toLocaleString(lang).replace("-", "−");

  /* What reads the whole table is done once a frame: a pasted block changes hundreds of fields in one. */
  const awaited = new Set();
  const soon = (work) => {
    if (!awaited.size)
      requestAnimationFrame(() => {
        const works = [...awaited];
        awaited.clear();
        works.forEach((one) => one());
      });
    awaited.add(work);
  };
  /* The part that nobody typed in holds what the others leave. */
  function settle(row) {
    const free = row.matches("[data-line]") && all(".qty:not([data-typed])", row).at(-1);
    if (free) free.value = Math.max(0, Number(row.dataset.quantity) - total(row) + Number(free.value || 0)) || "";
  }

  const acts = {
    /* Sends the answer; asks first when something typed would be lost. */
    "accept-all": (button, event) => {
      if (!find("tr[data-line].changed")) return;
      event.preventDefault();
      find("#accept-all").showModal();
    },
    "add-portion": (button) => {
      const row = button.closest("tr");
      const portions = all(".portion", row);
      const copy = portions[0].cloneNode(true);
      const rest = Number(row.dataset.quantity ?? 0) - total(row);
      find(".qty", copy).value = rest > 0 ? rest : "";
      delete find(".qty", copy).dataset.typed; /* until somebody types there, it holds what the others leave */
      all(".diff", copy).forEach((node) => (node.textContent = ""));
      find("[data-act=add-portion]", copy).remove();
      find("[data-act=remove-portion]", copy).hidden = false;
      portions.at(-1).after(copy);
      find(".qty", copy).focus();
      if (row.matches("[data-line]")) compare(row);
      sum();
    },
    "remove-portion": (button) => {
      const row = button.closest("tr");
      button.closest(".portion").remove();
      settle(row);
      find("[data-act=add-portion]", row).focus();
      find(".date", row).dispatchEvent(new Event("input", { bubbles: true }));
    },
    "add-line": () => {
      const body = find("#new-lines");
      const copy = find("#new-line").content.cloneNode(true);
      body.append(copy);
      dispatchEvent(new Event("dure:rows")); /* which carry the heads of their columns */
      find("select", body.lastElementChild).focus();
    },
    "remove-line": (button) => {
      const row = button.closest("tr");
      if (row.parentElement.children.length > 1) row.remove();
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) acts[button.dataset.act]?.(button, event);
  });

  /* A day as the server writes it: with its year where that is not this one. */
  function dayText(iso) {
    const day = new Date(iso);
    const year = day.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
    return new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", ...year }).format(day);
  }

  /* The answer table: what differs from the request shows while typing. */
  const total = (row) => all(".portion .qty", row).reduce((n, field) => n + Number(field.value || 0), 0);
  const money = (value, currency) =>
    (value > 0 ? "+" : "−") + new Intl.NumberFormat(lang, { style: "currency", currency }).format(Math.abs(value));
  function compare(row) {
    const portions = all(".portion", row);
    const more = total(row) - Number(row.dataset.quantity);
    let isChanged = more !== 0 || portions.length > 1;
    portions.forEach((portion, index) => {
      const date = find(".date", portion);
      const days = Math.round((new Date(date.value) - new Date(row.dataset.date)) / 864e5) || 0;
      isChanged ||= days !== 0;
      find(".diff-date", portion).textContent = days ? signed(days) + words.days : "";
      find(".diff-quantity", portion).textContent = more && index === portions.length - 1 ? signed(more) : "";
      date.classList.toggle("differs", days !== 0);
      find(".qty", portion).classList.toggle("differs", more !== 0);
    });
    row.classList.toggle("changed", isChanged);
    row.classList.toggle("refused", total(row) === 0);
    const reason = find("select.reason", row);
    reason.disabled = !isChanged;
    if (!isChanged) reason.value = "";
  }
  function sum() {
    const target = find("#sum");
    if (!target) return;
    const rows = all("tr[data-line]");
    const dates = rows.flatMap((row) => all(".date", row).map((node) => node.value)).filter(Boolean).sort();
    const latest = dates.length ? dayText(dates.at(-1)) : "—";
    const changed = rows.filter((row) => row.classList.contains("changed")).length;
    const value = rows.reduce((sum, row) => sum + (total(row) - Number(row.dataset.quantity)) * Number(row.dataset.price), 0);
    const text = target.dataset.text.replace("{n}", changed).replace("{m}", rows.length).replace("{d}", latest);
    target.textContent = value ? `${text} · ${money(value, target.dataset.currency)}` : text;
  }
  document.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-line]");
    if (row && event.target.matches(".qty, .date")) {
      if (event.target.matches(".qty")) {
        event.target.dataset.typed = "";
        settle(row);
      }
      compare(row);
      soon(sum);
    }
  });
  const compareAll = () => {
    all("tr[data-line]").forEach(compare);
    sum();
  };
  document.addEventListener("htmx:afterSwap", compareAll);
  all(".portion + .portion").forEach((portion) => /* several that come with the page were typed before */
    all(".qty", portion.closest("tr")).forEach((field) => (field.dataset.typed = "")),
  );
  compareAll();
  const refused = find("tr .row-error");
  if (refused) {
    find("[aria-invalid=true]", refused.closest("tr"))?.focus({ preventScroll: true });
    refused.scrollIntoView({ block: "center" }); /* clear of the bars above and below */
  }

  /* Beside the fields of a new order: what would be no whole pack, too little, too early, or a day off. Said, not refused. */
  const lines = find("#new-lines");
  function hint(row, off) {
    const { pack, minimum, first, days } = find("select.part", row).selectedOptions[0]?.dataset ?? {};
    const quantity = Number(find(".qty", row).value.replaceAll(",", ""));
    const day = find(".date", row).value;
    const say = (name, n) => lines.dataset[name].replace("{n}", Number(n).toLocaleString(lang));
    const ofQuantity = [];
    if (quantity && minimum && quantity < Number(minimum)) ofQuantity.push(say("minimum", minimum));
    if (quantity && pack && Math.abs(quantity / pack - Math.round(quantity / pack)) > 1e-9) ofQuantity.push(say("pack", pack));
    const ofDay = [];
    if (day && first && day < first) ofDay.push(say("first", days));
    if (day && off.includes(day)) ofDay.push(lines.dataset.off);
    find("[data-hint=quantity]", row).textContent = ofQuantity.join(", ");
    find("[data-hint=date]", row).textContent = ofDay.join(", ");
  }
  const hints = () => {
    const off = (find("#site")?.selectedOptions[0]?.dataset.off ?? "").split(" ");
    if (lines) all("tr", lines).forEach((row) => hint(row, off));
  };
  for (const name of ["input", "change"]) document.addEventListener(name, () => soon(hints));
  hints();
})();
