/* Small behaviour of the shell: theme, keys, toasts, live signals, editable tables. No framework, no inline script. */
(() => {
  "use strict";
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const root = document.documentElement;
  const lang = root.lang;
  const words = find("#words")?.dataset ?? {};
  const signed = (n) => (n > 0 ? "+" : "") + n.toLocaleString(lang).replace("-", "−");

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
    dialog: (button) => find(button.dataset.target).showModal(),
    close: (button) => button.closest("dialog").close(),
    dismiss: (button) => button.closest(".toast").remove(),
    /* Sends the answer; asks first when something typed would be lost. */
    "accept-all": (button, event) => {
      if (!find("tr[data-line].changed")) return;
      event.preventDefault();
      find("#accept-all").showModal();
    },
    "keep-choice": (button) => {
      for (const option of chooser.options) option.selected = option.defaultSelected;
      button.closest("dialog").close();
    },
    lose: () => {
      isDirty = false;
      chooser.form.requestSubmit();
    },
    "add-portion": (button) => {
      const row = button.closest("tr");
      const portions = all(".portion", row);
      const copy = portions[0].cloneNode(true);
      const rest = Number(row.dataset.quantity ?? 0) - total(row);
      find(".qty", copy).value = rest > 0 ? rest : "";
      all(".diff", copy).forEach((node) => (node.textContent = ""));
      find("button", copy).remove();
      portions.at(-1).after(copy);
      find(".qty", copy).focus();
      if (row.matches("[data-line]")) compare(row);
      sum();
    },
    "add-lot": (button) => {
      const portions = all(".portion", button.closest("td"));
      const copy = portions[0].cloneNode(true);
      all("input", copy).forEach((field) => (field.value = ""));
      find("button", copy).remove();
      portions.at(-1).after(copy);
      find("input", copy).focus();
    },
    "add-line": () => {
      const body = find("#new-lines");
      const copy = find("#new-line").content.cloneNode(true);
      body.append(copy);
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
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-submit]")) return;
    if (!isDirty) return event.target.form.requestSubmit();
    chooser = event.target;
    find("#lose").showModal();
  });

  /* Beside the fields of a new order: what would be no whole pack, too little, too early, or a day off. Said, not refused. */
  const lines = find("#new-lines");
  function hint(row) {
    const { pack, minimum, first, days } = find("select.part", row).selectedOptions[0]?.dataset ?? {};
    const quantity = Number(find(".qty", row).value.replaceAll(",", ""));
    const day = find(".date", row).value;
    const off = (find("#site")?.selectedOptions[0]?.dataset.off ?? "").split(" ");
    const say = (name, n) => lines.dataset[name].replace("%n", Number(n).toLocaleString(lang));
    const ofQuantity = [];
    if (quantity && minimum && quantity < Number(minimum)) ofQuantity.push(say("minimum", minimum));
    if (quantity && pack && Math.abs(quantity / pack - Math.round(quantity / pack)) > 1e-9) ofQuantity.push(say("pack", pack));
    const ofDay = [];
    if (day && first && day < first) ofDay.push(say("first", days));
    if (day && off.includes(day)) ofDay.push(lines.dataset.off);
    find("[data-hint=quantity]", row).textContent = ofQuantity.join(", ");
    find("[data-hint=date]", row).textContent = ofDay.join(", ");
  }
  const hints = () => lines && all("tr", lines).forEach(hint);
  for (const name of ["input", "change"]) document.addEventListener(name, hints);
  hints();

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

  /* Another language keeps what was typed on the page, but passwords and files, which are kept nowhere. */
  const TYPED = "typed";
  const typed = () =>
    all("main :is(input, select, textarea)[name]").filter((node) => !/hidden|password|file/.test(node.type));
  document.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "language") return;
    const values = typed().map((node) => [node.name, /checkbox|radio/.test(node.type) ? node.checked : node.value]);
    sessionStorage.setItem(TYPED, JSON.stringify([location.pathname, values]));
  });
  const [from, kept] = JSON.parse(sessionStorage.getItem(TYPED) ?? "[]");
  sessionStorage.removeItem(TYPED);
  typed().forEach((node, index) => {
    const [name, value] = (from === location.pathname && kept[index]) || [];
    if (name !== node.name) return;
    if (typeof value === "boolean") node.checked = value;
    else node.value = value;
  });

  /* One click, one act: a form that is on its way is not sent again; the server would do it once all the same. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

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

  /* Without a connection nothing is sent, the page with what was typed stays, and says so. */
  addEventListener(
    "submit",
    (event) => {
      if (navigator.onLine) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      toast(words.offline, "bad");
    },
    true,
  );
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
  function hear({ id, subject, own, inbox }) {
    if (heard.has(id)) return;
    heard.add(id);
    const kind = subject.split("-")[0];
    if (document.getElementById(subject)) fire(subject);
    else renew(kind);
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
  /* A list refreshes by itself unless somebody is at work in it; then it offers to. */
  let waiting = 0;
  function renew(kind) {
    all(`[data-live-list="${kind}"]`).forEach((list) => {
      const busy = list.matches(":hover") || list.contains(document.activeElement);
      if (!busy) return fire(`${kind}-list`);
      waiting += 1;
      const bar = find(".updates", list);
      bar.hidden = false;
      find("button", bar).textContent = bar.dataset.text.replace("{n}", waiting);
    });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest(".updates button")) {
      waiting = 0;
      fire(`${event.target.closest("[data-live-list]").dataset.liveList}-list`);
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
    all("[data-live-list]").forEach((list) => renew(list.dataset.liveList));
    fire("order");
    fire("inbox");
    counts();
  }
  function connect() {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live/`);
    socket.addEventListener("open", () => {
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
  if (pill) {
    counts();
    connect();
    setInterval(ping, 15000);
    addEventListener("pagehide", () => socket.readyState === WebSocket.OPEN && socket.close());
  }
  /* A phone shows no heads of columns: every figure carries its own. */
  const carryHeads = () => {
    for (const table of all("table.rows:not(.orders)")) {
      const heads = [...(table.tHead?.rows[0]?.cells ?? [])].flatMap((head) => Array(head.colSpan).fill(head.textContent.trim()));
      for (const row of [...(table.tBodies[0]?.rows ?? []), ...(table.tFoot?.rows ?? [])]) {
        let at = 0;
        for (const cell of row.cells) {
          if (cell.matches("td.num")) cell.dataset.head = heads[at] ?? "";
          at += cell.colSpan;
        }
      }
    }
  };
  carryHeads();
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
    offer(pick.form);
  });
  /* What is offered follows what is chosen: each act says how many of the rows it fits. */
  function offer(form) {
    const chosen = all("[name=row]:checked", form);
    find("[data-chosen]", form).textContent = chosen.length;
    for (const button of all("[data-bulk-act]", form)) {
      const n = chosen.filter((row) => row.dataset.acts.split(" ").includes(button.dataset.bulkAct)).length;
      button.hidden = !n;
      find("[data-fitting]", button).textContent = n;
      const question = find(`${button.dataset.target ?? "#none"} [data-asks]`, form);
      if (question) question.textContent = question.dataset.asks.replace("{n}", n);
    }
  }
  /* The next page of a list: the hand stays at the rows. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.elt.matches("nav.more [rel]")) find(".listing tbody tr")?.focus();
  });

  /* After outerHTML the event's target is the removed node: the new one is found by its id. */
  document.addEventListener("htmx:afterSwap", (event) => {
    document.getElementById(event.detail.target.id)?.classList.add("flash");
    all("tr[data-line]").forEach(compare);
    sum();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) event.detail.shouldSwap = true;
    /* A row that is no longer ours to see simply goes. */
    if (event.detail.xhr.status === 404) event.detail.target.remove();
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

  /* A row opens what its first link names: all of it is a finger's target. Not where text is marked or values are typed. */
  document.addEventListener("click", (event) => {
    const row = event.target.closest("table:is(.rows, .list) tbody tr");
    if (!row || event.target.closest("a, button, label, summary, input, select, textarea")) return;
    if (String(getSelection()) || row.querySelector("input:not([type=hidden], [name=row]), select, textarea")) return;
    find("a, button.link", row)?.click();
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
    } else if (event.key === "x") find("[name=row]", event.target.closest("tr") ?? root)?.click();
    else if (event.key === "Enter" && event.target.matches("tr")) find("a, button.link", event.target)?.click();
  });
  function step(by) {
    const rows = all("table:is(.rows, .list) tbody tr");
    const at = rows.indexOf(document.activeElement.closest("tr"));
    rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))]?.focus();
  }

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
      compare(row);
      sum();
    }
  });
  all("tr[data-line]").forEach(compare);
  sum();
  find("[autofocus], [aria-invalid='true']")?.focus();
})();
