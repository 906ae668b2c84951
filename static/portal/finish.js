/*
 * Finishing an inspector's sheet where the portal cannot be reached, or does not know who is here any more: the finish is
 * kept in the outbox behind the sheet's marks and photographs, and nothing is written on the sheet while it waits. With a
 * line the button leads to the portal's own page, as it does without a script.
 */
"use strict";

outbox.ready.then(() => {
  const main = document.querySelector("[data-sheet-page]");
  const link = document.querySelector(".pocket-end [data-finish]");
  const place = document.getElementById("finish-here");
  const words = place.dataset;
  const sheet = main.dataset.sheetPage;
  const rules = JSON.parse(document.getElementById("sheet-rules").textContent);
  const key = outbox.keyOf(sheet, "finish");
  let isKnown = false; // the portal answered, and to this person

  const marks = () => scoring.typed(rules, (item) => outbox.read(outbox.keyOf(sheet, item)));

  async function asked(event) {
    if (isKnown) return;
    event.preventDefault();
    event.stopPropagation();
    isKnown = (await whoIsHere()) === person;
    if (isKnown) link.click();
    isKnown = false;
    show(true);
  }

  function finish() {
    const { points } = scoring.total(rules, marks());
    outbox.keep({
      key, sheet, item: "finish", kind: "finish", code: words.name, site: main.dataset.site, says: String(points / 100),
      url: words.url, place: `${main.dataset.url}#end`, fields: { key: newKey(), points: String(points) }, version: 0,
      waiting: true, trouble: "", note: "", unsure: null, at: new Date().toISOString(),
    });
    outbox.soon();
  }

  /* `wanted`: the person asked to finish, and the portal is out of reach. */
  function show(wanted = !place.hidden) {
    const record = outbox.read(key);
    const left = scoring.total(rules, marks()).unmarked;
    const state = record ? (record.waiting ? "waiting" : "done") : left ? "left" : "ready";
    place.hidden = !record && !wanted;
    link.hidden = Boolean(record);
    for (const part of place.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== state;
    place.querySelector("[data-left]").textContent = left;
    place.querySelector("[data-why]").textContent = record?.waiting ? outbox.sentence(record) : "";
    for (const each of document.querySelectorAll(".pocket-mark")) each.inert = Boolean(record);
  }

  link.addEventListener("click", asked);
  place.querySelector("[data-now]").addEventListener("click", finish);
  place.querySelector("[data-back]").addEventListener("click", () => outbox.drop(key));
  document.addEventListener("outbox:change", ({ detail }) => {
    show();
    // The portal has it: its own page of the sheet is there.
    if (detail.key === key && detail.record && !detail.record.waiting) location.assign(words.after);
  });
  show();
});
