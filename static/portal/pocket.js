/*
 * The sheet in a pocket, one item at a time: which one is the address's own (#item-…), so that the back button, a link and
 * the overview all lead to it. What is chosen is saved by sheet.js; a full mark leads on by itself. What is not sent yet
 * counts here already, by the portal's own rules (scoring.js).
 */
"use strict";

// Whoever may not write has no outbox.
(typeof outbox === "undefined" ? Promise.resolve() : outbox.ready).then(() => {
  const PAUSE = 350; // what was tapped is seen before the next item comes
  const items = [...document.querySelectorAll(".pocket-item, .pocket-end")];
  const foot = document.querySelector(".pocket-foot");
  const overview = document.querySelector(".pocket-overview");
  const told = document.getElementById("sheet-rules"); // of who may write alone
  const rules = told && JSON.parse(told.textContent);
  const sheet = document.querySelector("[data-sheet-page]").dataset.sheetPage;
  let here = null;

  const isUnmarked = (item) => item.dataset.state === "unmarked";
  const asked = () => items.find((item) => `#${item.id}` === decodeURIComponent(location.hash));
  const after = (item) => items[items.indexOf(item) + 1];

  // -- from item to item -------------------------------------------------------

  /* The next item without a mark, from the one shown on and then from the beginning; else the end. */
  function unmarked() {
    const place = items.indexOf(here) + 1;
    return [...items.slice(place), ...items.slice(0, place)].find((item) => item !== here && isUnmarked(item)) || items.at(-1);
  }

  function show(item) {
    here = item;
    for (const each of items) each.classList.toggle("is-here", each === item);
    foot.querySelector("[data-go=previous]").disabled = item === items[0];
    foot.querySelector("[data-go=next]").disabled = item === items.at(-1);
    count();
    overview.open = false;
    scrollTo(0, 0);
    item.focus({ preventScroll: true });
  }

  function go(item) {
    if (item && item !== here) location.hash = item.id;
  }

  function chosen({ target }) {
    if (target.name !== "level" || !target.checked) return;
    const item = target.closest(".item");
    const goOn = () => target.checked && item === here && !overview.open && go(after(item));
    if (target.value === "met") setTimeout(goOn, PAUSE);
    else item.querySelector("[data-status]").scrollIntoView({ block: "end" });
  }

  // -- what counts now ---------------------------------------------------------

  /* Figures, overview and check-up: the portal's own come with every answer, and without network never. */
  function count() {
    for (const link of document.querySelectorAll(".pocket-cells a")) {
      link.toggleAttribute("aria-current", link.hash === `#${here.id}`);
    }
    if (!rules) return;
    const now = scoring.typed(rules, (item) => outbox.read(outbox.keyOf(sheet, item)));
    const { points, maximum, pass, items: all, unmarked: left, sections } = scoring.total(rules, now);
    const figures = { points: points / 100, maximum: maximum / 100, pass: pass / 100, items: all, marked: all - left };
    for (const [name, figure] of Object.entries(figures)) {
      for (const place of document.querySelectorAll(`#score-bar [data-${name}], #end [data-${name}]`)) place.textContent = figure;
    }
    document.querySelector("#score-bar progress").value = figures.marked;
    const counts = document.querySelectorAll(".pocket-sections [data-marked]");
    sections.forEach((section, place) => (counts[place].textContent = section.items - section.unmarked));
    for (const { item, code } of rules.sections.flatMap((section) => section.items)) {
      if (now.has(item)) stand(code, now.get(item).level);
    }
    findings(scoring.checkup(rules, now));
  }

  function stand(code, state) {
    document.getElementById(`item-${code}`).dataset.state = state;
    const cell = document.querySelector(`.pocket-cells a[href$="#item-${code}"]`);
    if (cell.dataset.state === state) return;
    cell.dataset.state = state;
    cell.querySelector("[data-word]").replaceChildren(document.querySelector(`[data-state-words=${state}]`).content.cloneNode(true));
  }

  function findings(found) {
    for (const group of document.querySelectorAll("[data-check]")) {
      const codes = found.filter(({ check }) => check === group.dataset.check).map(({ code }) => code);
      group.hidden = !codes.length;
      group.querySelector(".tag").textContent = codes.length;
      group.querySelector("ul").replaceChildren(...codes.map(line));
    }
  }

  function line(code) {
    const link = document.createElement("a");
    link.href = `#item-${code}`;
    link.textContent = `${code} ${document.getElementById(`text-${code}`).textContent.trim()}`;
    const made = document.createElement("li");
    made.append(link);
    return made;
  }

  // -- photographs -------------------------------------------------------------

  /* Taken on this page, they need no network; without a script the link beside leads to a form. */
  async function taken({ target }) {
    const item = target.closest(".item");
    const told = item.querySelector("[data-photo-problem]");
    const { site } = document.querySelector("[data-sheet-page]").dataset;
    told.textContent = "";
    for (const file of [...target.files]) {
      const { item: key, code } = item.dataset;
      told.textContent = await photos.take(file, { sheet, site, code, item: Number(key), url: target.dataset.take });
    }
    told.textContent ||= await queue.shortage();
    target.value = "";
  }
  for (const input of document.querySelectorAll("[data-take]")) {
    input.parentElement.hidden = false;
    input.closest(".pocket-photo").querySelector("a").hidden = true;
    input.addEventListener("change", taken);
  }

  document.body.classList.add("pocket--paged");
  foot.hidden = false;
  foot.addEventListener("click", ({ target }) => {
    const way = target.closest("[data-go]")?.dataset.go;
    if (way === "next") go(after(here));
    if (way === "previous") go(items[items.indexOf(here) - 1]);
    if (way === "unmarked") go(unmarked());
  });
  document.querySelector("main").addEventListener("change", chosen);
  document.addEventListener("outbox:change", count);
  window.addEventListener("hashchange", () => asked() && show(asked()));
  show(asked() || items.find(isUnmarked) || items[0]);
});
