/* Who types another day for a line means that line: it is chosen. */
(() => {
  "use strict";
  document.addEventListener("input", (event) => {
    const pick = event.target.closest("tr[data-ask]")?.querySelector("[name=line]");
    if (pick && event.target !== pick) pick.checked = true;
  });
})();
