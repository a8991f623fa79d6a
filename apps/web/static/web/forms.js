/* Forms: what was typed outlives a lost connection, a reload and a closed tab until the server has taken it; what is sent
   without a connection waits where it is seen, and is sent once. All of it goes with the sign-out; secrets are never kept. */
(() => {
  "use strict";
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const DAY = 864e5;
  const HOUR = 36e5;
  const owner = document.documentElement.dataset.owner; /* person.firm; none where nobody is signed in */
  const person = `dure:${owner?.split(".")[0]}.`;
  const own = `dure:${owner}:`;
  const words = find("#words")?.dataset ?? {};
  const toast = (text, tone) => dispatchEvent(new CustomEvent("dure:toast", { detail: { text, tone } }));

  /* Storage that may be full or forbidden: then nothing is kept, and nothing breaks. */
  const names = (start) => Object.keys(localStorage).filter((name) => name.startsWith(start));
  const drop = (name) => localStorage.removeItem(name);
  function read(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }
  function keep(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      /* as above */
    }
  }

  /* A half-written form is not lost by leaving, and Enter in a field moves on instead of saving. */
  let isDirty = Boolean(find("[data-guard]") && find("main :is([aria-invalid=true], [role=alert])")); // refused, so not saved
  let chooser;
  document.addEventListener("input", (event) => (isDirty ||= Boolean(event.target.closest("[data-guard]"))));
  document.addEventListener("submit", () => (isDirty = false));
  addEventListener("beforeunload", (event) => isDirty && event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-guard] :is(input, select)")) return;
    event.preventDefault();
    const fields = all("input:not([type=hidden]), select, button", event.target.form).filter((node) => !node.disabled);
    fields[fields.indexOf(event.target) + 1]?.focus();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-submit]")) return;
    if (!isDirty) return event.target.form.requestSubmit();
    chooser = event.target;
    find("#lose").showModal();
  });

  /* Before somebody is signed in nothing is kept but this: another language keeps what was typed, passwords and files not. */
  const TYPED = "typed";
  const shown = () =>
    all("main :is(input, select, textarea)[name]").filter((node) => !/hidden|password|file/.test(node.type));
  document.addEventListener("submit", (event) => {
    if (owner || event.submitter?.name !== "language") return;
    const kept = shown().map((node) => [node.name, /checkbox|radio/.test(node.type) ? node.checked : node.value]);
    sessionStorage.setItem(TYPED, JSON.stringify([location.pathname, kept]));
  });
  const [from, kept] = JSON.parse(sessionStorage.getItem(TYPED) ?? "[]");
  sessionStorage.removeItem(TYPED);
  shown().forEach((node, index) => {
    const [name, value] = (from === location.pathname && kept[index]) || [];
    if (name !== node.name) return;
    if (typeof value === "boolean") node.checked = value;
    else node.value = value;
  });

  /* What is typed. */
  const isKept = (form) =>
    owner && form.method === "post" && form.closest("main, dialog") && !form.matches("[data-unkept]") && !find("[type=password]", form);
  const typed = (form) =>
    [...form.elements].filter((node) => node.name && !node.disabled && !/^(hidden|file|submit|button|fieldset)$/.test(node.type));
  const isTick = (node) => node.type === "checkbox" || node.type === "radio";
  const moved = new Map(); /* field → what was typed in it and is not filled in (hasMoved); kept until something else is */
  const valueOf = (node) => (isTick(node) ? [node.name, node.value, node.checked] : [node.name, moved.get(node)?.value ?? node.value]);
  const values = (form) => typed(form).map(valueOf);
  function placeOf(form) {
    const action = form.getAttribute("action") ?? "";
    const alike = all("form").filter((other) => (other.getAttribute("action") ?? "") === action && other.method === "post");
    return `${own}draft:${location.pathname}:${action}:${alike.indexOf(form)}`;
  }
  const atFirst = new Map(); /* form → its values as the server wrote them */
  const rowsAtFirst = new Map(); /* the same, each beside its row */
  /* A figure that is typed against another one (stock against the ledger): against which, and when. */
  function besides(form) {
    const before = read(placeOf(form))?.beside ?? {};
    const held = typed(form).filter((node) => node.value && node.dataset.beside !== undefined);
    const fresh = ({ value, dataset }) => ({ value, then: dataset.beside, at: Date.now() });
    const isSame = (entry, { value, dataset }) => entry?.value === value && entry.then === dataset.beside;
    const now = held.map((node) => [node.name, isSame(before[node.name], node) ? before[node.name] : fresh(node)]);
    const still = [...moved].filter(([node]) => node.form === form).map(([node, entry]) => [node.name, entry]);
    return Object.fromEntries([...now, ...still]);
  }
  /* That other figure has moved since: what was typed is said beside the field, and not filled in over it. */
  function hasMoved(field, value, entry) {
    const now = field.dataset.beside;
    if (!value || now === undefined || !entry || entry.then === now) return false;
    const at = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const said = { at, value, then: entry.then || "—", now: now || "—" };
    const mark = Object.assign(document.createElement("p"), { className: "row-error" });
    mark.textContent = words.moved.replace(/\{(\w+)\}/g, (_all, name) => said[name]);
    field.after(mark);
    moved.set(field, entry);
    return true;
  }
  function note(form) {
    if (!form || !isKept(form) || !typed(form).length) return;
    const now = values(form);
    const base = atFirst.get(form) ?? JSON.stringify(now);
    const query = location.search;
    if (JSON.stringify(now) !== base) keep(placeOf(form), { base, now, query, beside: besides(form), at: Date.now() });
    else if (read(placeOf(form))?.query === query) drop(placeOf(form));
  }
  for (const kind of ["input", "change"])
    document.addEventListener(kind, ({ target }) => {
      moved.delete(target);
      note(target.form);
    });

  /* Portions and lines that were added are added again. */
  function grow(form, field) {
    const add = field && find("[data-act=add-portion], [data-act=add-lot]", field.closest("tr") ?? form);
    (add ?? find("[data-act=add-line]", form))?.click();
  }
  /* Whether anything is filled in again. Ticks come last: a field that is filled in may tick its row by itself. */
  function fill(form, draft) {
    const seen = {};
    let isBack = false;
    const tell = (field) => {
      isBack = true;
      field.closest("details")?.setAttribute("open", "");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    for (const [name, value, ticked] of draft.now) {
      if (ticked !== undefined) continue;
      const nth = (seen[name] = (seen[name] ?? -1) + 1);
      const alike = () => [...form.elements].filter((node) => node.name === name);
      if (alike().length <= nth) grow(form, alike()[0]);
      const field = alike()[nth];
      if (!field || field.value === value || hasMoved(field, value, draft.beside?.[name])) continue;
      field.value = value;
      tell(field);
    }
    for (const [name, value, ticked] of draft.now) {
      /* A tick belongs to its value: rows may stand elsewhere now, or be gone. */
      const tick = ticked !== undefined && [...form.elements].find((node) => node.name === name && isTick(node) && node.value === value);
      if (!tick || tick.checked === ticked) continue;
      tick.checked = ticked;
      tell(tick);
    }
    note(form);
    return isBack;
  }
  /* Whether putting it in again would change anything: what was sent meanwhile, or lost its row, is nothing to offer. */
  function isMissing(form, { base, now }) {
    const numbered = (list, seen = {}) => list.map((item) => [...item, (seen[item[0]] = (seen[item[0]] ?? -1) + 1)]);
    const before = new Set(numbered(JSON.parse(base)).map((item) => JSON.stringify(item)));
    return numbered(now).some((item) => {
      if (before.has(JSON.stringify(item))) return false;
      const [name, value] = item;
      const alike = [...form.elements].filter((node) => node.name === name);
      if (item.length === 4) return alike.some((node) => isTick(node) && node.value === value && node.checked !== item[2]);
      const field = alike[item[2]];
      return field ? field.value !== value : Boolean(alike.length || find("[data-act=add-line]", form));
    });
  }
  function offer(form, name, draft, isSame) {
    const box = find("#kept").content.cloneNode(true).firstElementChild;
    find("p", box).textContent = isSame ? words.kept : words.changed;
    const again = find("[data-again]", box);
    again.hidden = isSame;
    again.addEventListener("click", () => {
      fill(form, draft);
      again.hidden = true;
    });
    find("[data-forget]", box).addEventListener("click", () => {
      drop(name);
      isDirty = false;
      location.reload();
    });
    form.before(box);
  }
  function restore() {
    for (const form of all("form")) {
      if (!isKept(form) || !typed(form).length) continue;
      atFirst.set(form, JSON.stringify(values(form)));
      rowsAtFirst.set(form, typed(form).map((node) => [node.closest("tr"), valueOf(node)]));
      const name = placeOf(form);
      const draft = read(name);
      if (!draft) continue;
      if (Date.now() - draft.at > DAY) drop(name);
      /* A refused form comes back with what was typed. */
      else if (find(".row-error", form) || [...form.elements].some((node) => node.matches("[aria-invalid=true]"))) continue;
      /* Under another query (a tab, a view, a page of a list) its fields may only stand elsewhere: there it is still wanted. */
      else if (!isMissing(form, draft)) {
        if (draft.query === location.search) drop(name);
      } else if (JSON.stringify(draft.now) !== atFirst.get(form)) {
        const isSame = draft.base === atFirst.get(form);
        if (!isSame || fill(form, draft)) offer(form, name, draft, isSame);
      }
    }
  }

  /* A list has one form for all its rows. Where one of them is sent, what was typed in the others stays. */
  function restOf(form, button) {
    const row = button?.hasAttribute("formaction") && button.closest("tr");
    if (!row || !rowsAtFirst.has(form)) return null;
    const base = JSON.stringify(rowsAtFirst.get(form).filter(([at]) => at !== row).map(([, value]) => value));
    const now = typed(form).filter((node) => !row.contains(node)).map(valueOf);
    return JSON.stringify(now) === base ? null : { base, now, query: location.search, at: Date.now() };
  }

  /* One click, one act: a form that is on its way is not sent again; the server would do it once all the same. */
  const tab = (sessionStorage.tab ??= String(Math.random()));
  function hold(form, button, isWaiting) {
    const body = [...new FormData(form, button)];
    if (!isKept(form) || body.some(([, value]) => typeof value !== "string")) return false;
    const title = button?.ariaLabel || (find("h2", form) ?? find("h1"))?.textContent.trim().replace(/\s+/g, " ");
    const act = button?.name ? [button.name, button.value] : null;
    const action = button?.hasAttribute("formaction") ? button.formAction : form.action;
    keep(`${own}sent:${new Map(body).get("form_key")}`, { action, body, act, title, draft: placeOf(form), rest: restOf(form, button), tab, isWaiting, at: Date.now() });
    return true;
  }
  addEventListener(
    "submit",
    (event) => {
      if (navigator.onLine) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (hold(event.target, event.submitter, true)) showWaiting();
      else toast(words.offline, "bad");
    },
    true,
  );
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    if (form.matches("[data-sign-out]")) names("dure:").forEach(drop);
    else hold(form, event.submitter, false);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* The server says of each form whether it took it: "key-1", or "key-0" where it refused. */
  function settle() {
    const said = document.cookie.match(/(?:^|; )answered=([0-9a-f]{32})-([01])/);
    if (!said) return null;
    document.cookie = "answered=;path=/;max-age=0";
    const name = `${own}sent:${said[1]}`;
    const entry = read(name);
    drop(name);
    if (entry && said[2] === "1") {
      if (entry.rest) keep(entry.draft, entry.rest);
      else drop(entry.draft);
    }
    return said[2] === "1";
  }
  const sent = () => names(`${own}sent:`).map((name) => [name, read(name)]);
  /* What left this tab and was never answered met no server: it waits. */
  function findLost() {
    for (const [name, entry] of sent()) {
      if (!entry || Date.now() - entry.at > DAY) drop(name);
      else if (!entry.isWaiting && (entry.tab === tab || Date.now() - entry.at > 60000)) keep(name, { ...entry, isWaiting: true });
    }
  }
  const waiting = () => sent().filter(([, entry]) => entry?.isWaiting);
  function showWaiting() {
    const box = find("#waiting");
    const titles = waiting().map(([, entry]) => entry.title);
    if (!box) return;
    box.hidden = !titles.length;
    find("p", box).textContent = words.waiting.replace("{what}", titles.join(", "));
  }
  find("#waiting button")?.addEventListener("click", () => {
    waiting().forEach(([name]) => drop(name));
    showWaiting();
  });
  async function send(name, entry) {
    const key = name.slice(-32);
    const form = find(`[name=form_key][value="${key}"]`)?.form;
    const [actName, actValue] = entry.act ?? [];
    /* One form may hold a button for each row of a list: the very one that was pressed, by where it sends to. */
    const leadsTo = (node) => (node.hasAttribute("formaction") ? node.formAction : form.action) === entry.action;
    const isPressed = (node) => node.form === form && node.type === "submit" && (actName ? node.name === actName && node.value === actValue : !node.name);
    const button = form && all("button").find((node) => isPressed(node) && leadsTo(node));
    if (button) {
      keep(name, { ...entry, isWaiting: false });
      delete form.dataset.sent;
      return form.requestSubmit(button);
    }
    const body = new URLSearchParams(entry.body);
    body.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
    let answer;
    try {
      answer = await fetch(entry.action, { method: "POST", body, redirect: "manual" });
    } catch {
      return;
    }
    const isTaken = settle();
    if (isTaken === null && answer.type === "opaqueredirect") return; /* to the sign-in: it waits on */
    drop(name);
    toast((isTaken ? words.sent : words.refused).replace("{what}", entry.title), isTaken ? "ok" : "bad");
  }
  async function flush() {
    const sendAll = async () => {
      for (const [name, entry] of waiting()) if (navigator.onLine) await send(name, entry);
      showWaiting();
    };
    if (navigator.locks) await navigator.locks.request("dure-send", sendAll);
    else await sendAll();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act=keep-choice], [data-act=lose]");
    if (!button) return;
    if (button.dataset.act === "keep-choice") {
      for (const option of chooser.options) option.selected = option.defaultSelected;
      button.closest("dialog").close();
    } else {
      isDirty = false;
      drop(placeOf(chooser.form));
      chooser.form.requestSubmit();
    }
  });
  /* A shared tablet that is locked: half-written forms wait an hour for who wrote them, and go sooner if another comes. */
  const forget = () =>
    names("dure:")
      .filter((name) => name.includes(":draft:") && Date.now() - (read(name)?.at ?? 0) > HOUR)
      .forEach(drop);
  if (find("[data-locked]")) {
    forget();
    setInterval(forget, 6e4);
  }
  if (!owner) return;
  names("dure:").filter((name) => !name.startsWith(person)).forEach(drop);
  settle();
  findLost();
  restore();
  showWaiting();
  flush();
  for (const kind of ["online", "dure:live"]) addEventListener(kind, flush);
})();
