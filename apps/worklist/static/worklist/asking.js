/* Who types another day for a line means that line: it is chosen. The reason stays what is true of all chosen lines, until
   somebody chooses another one. */
(() => {
  "use strict";
  const reason = document.querySelector("#reason");
  const fitting = () => {
    const rows = [...document.querySelectorAll("tr[data-ask]:has([name=line]:checked)")];
    const found = new Set(rows.map((row) => row.dataset.reason));
    if (found.size < 2) return [...found][0] ?? "";
    return found.has("") ? "" : "needed";
  };
  let [proposed, isTheirs] = [fitting(), false];
  document.addEventListener("input", (event) => {
    if (event.target === reason) isTheirs = true;
    const pick = event.target.closest("tr[data-ask]")?.querySelector("[name=line]");
    if (!pick) return;
    if (event.target !== pick) pick.checked = true;
    const next = fitting();
    if (reason && !isTheirs && reason.value === proposed) reason.value = next;
    proposed = next;
  });
})();
