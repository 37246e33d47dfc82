// The start page: what somebody types -> the runbooks that have all of its words, the likeliest first. Nothing is loaded for it.
(function () {
  "use strict";
  const box = document.getElementById("db-find");
  if (!box) return;
  const told = document.getElementById("db-found");
  const cards = [...document.querySelectorAll("[data-find]")].map((card, place) => {
    const text = (selector) => [...card.querySelectorAll(selector)].map((each) => each.textContent).join(" ").toLowerCase();
    return { card, place, link: card.querySelector("a"), title: text(".db-title"), seen: text("li, code"), rest: (card.textContent + " " + card.dataset.find).toLowerCase() };
  });
  const list = cards.length ? cards[0].card.parentNode : null;

  // "declines" and "declined" look for the same.
  const stem = (word) => (word.length > 5 ? word.replace(/(?:ation|ating|ated|ate|ing|ed|er|es|s)$/, "") : word);

  function show() {
    const words = [...new Set(box.value.toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter(Boolean).map(stem))];
    const found = [];
    for (const each of cards) each.has = words.filter((word) => each.rest.includes(word)).length;
    const most = Math.max(0, ...cards.map((each) => each.has));
    for (const each of cards) {
      each.card.hidden = words.length > 0 && (!most || each.has < most);
      if (each.card.hidden) continue;
      each.score = words.reduce((sum, word) => sum + (each.seen.includes(word) ? 3 : 0) + (each.title.includes(word) ? 2 : 0), 0);
      found.push(each);
    }
    found.sort((a, b) => b.score - a.score || a.place - b.place);
    for (const each of found) list.append(each.card);
    told.textContent = !words.length ? "" : found.length && most < words.length ? `None has all these words; ${found.length} of ${cards.length} ${found.length === 1 ? "has" : "have"} ${most} of ${words.length}. Enter opens the first.`
      : found.length ? `${found.length} of ${cards.length}. Enter opens the first, arrow keys go through them.`
      : "None has any of these words. Try others, or look by component.";
  }

  const links = () => [...list.querySelectorAll("[data-find]:not([hidden]) .db-title a")];
  document.addEventListener("keydown", (event) => {
    const at = links().indexOf(document.activeElement);
    const inside = document.activeElement === box || at >= 0;
    if (event.key === "ArrowDown" && inside) links()[at + 1]?.focus();
    else if (event.key === "ArrowUp" && at >= 0) (links()[at - 1] || box).focus();
    else if (event.key === "Enter" && document.activeElement === box) links()[0]?.click();
    else return;
    event.preventDefault();
  });
  box.addEventListener("input", show);
  box.closest("[hidden]").hidden = false;
  const asked = new URLSearchParams(location.search).get("find");
  if (asked) {
    box.value = asked;
    show();
  }
})();
