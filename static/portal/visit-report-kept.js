/*
 * The report of a visit where the portal cannot be reached: its gaps are those of the sheet as this device has it, by the
 * portal's own rules (scoring.js), and what was signed is kept in the outbox behind the sheet's marks, photographs and finish.
 * What was in sight goes with it (`seen`): the portal refuses what differs from the sheet by then, and the words stay here.
 * With a line, and nothing of the sheet unsent, the form is sent as it is without a script.
 */
"use strict";

outbox.ready.then(() => {
  const BELOW_FULL = ["partly", "unmet"];
  const place = document.getElementById("report-here");
  const words = place.dataset;
  const form = document.getElementById("report");
  const lacks = document.getElementById("report-lacks");
  const told = (id) => JSON.parse(document.getElementById(id).textContent);
  const [rules, stored] = [told("sheet-rules"), told("sheet-gaps")];
  const key = outbox.keyOf(words.sheet, "report");
  let isKnown = false; // the portal answered, and to this person

  // -- the gaps of now -----------------------------------------------------------

  /* A stored mark's echo may be older than this page. */
  function recordOf(item) {
    const record = outbox.read(outbox.keyOf(words.sheet, item));
    return record && (record.waiting || record.version > stored[item].version) ? record : null;
  }

  function gaps() {
    const marks = scoring.typed(rules, recordOf);
    const due = rules.sections.flatMap((section) => section.items).filter((item) => item.due);
    return due
      .map(({ item, code, level }) => {
        const mark = marks.get(item);
        return mark ? { item, code, level: mark.level, reason: recordOf(item).fields.reason.trim() } : { item, code, level, reason: stored[item].reason };
      })
      .filter(({ level }) => BELOW_FULL.includes(level));
  }

  /* What was filled in for a gap stays, whatever comes and goes beside it. */
  function draw() {
    const box = document.getElementById("gaps");
    const now = gaps();
    const drawn = now.map((gap) => box.querySelector(`[data-gap="${gap.item}"]`) ?? made(gap));
    for (const [place, { item, reason }] of now.entries()) {
      const words = drawn[place].querySelector(`[name=gap-${item}]`);
      if (words.value === words.defaultValue) words.value = words.defaultValue = reason;
    }
    const isSame = drawn.length === box.children.length && drawn.every((gap, place) => gap === box.children[place]);
    if (!isSame) box.replaceChildren(...drawn); // else somebody is typing in them
    document.getElementById("no-gaps").hidden = now.length > 0;
  }

  function made({ item, code }) {
    const gap = document.getElementById("any-gap").content.firstElementChild.cloneNode(true);
    gap.dataset.gap = item;
    gap.querySelector("[data-code]").textContent = code;
    gap.querySelector("[data-text]").textContent = stored[item].text;
    for (const each of gap.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace(/(gap|view|words)-0/, `$1-${item}`));
      }
    }
    return gap;
  }

  // -- signing -------------------------------------------------------------------

  const isWaiting = async () =>
    outbox.waiting().some((record) => record.sheet === words.sheet) || photos.isWaiting(words.sheet).catch(() => true);

  async function asked(event) {
    if (isKnown) return;
    event.preventDefault();
    if ((await whoIsHere()) === person && !(await isWaiting())) {
      isKnown = true;
      form.requestSubmit(event.submitter);
      isKnown = false;
    } else if (isWhole()) keep();
  }

  function say(text) {
    lacks.textContent = text;
    lacks.hidden = !text;
    if (text) lacks.scrollIntoView({ block: "center" });
  }

  /* What the portal would refuse for want of it; the form checks nothing itself (novalidate). */
  function isWhole() {
    say("");
    form.noValidate = false;
    for (const { item } of gaps()) {
      const isContradicted = form.elements[`view-${item}`].value === "contradicts";
      form.elements[`words-${item}`].required = isContradicted;
    }
    const isFilled = form.reportValidity();
    form.noValidate = true;
    if (!isFilled) return false;
    const why = form.elements.paper.value ? words.paper : form.elements.signature.value ? "" : words.noSignature;
    say(why);
    return !why;
  }

  const viewOf = (item) => form.querySelector(`[name=view-${item}]:checked`).closest("label, .form-check").textContent.trim();
  const saysOf = (now) =>
    [
      form.elements.signer_name.value, form.elements.signer_post.value,
      ...now.map(({ item, code }) => [code, form.elements[`gap-${item}`].value, viewOf(item), form.elements[`words-${item}`].value].filter(Boolean).join(" ")),
      form.elements.remarks.value,
    ].filter(Boolean).join(" · ");

  function keep() {
    const now = gaps();
    const fields = Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"));
    const seen = JSON.stringify(now.map(({ code, level, reason }) => [code, level, reason]));
    outbox.keep({
      key, sheet: words.sheet, item: "report", kind: "report", code: words.name, site: words.site, says: saysOf(now),
      url: words.url, place: words.place, fields: { ...fields, key: newKey(), seen, corrects: words.corrects }, version: 0,
      waiting: true, trouble: "", note: "", unsure: null, at: new Date().toISOString(),
    });
    outbox.soon();
  }

  /* Everything but the signature, what the unit said, and gaps as the sheet had them: those are given anew. */
  function anew() {
    const { fields } = outbox.read(key);
    if (!confirm(words.sure)) return;
    outbox.drop(key);
    const reasons = JSON.parse(fields.seen).map(([, , reason]) => reason);
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name];
      const isTyped = field?.type && field.type !== "hidden" && !(name.startsWith("gap-") && reasons.includes(value));
      if (isTyped) field.value = value;
    }
  }

  function show() {
    const record = outbox.read(key);
    const isKept = Boolean(record?.waiting);
    place.hidden = !isKept;
    form.hidden = isKept;
    place.querySelector("[data-why]").textContent = isKept ? outbox.sentence(record) : "";
    place.querySelector("[data-says]").textContent = isKept ? record.says : "";
    if (!isKept) draw();
  }

  form.addEventListener("submit", asked);
  place.querySelector("[data-anew]").addEventListener("click", anew);
  document.addEventListener("outbox:change", ({ detail }) => {
    show();
    if (detail.key !== key || !detail.record || detail.record.waiting) return;
    outbox.drop(key); // the portal has it
    location.assign(words.after);
  });
  show();
});
