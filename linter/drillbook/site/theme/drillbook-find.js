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

  function show() {
    const words = box.value.toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter(Boolean);
    const found = [];
    for (const each of cards) {
      const all = words.every((word) => each.rest.includes(word));
      each.card.hidden = !all;
      if (!all) continue;
      each.score = words.reduce((sum, word) => sum + (each.seen.includes(word) ? 3 : 0) + (each.title.includes(word) ? 2 : 0), 0);
      found.push(each);
    }
    found.sort((a, b) => b.score - a.score || a.place - b.place);
    for (const each of found) list.append(each.card);
    told.textContent = !words.length ? "" : found.length ? `${found.length} of ${cards.length}. Enter opens the first, arrow keys go through them.`
      : "None has all these words. Try fewer, or look by component.";
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
