// A runbook page as the checklist of one incident. Everything that is done is an entry under a key of its own in the browser's
// storage: entries are only ever added, so two tabs cannot overwrite each other, and a reload or a sleep loses nothing. Nothing is
// sent anywhere; the export is for the incident's folder.
(function () {
  "use strict";
  const here = document.getElementById("db-incident");
  if (!here) return;
  const book = JSON.parse(here.dataset.book);
  const PREFIX = "drillbook:incident:";
  const ACTIVE = "drillbook:active";
  const ID = /^\d{4}-\d{2}-\d{2}-[a-z0-9]+(?:-[a-z0-9]+)*$/;
  let kept = true;
  let exported = "";

  // --- the entries ---------------------------------------------------------------------------------------------------------
  const iso = (moment) => moment.toISOString().replace(/\.\d+Z$/, "Z");
  const storage = (() => {
    try {
      localStorage.setItem("drillbook:probe", "1");
      localStorage.removeItem("drillbook:probe");
      return localStorage;
    } catch {
      kept = false;
      const held = new Map();
      return {
        getItem: (key) => held.get(key) ?? null,
        setItem: (key, value) => held.set(key, value),
        removeItem: (key) => held.delete(key),
        key: (n) => [...held.keys()][n] ?? null,
        get length() {
          return held.size;
        },
      };
    }
  })();

  function keys(id) {
    const found = [];
    for (let n = 0; n < storage.length; n++) {
      const key = storage.key(n);
      if (key.startsWith(PREFIX + id + ":")) found.push(key);
    }
    return found.sort();
  }

  function entries(id) {
    const found = [];
    for (const key of keys(id)) {
      try {
        found.push({ key, ...JSON.parse(storage.getItem(key)) });
      } catch {
        // half an entry of a browser that was killed
      }
    }
    return found;
  }

  const active = () => storage.getItem(ACTIVE) || "";
  let count = 0;

  function add(entry, at) {
    const now = new Date();
    const id = active();
    const whole = { at: iso(at || now), recorded_at: iso(now), by: team(), ...entry, version: entry.runbook && book.version };
    const unique = `${String(now.getTime()).padStart(15, "0")}-${String(count++).padStart(5, "0")}-${Math.random().toString(36).slice(2, 10)}`;
    try {
      storage.setItem(`${PREFIX}${id}:${unique}`, JSON.stringify(whole));
    } catch {
      kept = false;
      alert("This entry could not be kept: the browser's storage is full or closed. Export now, and write it down elsewhere.");
    }
    show();
  }

  const team = () => storage.getItem("drillbook:team") || Object.keys(book.teams)[0];
  const mine = (list) => list.filter((entry) => entry.runbook === book.runbook);
  const last = (list, test) => [...list].reverse().find(test);
  const settled = (list, step) => {
    const state = last(mine(list), (entry) => entry.step === step && entry.progress && entry.progress !== "begun");
    return state && state.progress !== "open" ? state : undefined;
  };

  // --- words for times -----------------------------------------------------------------------------------------------------
  function clockTime(moment) {
    const utc = iso(moment).slice(11, 16) + " UTC";
    const local = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", timeZoneName: "short", hourCycle: "h23" }).format(moment);
    return Intl.DateTimeFormat().resolvedOptions().timeZone === "UTC" ? utc : `${utc} (${local})`;
  }

  function span(seconds) {
    const s = Math.abs(Math.floor(seconds));
    const [d, h, m] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
    const rest = `${String(m).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
    return (d ? `${d} d ` : "") + (h || d ? `${h}:` : "") + rest;
  }

  function left(until) {
    const seconds = (until - Date.now()) / 1000;
    return seconds >= 0 ? `${span(seconds)} left` : `${span(seconds)} over`;
  }

  function after(moment, within) {
    const due = new Date(moment);
    const n = within.value || 0;
    if (within.unit === "months") {
      const day = due.getUTCDate();
      due.setUTCMonth(due.getUTCMonth() + n);
      if (due.getUTCDate() !== day) due.setUTCDate(0);
      return due;
    }
    const seconds = { hours: 3600, days: 86400, weeks: 604800, minutes: 60 }[within.unit] || 0;
    return new Date(due.getTime() + n * seconds * 1000);
  }

  // --- building ------------------------------------------------------------------------------------------------------------
  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  }
  const button = (label, act, main) => make("button", { type: "button", class: "md-button db-act" + (main ? " md-button--primary" : ""), onclick: act }, label);
  const field = (label, input) => make("label", { class: "db-field-of" }, make("span", {}, label), input);

  function teams(chosen) {
    const select = make("select", {}, ...Object.entries(book.teams).map(([id, name]) => make("option", { value: id, selected: id === chosen }, name)));
    return select;
  }

  function severities(chosen) {
    return make("select", {}, ...["sev1", "sev2", "sev3", "sev4"].map((each) => make("option", { value: each, selected: each === chosen }, each.toUpperCase())));
  }

  // --- the panel -----------------------------------------------------------------------------------------------------------
  function beginning() {
    const day = iso(new Date()).slice(0, 10);
    const name = make("input", { value: `${day}-${book.runbook}`, spellcheck: "false" });
    const severity = severities(book.severity);
    const who = teams(team());
    const told = make("p", { role: "alert", class: "db-why" });
    const start = button("Start incident mode", () => {
      const id = name.value.trim();
      if (!ID.test(id)) {
        told.textContent = `“${id}” is no incident id: a day and a name, as in ${day}-${book.runbook}`;
        name.focus();
        return;
      }
      storage.setItem("drillbook:team", who.value);
      const known = keys(id).length > 0;
      storage.setItem(ACTIVE, id);
      if (known) return show();
      add({ kind: "milestone", milestone: "started", text: `Started with the runbook ${book.runbook} ${book.version}`, runbook: book.runbook, severity: severity.value });
    }, true);
    const others = [...new Set(allKeys().map((key) => key.slice(PREFIX.length).split(":")[0]))].sort();
    return [
      make("p", { class: "db-label" }, "Incident mode"),
      make("p", { class: "db-note" }, "Turns this page into a checklist that keeps who did what when, with timers. It stays in this browser; nothing is sent."),
      field("Incident", name),
      field("Severity", severity),
      field("You are", who),
      told,
      make("p", {}, start, ...others.map((id) => button(`Go on with ${id}`, () => { storage.setItem(ACTIVE, id); show(); }))),
    ];
  }

  function allKeys() {
    const found = [];
    for (let n = 0; n < storage.length; n++) if (storage.key(n).startsWith(PREFIX)) found.push(storage.key(n));
    return found;
  }

  function running(list) {
    const id = active();
    const words = make("input", { placeholder: "What you see, think or were told", "aria-label": "What happened", "data-keep": "words" });
    const kinds = make("select", { "aria-label": "Kind", "data-keep": "kind" }, make("option", { value: "fact" }, "Fact"), make("option", { value: "hypothesis" }, "Hypothesis"), make("option", { value: "decision" }, "Decision"));
    const because = make("input", { placeholder: "Because", "aria-label": "Because", "data-keep": "because", hidden: true });
    kinds.addEventListener("change", () => { because.hidden = kinds.value !== "decision"; });
    const note = () => {
      const text = words.value.trim();
      if (!text) return words.focus();
      const more = kinds.value === "decision" ? { choice: text, because: because.value.trim() || "No reason was written down", authority: team() } : {};
      const kind = kinds.value;
      words.value = because.value = "";
      kinds.selectedIndex = 0;
      because.hidden = true;
      add({ kind, text, runbook: book.runbook, ...more });
    };
    words.addEventListener("keydown", (event) => { if (event.key === "Enter") note(); });
    const severity = severities(last(list, (entry) => entry.severity)?.severity || book.severity);
    severity.setAttribute("aria-label", "Severity");
    severity.addEventListener("change", () => add({ kind: "decision", text: `Severity is ${severity.value.toUpperCase()}`, choice: severity.value.toUpperCase(), because: "Raised or lowered during the incident", authority: team(), runbook: book.runbook, severity: severity.value }));
    const who = teams(team());
    who.addEventListener("change", () => { storage.setItem("drillbook:team", who.value); show(); });
    const reached = new Set(list.filter((entry) => entry.milestone).map((entry) => entry.milestone));
    const milestones = ["detected", "contained", "mitigated", "restored"].map((name) =>
      reached.has(name) ? make("span", { class: "db-tag" }, `${name} ${clockTime(new Date(last(list, (entry) => entry.milestone === name).at))}`)
        : button(`Now ${name}`, () => add({ kind: "milestone", milestone: name, text: `The incident is ${name}`, runbook: book.runbook })));
    const log = make("details", { class: "db-undo", open: panelOpen }, make("summary", {}, `What happened (${list.length})`),
      make("ol", { class: "db-log" }, ...list.map((entry) => make("li", {}, make("strong", {}, clockTime(new Date(entry.at))), ` ${book.teams[entry.by] || entry.by}, ${entry.kind}: ${entry.text}`, entry.because ? ` (because: ${entry.because})` : ""))));
    log.addEventListener("toggle", () => { panelOpen = log.open; });
    const done = exported === list.length + id;
    return [
      make("p", { class: "db-label" }, `Incident ${id}`),
      kept ? "" : make("p", { class: "db-elsewhere", role: "alert" }, "This browser keeps nothing: export before you close or reload this page."),
      location.protocol === "file:" ? make("p", { class: "db-elsewhere", role: "note" }, "This page lies on a disk. Stay in this one tab: some browsers keep the entries of each page apart there. Export before you go to another runbook.") : "",
      make("div", { class: "db-row" }, field("Severity", severity), field("You are", who)),
      make("p", { class: "db-row" }, ...milestones),
      make("div", { class: "db-row" }, kinds, words, because, button("Write down", note, true)),
      ...clocks(list),
      log,
      make("p", { class: "db-row" }, button("Export as Markdown", () => save(markdown(list), `${id}.md`, "text/markdown")), button("Export as JSON", () => save(json(list), `${id}.json`, "application/json")),
        button("Pause", () => { storage.removeItem(ACTIVE); show(); }),
        done ? button("Clear this incident from the browser", () => clear(id)) : make("span", { class: "db-note" }, "Export first; then it can be cleared.")),
    ];
  }
  let panelOpen = false;

  function clear(id) {
    if (!confirm(`Remove all ${keys(id).length} entries of ${id} from this browser? The exported files stay.`)) return;
    keys(id).forEach((key) => storage.removeItem(key));
    storage.removeItem(ACTIVE);
    drafts((kept) => kept.removeItem(DRAFT));
    exported = "";
    show();
  }

  // --- clocks and timers ---------------------------------------------------------------------------------------------------
  const BEGINS = { aware: "we became aware", classified: "it was classified", causal_link: "a causal link was established", submitted: "the report before it was handed in" };

  function clocks(list) {
    return book.clocks.map((clock) => {
      const began = last(list, (entry) => entry.clock === clock.id);
      if (began) {
        const due = after(new Date(began.at), clock.within);
        return make("p", { class: "db-clock", "data-until": due.getTime() }, make("strong", {}, clock.title), `: due ${iso(due).replace("T", " ").slice(0, 16)} UTC, `, make("span", { class: "db-left" }, left(due)));
      }
      const at = make("input", { type: "datetime-local", value: iso(new Date()).slice(0, 16), "aria-label": `${clock.title}: when, in UTC`, "data-keep": clock.id });
      return make("details", { class: "db-undo", "data-keep": `${clock.id} open` }, make("summary", {}, `${clock.title}: not running`), make("p", {}, `Applies if: ${clock.if}.`),
        make("p", { class: "db-row" }, `It starts when ${BEGINS[clock.starts_at]} (UTC): `, at, button("Start this clock", () =>
          add({ kind: "fact", text: `${clock.title}: the clock runs since ${BEGINS[clock.starts_at]}`, clock: clock.id, runbook: book.runbook }, new Date(at.value + ":00Z")))));
    });
  }

  function timers(list) {
    const found = [];
    const start = list.find((entry) => entry.milestone === "started");
    if (!start) return found;
    const began = new Date(start.at).getTime();
    if (book.update_every) {
      const sent = last(list, (entry) => entry.update);
      found.push({ words: "Next update", until: (sent ? new Date(sent.at).getTime() : began) + book.update_every * 1000, act: button("Update sent", () => add({ kind: "action", text: "Sent an update", update: true, runbook: book.runbook })) });
    }
    for (const [number, each] of book.escalation.entries()) {
      const reached = each.unless && list.some((entry) => entry.milestone === each.unless);
      if (reached || list.some((entry) => entry.escalated === number && entry.runbook === book.runbook)) continue;
      found.push({ words: `Escalate to ${each.to} (${each.via || "pager"})`, until: began + each.after * 1000, act: button("Done", () => add({ kind: "action", text: `Escalated to ${each.to}`, escalated: number, runbook: book.runbook })) });
    }
    return found.sort((a, b) => a.until - b.until);
  }

  function bar(list) {
    const found = timers(list);
    const start = list.find((entry) => entry.milestone === "started");
    const now = [...mine(list)].reverse().find((entry) => entry.progress === "begun" && !settled(list, entry.step));
    const parts = [make("strong", {}, active()), make("span", { class: "db-since", "data-since": start ? new Date(start.at).getTime() : Date.now() })];
    if (now) {
      const card = document.querySelector(`[data-step="${CSS.escape(now.step)}"]`);
      if (card) parts.push(make("span", { class: "db-timer" }, make("a", { href: `#step-${now.step}` }, `Step ${card.dataset.number}`), " ", +card.dataset.within ? make("span", { class: "db-left", "data-until": new Date(now.at).getTime() + card.dataset.within * 1000 }) : ""));
    }
    for (const each of found.slice(0, 2)) parts.push(make("span", { class: "db-timer" }, `${each.words}: `, make("span", { class: "db-left", "data-until": each.until }), " ", each.act));
    if (found.length > 2) parts.push(make("span", { class: "db-timer" }, `and ${found.length - 2} more later`));
    parts.push(make("a", { href: "#db-incident" }, "Log"));
    return parts;
  }

  function tick() {
    for (const each of document.querySelectorAll("[data-until]")) {
      const target = each.classList.contains("db-left") ? each : each.querySelector(".db-left");
      target.textContent = left(+each.dataset.until);
      target.classList.toggle("db-over", +each.dataset.until < Date.now());
    }
    for (const each of document.querySelectorAll("[data-since]")) each.textContent = span((Date.now() - each.dataset.since) / 1000);
  }

  // --- the cards -----------------------------------------------------------------------------------------------------------
  const words = (card) => `${card.dataset.number}. ${card.dataset.title}`;

  // What must be so before a step may begin; empty where nothing is in the way.
  function gate(card, list) {
    const step = card.dataset.step;
    const passed = (name) => mine(list).some((entry) => entry.step === step && entry.passed === name);
    for (const each of book.evidence) {
      if (!each.destroyed_by.includes(step) || settled(list, each.collect) || passed("evidence")) continue;
      const other = document.querySelector(`[data-step="${CSS.escape(each.collect)}"]`);
      return { name: "evidence", step: each.collect, why: `Evidence first: “${other ? words(other) : each.collect}” is not done, and this step destroys ${each.what}.` };
    }
    if (card.dataset.phase === "Restore" && card.dataset.changes !== "nothing" && !list.some((entry) => entry.milestone === "mitigated") && !passed("proof"))
      return { name: "proof", why: `Proof first: nobody has said that the incident is mitigated${book.proof ? `, which means that ${book.proof}` : ""}.` };
    return null;
  }

  function stopped(card, list) {
    const found = gate(card, list);
    const old = card.querySelector(".db-gate");
    if (old) old.remove();
    if (!found) return false;
    const because = make("input", { placeholder: "Because", "aria-label": "Why it goes on nevertheless" });
    const row = make("div", { class: "db-gate", role: "alert" }, make("p", {}, found.why), make("p", { class: "db-row" },
      found.step ? make("a", { href: `#step-${found.step}` }, "Go there") : button("It is mitigated: seen", () => { row.remove(); add({ kind: "milestone", milestone: "mitigated", text: `The incident is mitigated${book.proof ? `: ${book.proof}` : ""}`, runbook: book.runbook }); }),
      because, button("Go on nevertheless", () => {
        if (!because.value.trim()) return because.focus();
        row.remove();
        add({ kind: "decision", text: `Went on with ${words(card)} before ${found.name === "evidence" ? "the evidence was kept" : "the incident was mitigated"}`, choice: "Go on", because: because.value.trim(), authority: team(), runbook: book.runbook, step: card.dataset.step, passed: found.name });
      })));
    card.querySelector(".db-doing").before(row);
    because.focus();
    return true;
  }

  function doing(card, list) {
    const step = card.dataset.step;
    const own = mine(list).filter((entry) => entry.step === step);
    const state = settled(list, step);
    const begun = last(own, (entry) => entry.progress === "begun");
    const record = (more) => add({ runbook: book.runbook, step, ...more });
    if (state) {
      card.classList.add("db-settled");
      return [make("strong", {}, `${state.progress === "done" ? "Done" : "Skipped"} ${clockTime(new Date(state.at))}`), ` by ${book.teams[state.by] || state.by}${state.why ? `: ${state.why}` : ""} `,
        button("Not so", () => record({ kind: "fact", text: `${words(card)} is open again`, progress: "open" }))];
    }
    card.classList.remove("db-settled");
    const parts = [];
    if (begun) parts.push(make("span", {}, `Begun ${clockTime(new Date(begun.at))} `), +card.dataset.within ? make("span", { class: "db-left", "data-until": new Date(begun.at).getTime() + card.dataset.within * 1000 }) : "");
    else parts.push(button("Begin", () => { if (!stopped(card, list)) record({ kind: "action", text: `Began ${words(card)}`, progress: "begun" }); }));
    const answers = book.answers[step];
    if (answers) {
      const because = make("input", { placeholder: "Because", "aria-label": "Because", "data-keep": "because" });
      parts.push(because);
      for (const [answer, to] of Object.entries(answers))
        parts.push(button(answer, () => {
          record({ kind: "decision", text: `${words(card)}: ${answer}`, options: Object.keys(answers), choice: answer, because: because.value.trim() || "No reason was written down", authority: book.roles[step], progress: "done", why: answer });
          if (to) location.hash = `#step-${to}`;
        }, true));
    } else parts.push(button("Done", () => { if (!stopped(card, list)) record({ kind: "action", text: `Did ${words(card)}`, progress: "done" }); }, true));
    const why = make("input", { placeholder: "Why it is skipped", "aria-label": "Why it is skipped", "data-keep": "skip", hidden: true });
    parts.push(button("Skip", () => {
      if (why.hidden || !why.value.trim()) {
        why.hidden = false;
        return why.focus();
      }
      record({ kind: "fact", text: `Skipped ${words(card)}: ${why.value.trim()}`, progress: "skipped", why: why.value.trim() });
    }), why);
    return parts;
  }

  function cards(list) {
    for (const card of document.querySelectorAll("[data-step]")) {
      let row = card.querySelector(".db-doing");
      if (!list) {
        if (row) row.remove();
        card.classList.remove("db-settled");
        continue;
      }
      if (!row) {
        row = make("div", { class: "db-doing db-row" });
        card.append(row);
      }
      redraw(row, doing(card, list));
    }
  }

  document.addEventListener("drillbook:copy", (event) => {
    if (!active()) return;
    const card = event.detail.block.closest("[data-step]");
    if (card && stopped(card, entries(active()))) event.preventDefault();
  });
  document.addEventListener("drillbook:copied", (event) => {
    const card = active() && event.detail.block.closest("[data-step]");
    if (!card) return;
    const list = mine(entries(active()));
    const begun = list.some((entry) => entry.step === card.dataset.step && entry.progress === "begun");
    add({ kind: "action", text: `Copied the command of ${words(card)}`, runbook: book.runbook, step: card.dataset.step, progress: begun ? undefined : "begun", command: event.detail.whole });
  });

  // --- out -----------------------------------------------------------------------------------------------------------------
  const PUBLIC = ["at", "recorded_at", "kind", "text", "by", "milestone", "options", "choice", "because", "authority", "runbook", "step", "progress", "command", "severity", "clock"];

  function json(list) {
    const started = list.find((entry) => entry.milestone === "started");
    const versions = Object.fromEntries(list.filter((entry) => entry.runbook).map((entry) => [entry.runbook, entry.version || (entry.runbook === book.runbook ? book.version : "unknown")]));
    const whole = {
      schema: "browser-log/1",
      incident: active(),
      severity: last(list, (entry) => entry.severity)?.severity || book.severity,
      runbooks: versions,
      started_at: started ? started.at : list[0]?.at,
      exported_at: iso(new Date()),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      entries: list.map((entry) => Object.fromEntries(PUBLIC.filter((name) => entry[name] !== undefined).map((name) => [name, entry[name]]))),
    };
    return JSON.stringify(whole, null, 2) + "\n";
  }

  function markdown(list) {
    const plain = (text) => String(text).replace(/\s+/g, " ").replace(/[\\`*_[\]<>|#]/g, "\\$&");
    const lines = [`# Incident ${active()}`, "", `Exported ${iso(new Date())} from the page of ${book.runbook} ${book.version}. Times are UTC.`, "", "| At | Who | Kind | What |", "|---|---|---|---|"];
    for (const entry of list) lines.push(`| ${entry.at} | ${plain(entry.by)} | ${entry.kind} | ${plain(entry.text)}${entry.because ? ` (because: ${plain(entry.because)})` : ""}${entry.command ? ` (command: ${plain(entry.command)})` : ""} |`);
    return lines.join("\n") + "\n";
  }

  function save(text, name, type) {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    exported = entries(active()).length + active();
    show();
  }

  // What somebody began to write and where the keyboard stands outlive the drawing: another tab, a copied command and a look at
  // the terminal draw the page anew.
  function redraw(place, parts) {
    const words = new Map();
    const stops = "button, input, select, summary, a";
    const focus = place.contains(document.activeElement) ? document.activeElement : null;
    const before = focus ? [...place.querySelectorAll(stops)].indexOf(focus) : -1;
    for (const each of place.querySelectorAll("[data-keep]"))
      words.set(each.dataset.keep, { open: each.open, hidden: each.hidden, value: each.tagName === "SELECT" || each.value !== each.defaultValue ? each.value : undefined });
    const name = focus && (focus.dataset.keep || focus.getAttribute("aria-label") || focus.textContent);
    const range = focus && focus.type === "text" ? [focus.selectionStart, focus.selectionEnd] : null;
    place.replaceChildren(...parts.filter((part) => part !== ""));
    for (const each of place.querySelectorAll("[data-keep]")) {
      const old = words.get(each.dataset.keep);
      if (!old) continue;
      each.hidden = old.hidden;
      if (each.tagName === "DETAILS") each.open = old.open;
      else if (old.value !== undefined) each.value = old.value;
    }
    if (!focus) return;
    const all = [...place.querySelectorAll(stops)].filter((each) => !each.hidden);
    const same = all.find((each) => name && name === (each.dataset.keep || each.getAttribute("aria-label") || each.textContent));
    // What was pressed may be gone: then what is to be done next, or what stands in its place.
    const next = same || place.querySelector(".md-button--primary") || all[Math.min(before, all.length - 1)];
    if (!next) return;
    next.focus({ preventScroll: true });
    if (same && range) next.setSelectionRange(...range);
  }

  // The same words outlive a reload: a phone takes a page out of its memory as it likes. Kept for this tab, until they are written down.
  const DRAFT = "drillbook:draft";
  function drafts(act) {
    try {
      return act(sessionStorage);
    } catch {
      return null; // a browser that keeps nothing says so elsewhere
    }
  }
  const places = () => [here, ...document.querySelectorAll(".db-doing")];
  const written = (place) => Object.fromEntries([...place.querySelectorAll("input[data-keep]:not([type])")].filter((each) => each.value).map((each) => [each.dataset.keep, each.value]));
  const named = (place) => place.closest("[data-step]")?.dataset.step || "";
  function keep() {
    const found = places().map((place) => [named(place), written(place)]).filter(([, words]) => Object.keys(words).length);
    drafts((kept) => kept.setItem(DRAFT, JSON.stringify({ id: active(), page: book.runbook, found })));
  }
  function again() {
    const old = drafts((kept) => JSON.parse(kept.getItem(DRAFT)));
    if (!old || old.id !== active() || old.page !== book.runbook) return;
    for (const [step, words] of old.found)
      for (const [name, value] of Object.entries(words)) {
        const input = places().find((place) => named(place) === step)?.querySelector(`input[data-keep="${CSS.escape(name)}"]`);
        if (!input) continue;
        input.value = value;
        if (name === "skip") input.hidden = false;
      }
  }
  addEventListener("pagehide", () => { if (active()) keep(); });

  // --- drawing -------------------------------------------------------------------------------------------------------------
  const strip = make("div", { class: "db-strip", role: "region", "aria-label": "Incident" });
  strip.hidden = true;
  document.body.append(strip);

  function show() {
    const id = active();
    const list = id ? entries(id) : null;
    redraw(here, list ? running(list) : beginning());
    here.hidden = false;
    strip.hidden = !list;
    if (list) redraw(strip, bar(list));
    document.documentElement.classList.toggle("db-running", !!list);
    cards(list);
    tick();
  }

  window.addEventListener("storage", (event) => {
    if (event.key === null || event.key.startsWith("drillbook:")) show();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) show(); });
  setInterval(tick, 1000);
  show();
  if (active()) again();
})();
