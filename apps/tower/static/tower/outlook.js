/* A row's days: each opens what stands behind it, by a click, or by arrows and Enter. One stop of the tab key a row. */
(() => {
  "use strict";
  const words = document.querySelector("#day-words")?.dataset ?? {};
  const dayOf = (cell) => {
    const day = new Date(`${cell.parentElement.dataset.first}T00:00Z`);
    day.setUTCDate(day.getUTCDate() + [...cell.parentElement.children].indexOf(cell));
    return day;
  };
  const open = (cell) => location.assign(`${cell.parentElement.dataset.days}?day=${dayOf(cell).toISOString().slice(0, 10)}#behind`);
  function name(cell) {
    if (cell.ariaLabel) return;
    const day = dayOf(cell).toLocaleDateString(document.documentElement.lang, { timeZone: "UTC", month: "short", day: "numeric", weekday: "short" });
    const said = (cell.textContent === "?" ? words.unknown : words.lasts).replace("{day}", day).replace("{n}", cell.textContent);
    cell.ariaLabel = cell.title = cell.matches(".p") ? `${said} · ${words.proposed}` : said;
    cell.role = "link";
  }
  function go(cell) {
    if (!cell) return;
    name(cell);
    cell.parentElement.tabIndex = cell.tabIndex = -1;
    cell.focus();
  }
  const cellOf = (event) => event.target.closest?.(".days-strip[data-days] > i");
  document.addEventListener("pointerover", (event) => cellOf(event) && name(cellOf(event)));
  document.addEventListener(
    "click",
    (event) => {
      if (!cellOf(event)) return;
      event.stopPropagation(); /* the row would open its part */
      open(cellOf(event));
    },
    true,
  );
  /* The tab key comes to the row's worst day, and leaves by the same key. */
  document.addEventListener("focusin", (event) => {
    const strip = event.target;
    if (strip.matches(".days-strip[data-days]")) go(strip.querySelector(".x") ?? strip.querySelector(".p") ?? strip.firstElementChild);
  });
  document.addEventListener("focusout", (event) => cellOf(event) && (cellOf(event).parentElement.tabIndex = 0));
  document.addEventListener("keydown", (event) => {
    const cell = cellOf(event);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") open(cell);
    const to = {
      ArrowRight: cell.nextElementSibling,
      ArrowLeft: cell.previousElementSibling,
      Home: cell.parentElement.firstElementChild,
      End: cell.parentElement.lastElementChild,
    };
    if (event.key !== "Enter" && !(event.key in to)) return;
    event.preventDefault();
    go(to[event.key]);
  });
})();
