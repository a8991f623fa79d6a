/* Small behaviour of the shell: theme, keys, toasts, live signals, lists, charts. Forms have a file of their own. No framework, no inline script. */
(() => {
  "use strict";
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const root = document.documentElement;
  const words = find("#words")?.dataset ?? {};

  /* Acts of buttons that carry data-act. */
  const acts = {
    print: () => print(),
    theme() {
      const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
      const isDark = root.dataset.theme === "dark" || (root.dataset.theme === "auto" && systemDark);
      root.dataset.theme = isDark ? "light" : "dark";
      document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
    },
    help: () => find("#help").showModal(),
    dialog: (button) => {
      const dialog = find(button.dataset.target);
      dialog.showModal();
      for (const told of all(".told", dialog)) told.dispatchEvent(new Event("told"));
    },
    close: (button) => button.closest("dialog").close(),
    toast: (button) => toast(button.dataset.text),
    dismiss: (button) => button.closest(".toast").remove(),
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) acts[button.dataset.act]?.(button, event);
  });
  /* Toasts: at most three, hover pauses, errors stay longer, never for one's own act. */
  function toast(text, tone = "info") {
    const box = find("#toasts");
    const node = find("#toast").content.cloneNode(true).firstElementChild;
    node.classList.add(`t-${tone}`);
    find("p", node).textContent = text;
    while (box.children.length > 2) box.firstElementChild.remove();
    box.append(node);
    let timer;
    const arm = () => (timer = setTimeout(() => node.remove(), tone === "bad" ? 12000 : 6000));
    node.addEventListener("mouseenter", () => clearTimeout(timer));
    node.addEventListener("mouseleave", arm);
    arm();
  }

  addEventListener("dure:toast", (event) => toast(event.detail.text, event.detail.tone));
  addEventListener("htmx:sendError", () => toast(words.offline, "bad"));
  /* JSON of the server, or null where it cannot be had: the next signal asks again. */
  async function ask(path) {
    try {
      const answer = await fetch(path, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /* Live: the socket brings a type and an id; elements that show it fetch themselves again. */
  const pill = find("#live");
  const fire = (name) => document.body.dispatchEvent(new CustomEvent(name));
  let attempts = 0;
  let wasDown = false;
  let socket;
  let last = Number(pill?.dataset.position ?? 0); /* up to here nothing is missing */

  function showState(isOn) {
    pill.classList.toggle("on", isOn);
    find("span", pill).textContent = isOn ? pill.dataset.on : pill.dataset.off;
  }
  const heard = new Set();
  function hear({ id, subject, own, inbox, gone }) {
    if (heard.has(id)) return;
    heard.add(id);
    const kind = subject.split("-")[0];
    if (document.getElementById(subject)) fire(subject);
    else renew(kind, gone);
    fire(kind);
    if (inbox) fire("inbox");
    counts();
    if (inbox && !own) announce();
  }
  /* The signal carries no text: the newest entry of one's own inbox does, in one's own language. */
  let announced = 0;
  let announceTimer;
  function announce() {
    clearTimeout(announceTimer);
    announceTimer = setTimeout(async () => {
      const answer = await ask("/api/notifications/?limit=1");
      const [entry] = answer?.results ?? [];
      const isNew = entry && !entry.is_read && entry.id > announced && Date.now() - new Date(entry.created_at) < 60000;
      if (!isNew) return;
      announced = entry.id;
      toast(entry.text, entry.tone);
    }, 200);
  }
  /* A list refreshes by itself unless somebody is at work in it; then it offers to. What is not shown any more goes at once. */
  let waiting = 0;
  const kindsOf = (list) => list.dataset.liveList.split(" ");
  function renew(kind, isGone) {
    all(`[data-live-list~="${kind}"]`).forEach((list) => {
      const busy = list.matches(":hover") || list.contains(document.activeElement) || find("[name=row]:checked", list);
      if (isGone || !busy) return fire(`${kind}-list`);
      waiting += 1;
      const bar = find(".updates", list);
      bar.hidden = false;
      find("button", bar).textContent = bar.dataset.text.replace("{n}", waiting);
    });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest(".updates button")) {
      waiting = 0;
      fire(`${kindsOf(event.target.closest("[data-live-list]"))[0]}-list`);
    }
  });
  let countTimer;
  function counts() {
    clearTimeout(countTimer);
    countTimer = setTimeout(async () => {
      for (const [name, value] of Object.entries((await ask("/counts/")) ?? {})) {
        all(`[data-count="${name}"]`).forEach((node) => {
          node.textContent = value;
          node.hidden = !value;
        });
      }
    }, 400);
  }
  /* Whatever got lost on the way is told with the next ping; after a lost socket everything visible is fetched again. */
  const ping = () => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ ping: last }));
  function repair({ missed, last: newest, more }) {
    last = newest;
    missed.forEach(hear);
    if (more) ping();
  }
  function refetch() {
    all("[data-live]").forEach((node) => fire(node.id));
    all("[data-live-list]").forEach((list) => renew(kindsOf(list)[0]));
    fire("order");
    fire("inbox");
    counts();
  }
  function connect() {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live/`);
    socket.addEventListener("open", () => {
      dispatchEvent(new CustomEvent("dure:live"));
      attempts = 0;
      showState(true);
      if (wasDown) refetch();
      wasDown = false;
      ping();
    });
    socket.addEventListener("message", (message) => {
      const data = JSON.parse(message.data);
      if (data.missed) repair(data);
      else hear(data);
    });
    socket.addEventListener("close", (closed) => {
      showState(false);
      wasDown = true;
      /* A form that was just sent (a changed password) brings its own page and cookie: a reload would cut its answer off. */
      if (closed.code === 4401) return setTimeout(() => location.reload(), Date.now() - sentAt < 5000 ? 5000 : 0);
      setTimeout(connect, Math.random() * Math.min(30000, 500 * 2 ** attempts++));
    });
  }
  let sentAt = 0;
  addEventListener("submit", () => (sentAt = Date.now()));
  /* On a phone the shell stays without a connection, and says so; nothing of a firm is kept there. */
  if (isSecureContext) navigator.serviceWorker?.register("/sw.js");
  if (pill) {
    counts();
    connect();
    setInterval(ping, 15000);
    addEventListener("offline", () => socket.close()); /* a socket may take minutes to notice */
    addEventListener("pagehide", () => socket.readyState === WebSocket.OPEN && socket.close());
  }
  /* A phone shows no heads of columns: every value carries its own. */
  const carryHeads = () => {
    for (const table of all("table:is(.rows, .edit)")) {
      const heads = [...(table.tHead?.rows[0]?.cells ?? [])].flatMap((head) => Array(head.colSpan).fill(head));
      for (const row of [...table.tBodies, table.tFoot].flatMap((part) => [...(part?.rows ?? [])])) {
        let at = 0;
        for (const cell of row.cells) {
          const head = heads[at];
          if (head && cell.matches("td") && cell.colSpan === 1 && !find(".vh", head)) cell.dataset.head ??= head.textContent.trim();
          at += cell.colSpan;
        }
      }
    }
  };
  carryHeads();
  addEventListener("dure:rows", carryHeads);
  /* Of tabs that do not fit, the chosen one is seen. */
  const showTab = () => {
    for (const tab of all(".tabs [aria-current]")) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40;
  };
  showTab();
  document.addEventListener("htmx:afterSettle", showTab);
  document.addEventListener("htmx:afterSettle", carryHeads);

  /* A tool of a list closes when the reader turns elsewhere; a form without its empty fields makes a short address. */
  document.addEventListener("click", (event) => {
    for (const tool of all("details.tool[open]")) if (!tool.contains(event.target)) tool.open = false;
  });
  addEventListener("keydown", (event) => {
    const tool = event.key === "Escape" && find("details.tool[open]");
    if (!tool) return;
    tool.open = false;
    find("summary", tool).focus();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-lean]")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  /* Rows are chosen one by one, from one to another with shift, or all; what is lost by an act is asked about first. */
  let lastPick;
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[name=row], [data-all]");
    if (!pick) return;
    const picks = all("[name=row]", pick.form);
    const [from, to] = [picks.indexOf(lastPick), picks.indexOf(pick)].sort((a, b) => a - b);
    if (pick.matches("[data-all]")) picks.forEach((other) => (other.checked = pick.checked));
    else if (event.shiftKey && from >= 0) picks.slice(from, to + 1).forEach((other) => (other.checked = pick.checked));
    lastPick = pick;
    /* All of the page is chosen: all of the other pages may be, too. Which rows those are is asked for anew each time. */
    const others = find("[data-matching]", pick.form);
    if (others && pick.matches("[data-all]:checked")) htmx.trigger(others, "matching");
    offer(pick.form);
  });
  /* What is offered follows what is chosen: each act says how many of the rows it fits. */
  function offer(form) {
    const chosen = all("[name=row]:checked", form);
    const isPage = chosen.length && chosen.length === all("[name=row]", form).length;
    const others = find("[data-matching]", form);
    if (others) others.hidden = !isPage;
    const every = others && find("[name=rows]", others);
    if (every && !isPage) every.checked = false;
    const fitting = every?.checked && JSON.parse(every.dataset.fits);
    find("[data-chosen]", form).textContent = fitting ? every.dataset.n : chosen.length;
    for (const button of all("[data-bulk-act]", form)) {
      const name = button.dataset.bulkAct;
      const n = fitting ? (fitting[name] ?? 0) : chosen.filter((row) => row.dataset.acts.split(" ").includes(name)).length;
      button.hidden = !n;
      find("[data-fitting]", button).textContent = n;
      const question = find(`${button.dataset.target ?? "#none"} [data-asks]`, form);
      if (question) question.textContent = question.dataset.asks.replace("{n}", n);
    }
    const fits = all("[data-bulk-act]", form).some((button) => !button.hidden);
    find("[data-unfit]", form).hidden = fits;
    for (const whole of all(".bulk > .check", form)) whole.hidden = !fits || chosen.length < 2;
  }
  /* What a question asks for is needed by its own act alone: the fields of the others stand in the same form. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("form[data-bulk] button[name=act]");
    if (!button) return;
    for (const field of all("dialog [data-needed]", button.form)) field.required = button.closest("dialog")?.contains(field) ?? false;
  });
  /* A row that is fetched again stays chosen, and what the browser itself brought back on the way back is counted. */
  let wasChosen;
  document.addEventListener("htmx:beforeSwap", (event) => (wasChosen = find("[name=row]:checked", event.detail.target)?.value));
  document.addEventListener("htmx:afterSwap", (event) => {
    const pick = wasChosen && find(`[name=row][value="${wasChosen}"]`, document.getElementById(event.detail.target.id) ?? undefined);
    if (pick && event.detail.target.matches("tr")) pick.checked = true;
    all("form[data-bulk]").forEach(offer);
  });
  addEventListener("pageshow", () => all("form[data-bulk]").forEach(offer));
  document.addEventListener("change", (event) => event.target.matches("form[data-bulk] [name=rows]") && offer(event.target.form));
  /* What is lost by an act is asked about first. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-asks]");
    if (button && !confirm(button.dataset.asks)) event.preventDefault();
  });
  /* The next page of a list: the hand stays at the rows. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.elt.matches("nav.more [rel]")) find(".listing tbody tr")?.focus();
  });

  /* After outerHTML the event's target is the removed node: the new one is found by its id. */
  document.addEventListener("htmx:afterSwap", (event) => {
    document.getElementById(event.detail.target.id)?.classList.add("flash");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) event.detail.shouldSwap = true;
    /* A row that is no longer ours to see simply goes. */
    if (event.detail.xhr.status !== 404) return;
    /* What is not shown any more is gone from the page too; where nothing else would stand there it says so. */
    const { target } = event.detail;
    const words = target.dataset.gone;
    if (!words) return target.remove();
    target.replaceChildren(Object.assign(document.createElement("p"), { className: "note t-warn", textContent: words }));
  });

  /* A row opens what its first link names: all of it is a finger's target. Not where text is marked or values are typed. */
  document.addEventListener("click", (event) => {
    const row = event.target.closest("table:is(.rows, .list) tbody tr");
    if (!row || event.target.closest("a, button, label, summary, input, select, textarea")) return;
    if (String(getSelection()) || row.querySelector("input:not([type=hidden], [name=row]), select, textarea")) return;
    find("a, button.link", row)?.click();
  });

  /* Charts: what a column holds stands over it, under a pointer, a finger or the focus; arrows go from column to column. */
  const say = Object.assign(document.createElement("p"), { className: "chart-say", ariaHidden: "true" });
  function readOut(spot) {
    find(".spot.on")?.classList.remove("on");
    say.remove();
    if (!spot) return;
    spot.classList.add("on");
    say.textContent = spot.getAttribute("aria-label");
    document.body.append(say);
    const { left, width, top } = spot.getBoundingClientRect();
    const furthest = innerWidth - say.offsetWidth - 8;
    say.style.left = `${Math.max(8, Math.min(furthest, left + width / 2 - say.offsetWidth / 2))}px`;
    say.style.top = `${Math.max(4, top - say.offsetHeight - 4)}px`;
  }
  for (const kind of ["pointerover", "focusin", "click"])
    document.addEventListener(kind, (event) => readOut(event.target.closest(".spot")));
  document.addEventListener("scroll", () => readOut(), true);
  document.addEventListener("keydown", (event) => {
    const spot = event.target.closest(".spot");
    if (event.key === "Escape") readOut();
    const spots = spot ? all(".spot", spot.parentElement) : [];
    const at = spots.indexOf(spot);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: spots.length - 1 }[event.key];
    if (!spots[to]) return;
    event.preventDefault();
    spot.tabIndex = -1;
    spots[to].tabIndex = 0;
    spots[to].focus();
  });

  /* Keys: off inside fields and with modifiers, and where the person turned single keys off. */
  let prefix = 0;
  addEventListener("keydown", (event) => {
    const inField = /INPUT|SELECT|TEXTAREA/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "Escape" && inField) return event.target.blur();
    if (inField || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
    const go = { t: "today", o: "orders", i: "inbox", p: "parts", m: "members" };
    if (prefix && Date.now() - prefix < 900 && go[event.key]) {
      const link = find(`[data-go="${go[event.key]}"]`);
      if (link) location.href = link.href;
      prefix = 0;
    } else if (event.key === "g") prefix = Date.now();
    else if (event.key === "/") {
      event.preventDefault();
      find("#q").focus();
    } else if (event.key === "?") acts.help();
    else if (event.key === "c") find("[data-key='c']")?.click();
    else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "Escape") {
      for (const pick of all("[name=row]:checked, [data-all]:checked")) pick.checked = false;
      all("form[data-bulk]").forEach(offer);
    } else if (event.key === "x") find("[name=row]", event.target.closest("tr") ?? root)?.click();
    else if (event.key === "Enter" && event.target.matches("tr")) find("a, button.link", event.target)?.click();
  });
  function step(by) {
    const rows = all("table:is(.rows, .list) tbody tr");
    const at = rows.indexOf(document.activeElement.closest("tr"));
    rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))]?.focus();
  }

  find("[autofocus], [aria-invalid='true']")?.focus();
  /* What has just been said is seen, though the address leads further down. */
  find("main > .note[role=status]:not([hidden])")?.scrollIntoView({ block: "center" });
})();
