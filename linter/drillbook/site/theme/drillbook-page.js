// The form of a runbook page -> its commands, queries and links filled in, with buttons that copy them. Asks no other host for
// anything and keeps nothing but the page's own address. Without this script the page shows the variables as a shell reads them.
(function () {
  "use strict";
  const root = new URL("../", document.currentScript.src);
  if ("serviceWorker" in navigator && window.isSecureContext && location.protocol !== "file:")
    navigator.serviceWorker.register(new URL("drillbook-sw.js", root)).catch(() => {}); // the page works without it
  // What may stand in a command or query, whatever a pattern allows: nothing here ends the quotes that it stands in.
  const HARMLESS = /^[\w.:/@,+ -]*$/;
  const WORD = /^(?!.*(?:--|\/\/|\.\.))[\w.:/@,+-]*$/;
  const form = document.getElementById("fill");
  const choice = form && form.querySelector("select");
  const fields = form ? [...form.querySelectorAll("input, select")] : [];
  const state = {};

  function why(field, value) {
    if (!value) return "";
    let fits;
    try {
      fits = new RegExp("^(?:" + field.dataset.pattern + ")$", "u");
    } catch {
      return "its pattern cannot be read, so nothing is filled in";
    }
    const words = "many" in field.dataset ? value.split(/\s+/) : [value];
    const wrong = words.find((word) => !fits.test(word));
    if (wrong !== undefined) return `“${wrong}” does not look like “${field.placeholder.split(",")[0]}”`;
    if (words.some((word) => !HARMLESS.test(word) || word.startsWith("-")))
      return "holds a character that cannot stand in a command";
    return "";
  }

  function read() {
    for (const name of Object.keys(state)) delete state[name];
    if (!form) return;
    for (const field of form.querySelectorAll("input")) {
      const value = field.value.trim();
      const wrong = why(field, value);
      field.setAttribute("aria-invalid", wrong ? "true" : "false");
      document.getElementById(field.id + "-why").textContent = wrong;
      if (value && !wrong) state[field.name] = { value: value.split(/\s+/).join(" "), many: "many" in field.dataset };
    }
    const chosen = choice && choice.selectedOptions[0];
    if (chosen && chosen.value)
      for (const [name, value] of Object.entries(JSON.parse(chosen.dataset.values))) state[name] = { value, many: false };
  }

  // The text of a use, or null where it has no value that may stand there.
  function filled(use, stage) {
    if (use.dataset.use === "stage" && stage !== undefined) return stage;
    const found = state[use.dataset.use];
    if (!found) return null;
    if ("loose" in use.dataset && !found.value.split(" ").every((word) => WORD.test(word))) return null;
    return "loose" in use.dataset && !found.many && found.value.includes(" ") ? null : found.value;
  }

  function title(name) {
    const label = form && form.querySelector(`label[for="fill-${name}"]`);
    return label ? label.textContent : name;
  }

  function show() {
    for (const use of document.querySelectorAll(".db-use")) {
      use.dataset.raw ??= use.textContent;
      const value = filled(use);
      use.textContent = value === null ? use.dataset.raw : value;
      use.classList.toggle("db-filled", value !== null);
    }
    for (const ask of document.querySelectorAll(".db-asks")) {
      const needed = Array.from(ask.dataset.query.matchAll(/\$\{([a-z][a-z0-9_]*)\}/g), (use) => use[1]);
      const inside = { ...state, environment: { value: ask.dataset.environment } };
      const whole = needed.every((name) => inside[name]);
      const name = ask.dataset.environment;
      if (!whole) {
        ask.textContent = `${name} (fill in first)`;
        continue;
      }
      const query = ask.dataset.query.replace(/\$\{([a-z][a-z0-9_]*)\}/g, (_, name) => inside[name].value);
      const link = document.createElement("a");
      link.href = ask.dataset.page + "?" + new URLSearchParams({ "g0.expr": query, "g0.tab": "0", "g0.range_input": "6h" });
      link.textContent = name;
      ask.replaceChildren(link);
    }
    const chosen = choice && choice.selectedOptions[0];
    for (const card of document.querySelectorAll("[data-step]")) {
      const only = (card.dataset.only || "").split(" ").filter(Boolean);
      const elsewhere = chosen && chosen.value && only.length && !only.includes(chosen.value);
      const refused = chosen && { nothing: card.dataset.changes !== "nothing", reversible: card.dataset.changes === "irreversible" }[chosen.dataset.allow];
      say(card, "db-elsewhere", elsewhere ? `Not in ${chosen.value}: this step is for ${only.join(", ")}.`
        : refused ? `${chosen.value} allows ${chosen.dataset.allow} changes only: this step needs another environment, or a change of the catalog.` : "");
    }
  }

  function say(card, kind, text) {
    let line = card.querySelector("." + kind);
    if (!text) {
      if (line) line.remove();
      return;
    }
    if (!line) {
      line = document.createElement("p");
      line.className = kind;
      line.setAttribute("role", "status");
      card.prepend(line);
    }
    line.textContent = text;
  }

  // The command with its values, or the names that have none.
  function text(block, stage) {
    const missing = [];
    let whole = "";
    (function walk(node) {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) whole += child.data;
        else if (child.classList.contains("db-use")) {
          const value = filled(child, stage);
          if (value === null) missing.push(child.dataset.use);
          else whole += value;
        } else walk(child);
      }
    })(block.querySelector("code"));
    return { whole, missing: [...new Set(missing)] };
  }

  async function copy(words) {
    if (navigator.clipboard && window.isSecureContext) {
      try {
        await navigator.clipboard.writeText(words);
        return true;
      } catch {
        // some browsers refuse without a gesture that they trust: the old way follows
      }
    }
    const area = document.createElement("textarea");
    area.value = words;
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function refuse(block, missing) {
    const first = missing.find((name) => document.getElementById("fill-" + name));
    const told = missing.map((name) => `“${title(name)}”`).join(" and ");
    note(block, first ? `Not copied: fill in ${told} first.` : `Not copied: ${told} has no value.`, first);
  }

  function note(block, words, field) {
    const line = block.querySelector(".db-told");
    line.textContent = words + " ";
    if (!field) return;
    const link = document.createElement("a");
    link.href = "#fill-" + field;
    link.textContent = "Go there";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("fill-" + field).focus();
    });
    line.append(link);
  }

  function button(block, label, stage) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "md-button db-copy";
    made.textContent = label;
    made.addEventListener("click", async () => {
      const { whole, missing } = text(block, stage);
      if (missing.length) return refuse(block, missing);
      if (!document.dispatchEvent(new CustomEvent("drillbook:copy", { cancelable: true, detail: { block } }))) return;
      const done = await copy(whole.replace(/\n$/, ""));
      note(block, done ? "Copied." : "Not copied: the browser refused. Select the text and copy it by hand.");
      if (done) document.dispatchEvent(new CustomEvent("drillbook:copied", { detail: { block, whole } }));
    });
    return made;
  }

  for (const block of document.querySelectorAll(".db-command")) {
    const bar = document.createElement("p");
    bar.className = "db-bar-of";
    const stages = (block.dataset.stages || "").split(" ").filter(Boolean);
    if (stages.length) for (const stage of stages) bar.append(button(block, `Copy for ${stage}`, stage));
    else bar.append(button(block, "Copy"));
    const told = document.createElement("span");
    told.className = "db-told";
    told.setAttribute("role", "status");
    bar.append(told);
    block.append(bar);
  }

  // A command that was selected by hand, from wherever the selection began; who takes the whole page along takes it as it is read.
  document.addEventListener("copy", (event) => {
    const picked = document.getSelection();
    const blocks = [...document.querySelectorAll(".db-command")].filter((block) => picked.containsNode(block.querySelector("code"), true));
    if (blocks.length > 1 && !blocks.some((block) => block.contains(picked.anchorNode) || block.contains(picked.focusNode))) return;
    for (const block of blocks) {
      const open = [...block.querySelectorAll(".db-use")].filter((use) => filled(use) === null && picked.containsNode(use, true));
      if (!open.length) continue;
      event.preventDefault();
      return refuse(block, [...new Set(open.map((use) => use.dataset.use))]);
    }
  });

  if (form) {
    const given = new URLSearchParams(location.search);
    for (const field of fields) {
      const named = given.get(field.name) ?? (field.dataset.label ? given.get(field.dataset.label) : null);
      if (named === null) continue;
      if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === named)) continue;
      field.value = named;
    }
    if (choice && !choice.value && choice.options.length === 2) choice.selectedIndex = 1;
    form.hidden = false;
    form.addEventListener("input", () => {
      read();
      show();
      const kept = new URLSearchParams(location.search);
      for (const field of fields) {
        if (field.value.trim()) kept.set(field.name, field.value.trim());
        else kept.delete(field.name);
      }
      const query = kept.toString();
      history.replaceState(history.state, "", (query ? "?" + query : location.pathname) + location.hash);
    });
    const version = given.get("version");
    const here = document.querySelector("[data-version]");
    if (version && here && here.dataset.version !== version) {
      const told = document.createElement("p");
      told.className = "db-elsewhere";
      told.setAttribute("role", "status");
      told.textContent = `The alert was made from version ${version}; this page shows version ${here.dataset.version}.`;
      here.prepend(told);
    }
  }
  read();
  show();
  document.documentElement.classList.add("db-scripted");
  addEventListener("load", () => {
    for (const wide of document.querySelectorAll(".md-typeset__scrollwrap")) wide.tabIndex = 0; // arrow keys scroll what has the focus
  });
  // A link to a step lands on it though the form has just made the page longer.
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) target.scrollIntoView();
})();
