/*
 * The score sheet's own forms: each item is saved by itself while it is filled in. What is typed goes to the outbox
 * first (outbox.js); this file carries it there, and puts on the page what becomes of it. Without it every item has a
 * button that saves it, and the page comes back.
 */
"use strict";

outbox.ready.then(() => {
  const PAUSE = 1000;
  const { words } = outbox;
  const section = document.querySelector("[data-sheet-page]");
  const forms = new Map([...document.querySelectorAll(".item-form")].map((form) => [keyOf(form), form]));
  const stored = new Map(); // key → the fields as the portal has them
  const told = new Map(); // key → the status as the portal worded it
  const pauses = new Map();

  function itemOf(form) {
    return form.closest(".item");
  }
  function keyOf(form) {
    const { sheet, item } = itemOf(form).dataset;
    return outbox.keyOf(sheet, item);
  }
  const statusOf = (form) => form.querySelector("[data-status]");
  const problemsOf = (form) => form.querySelector(".item-problems");
  const versionOf = (form) => Number(form.elements.version.value);

  // -- fields ----------------------------------------------------------------

  /* As the portal would store them: a full mark has no reason, but for the team's, which says why it is this one. */
  function fieldsOf(form) {
    const data = new FormData(form);
    const fields = Object.fromEntries(["level", "points", "faults", "reason"].map((name) => [name, data.get(name) || ""]));
    return isFull(form, fields) && !("isFinal" in section.dataset) ? { ...fields, reason: "" } : fields;
  }

  const counts = (form, { level }) => form.elements.faults && level !== "inapplicable";
  const isFull = (form, fields) => (counts(form, fields) ? fields.faults.trim() !== "" && Number(fields.faults) === 0 : fields.level === "met");

  function fill(form, fields) {
    for (const field of form.querySelectorAll("[name=level]")) field.checked = field.value === fields.level;
    for (const name of ["points", "faults", "reason"]) if (form.elements[name]) form.elements[name].value = fields[name];
    showNeeds(form);
  }

  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /* The field that has still to be filled in before the item can be stored. */
  function lacking(form, fields) {
    if (counts(form, fields) && !fields.faults.trim()) return "faults";
    if (!counts(form, fields) && !fields.level) return "level";
    return isFull(form, fields) || fields.reason.trim() ? "" : "reason";
  }

  function showNeeds(form) {
    const fields = fieldsOf(form);
    form.classList.toggle("needs-reason", lacking(form, { ...fields, reason: "" }) === "reason");
    const left = form.querySelector("[data-left]");
    if (!left) return;
    // In hundredths, so that nothing is lost on the way.
    const [all, off] = [left.dataset.points, left.dataset.off].map((points) => Math.round(points * 100));
    const points = Math.max(all - off * (Number(fields.faults) || 0), 0) / 100;
    left.textContent = fields.faults.trim() && fields.level !== "inapplicable" ? words.left.replace("{left}", points).replace("{all}", all / 100) : "";
  }

  const saysOf = (form, fields) => {
    const level = form.querySelector("[name=level]:checked")?.closest("label").querySelector("[data-word]").textContent || "";
    return [level, fields.points || fields.faults, fields.reason].filter(Boolean).join(" · ");
  };

  // -- from the page to the outbox --------------------------------------------

  /* Keep what is typed. Only a knowing save (`isAsked`) goes over a mark that somebody else wrote meanwhile. */
  function remember(form, isAsked = false) {
    const key = keyOf(form);
    const fields = fieldsOf(form);
    const before = outbox.read(key);
    const isOpen = Boolean(before?.waiting);
    const isStale = isOpen && before.trouble === "stale";
    showNeeds(form);
    if (isSame(fields, stored.get(key)) && !isStale && !outbox.isBusy(key) && (versionOf(form) || !isAsked) && !problemsOf(form).textContent.trim()) {
      if (isOpen) outbox.drop(key);
      return;
    }
    const trouble = isStale && !isAsked ? "stale" : lacking(form, fields) ? "incomplete" : "";
    const version = isOpen ? (isStale && isAsked ? before.over : before.version) : versionOf(form);
    const { sheet, item, code } = itemOf(form).dataset;
    const unsure = isOpen ? before.unsure : null;
    outbox.keep({
      key, sheet, item, code, fields, version, trouble, unsure, waiting: true, note: "", over: before?.over,
      site: section.dataset.site, says: saysOf(form, fields), at: new Date().toISOString(),
      opened: section.dataset.opened, url: new URL(form.action).pathname, place: `${section.dataset.url}#${itemOf(form).id}`,
    });
  }

  function pass(form) {
    clearTimeout(pauses.get(form));
    pauses.delete(form);
    return outbox.sendOne(keyOf(form));
  }

  function typed({ target }) {
    const form = target.form;
    if (target.type === "radio" || target.type === "checkbox") return;
    remember(form);
    clearTimeout(pauses.get(form));
    pauses.set(form, setTimeout(pass, PAUSE, form));
  }

  function chosen({ target }) {
    if (target.type !== "radio" && target.type !== "checkbox") return;
    remember(target.form);
    pass(target.form);
  }

  /* A refused mark is made anew by the same tap as well, which changes nothing that a browser would tell. */
  function again({ target }) {
    const record = target.form && outbox.read(keyOf(target.form));
    if (target.name === "level" && record?.trouble === "refused" && record.fields.level === target.value) chosen({ target });
  }

  async function asked(event) {
    const form = event.currentTarget;
    event.preventDefault();
    remember(form, true);
    const lacks = lacking(form, fieldsOf(form));
    if (lacks) return focusOn(form, lacks);
    const sent = pass(form);
    if (event.submitter?.name === "next") await goOn(form, sent);
  }

  function focusOn(form, name) {
    const field = form.querySelector(`[name=${name}]`);
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  function step(event) {
    const by = event.target.closest("[data-step]")?.dataset.step;
    if (by === undefined) return;
    const field = event.currentTarget.elements.faults;
    field.value = by === "none" ? 0 : Math.max(Number(field.value || 0) + Number(by), 0);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // -- from the outbox to the page --------------------------------------------

  function say(form, kind, text) {
    const made = document.getElementById(`says-${kind}`).content.cloneNode(true);
    made.querySelector("[data-text]").textContent = text;
    statusOf(form).replaceChildren(made);
  }

  /* The portal's answer to a save: everything but the fields, in which somebody may be typing. */
  function take(form, answer) {
    const { code } = itemOf(form).dataset;
    for (const id of [`problems-${code}`, `status-${code}`, `consent-${code}`]) {
      const place = document.getElementById(id);
      if (place) place.innerHTML = answer.getElementById(id)?.innerHTML || "";
    }
    for (const id of ["score-bar", "sheet-nav"]) replace(document.getElementById(id), answer.getElementById(id));
    for (const field of answer.querySelectorAll(".item-form [name]")) {
      for (const own of form.querySelectorAll(`[name="${field.name}"]`)) own.toggleAttribute("aria-invalid", field.hasAttribute("aria-invalid"));
    }
    itemOf(form).dataset.state = answer.querySelector("[data-state]").dataset.state;
    told.set(keyOf(form), statusOf(form).innerHTML);
  }

  function replace(place, fresh) {
    if (!place || !fresh) return;
    const hadFocus = place.contains(document.activeElement);
    place.replaceWith(fresh);
    if (hadFocus) fresh.querySelector("a")?.focus();
  }

  function reflect(key, record, answer) {
    const form = forms.get(key);
    if (!form) return;
    if (answer) take(form, answer);
    if (!record) forget(form, key);
    else if (record.waiting) sayWaiting(form, record);
    else settle(form, record, answer);
  }

  function forget(form, key) {
    fill(form, stored.get(key));
    problemsOf(form).replaceChildren();
    statusOf(form).innerHTML = told.get(key);
  }

  function sayWaiting(form, record) {
    if (outbox.isBusy(record.key)) say(form, "saving", words.saving);
    else if (record.trouble === "incomplete") say(form, "waiting", words[`lacks${lacking(form, record.fields)}`] || words.waiting);
    else if (record.trouble) say(form, "waiting", outbox.sentence(record));
  }

  /* What is stored; without an answer it was another window that stored it, or this page is older than the mark. */
  function settle(form, record, answer) {
    stored.set(record.key, record.fields);
    form.elements.version.value = record.version;
    // A full mark is stored without the reason of the lower one, and the page says what is stored.
    if (!record.fields.reason && isSame(fieldsOf(form), record.fields)) form.elements.reason.value = "";
    if (answer) return;
    fill(form, record.fields);
    itemOf(form).dataset.state = record.fields.level || "partly";
    const time = new Date(record.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    say(form, "saved", words.saved.replace("{time}", time));
  }

  // -- going on ----------------------------------------------------------------

  const isUnanswered = (item) => {
    if (item.dataset.state !== "unmarked") return false;
    const record = outbox.read(outbox.keyOf(item.dataset.sheet, item.dataset.item));
    return !record || (record.waiting && record.trouble === "incomplete");
  };

  /* The next item without a mark: in this section, in the ones after it, then from the beginning. */
  async function goOn(form, sent) {
    const items = [...document.querySelectorAll(".item")];
    const next = items.slice(items.indexOf(itemOf(form)) + 1).find(isUnanswered);
    if (next) return goTo(next);
    // Another page counts what is stored: give the save a moment.
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 1500))]);
    const links = [...document.querySelectorAll("#sheet-nav a")];
    const place = links.findIndex((link) => link.hasAttribute("aria-current"));
    const others = [...links.slice(place + 1), ...links.slice(0, place)].find((link) => link.dataset.wanting);
    if (others) return location.assign(others.dataset.wanting);
    const left = items.find(isUnanswered);
    if (left) goTo(left);
    else document.querySelector("[data-finish]")?.focus();
  }

  function goTo(item) {
    const field = item.querySelector("[name=level]:checked") || item.querySelector("input:not([type=hidden]), .item-mark a");
    location.replace(`#${item.id}`);
    field?.focus({ preventScroll: true });
  }

  function pressed(event) {
    const item = event.target.closest?.(".item");
    const form = item?.querySelector(".item-form");
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=next]"));
    } else if (/^[1-4]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey && !isText(event.target)) {
      const level = form.querySelectorAll("[type=radio][name=level]")[event.key - 1];
      level?.focus();
      level?.click();
    }
  }

  const isText = (field) => field.matches("textarea, input:not([type=radio]):not([type=checkbox])");

  const unsent = () => outbox.waiting().find(({ sheet, kind }) => !kind && sheet === section.dataset.sheetPage);

  async function clicked(event) {
    const link = event.target.closest("[data-take-theirs], [data-finish], [data-next]");
    if (!link) return;
    if (link.matches("[data-take-theirs]")) {
      event.preventDefault();
      outbox.drop(keyOf(link.closest("form")));
      location.hash = link.hash;
      location.reload();
    } else if (link.matches("[data-finish]") && unsent()) {
      event.preventDefault();
      await Promise.all([...forms.values()].map(pass));
      const left = unsent();
      if (!left) return location.assign(link.href);
      const form = forms.get(left.key);
      if (form) goTo(itemOf(form));
      else location.assign(left.place);
    } else if (link.matches("[data-next]")) {
      const item = [...document.querySelectorAll(".item")].find(isUnanswered);
      if (!item) return;
      event.preventDefault();
      goTo(item);
    }
  }

  // -- without network -----------------------------------------------------------

  /* Let the worker see every section once, so that the whole sheet can be opened where there is no network. */
  async function keepPages() {
    const { serviceWorker } = navigator;
    const note = document.getElementById("kept-note");
    if (!note) return;
    try {
      await outbox.worker;
    } catch {
      document.getElementById("kept-off").hidden = false;
      return;
    }
    const { active } = await serviceWorker.ready;
    if (!serviceWorker.controller) {
      const claimed = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
      active.postMessage("claim");
      await claimed;
    }
    const flag = `kept/${words.user}/${section.dataset.sheetPage}`;
    if (!sessionStorage.getItem(flag)) {
      const links = document.querySelectorAll("#sheet-nav a, [data-worklist], [data-keep], link[rel=stylesheet], link[rel=icon], link[rel=prefetch], script[src]");
      const addresses = [location.href, ...[...links].map((link) => link.href || link.src)];
      for (const address of new Set(addresses.map((each) => each.split("#")[0]))) {
        // To the sign-in page it is not followed: that would be no sheet, and would change the token of the form there.
        const answer = await fetch(address, { redirect: "manual" });
        await answer.blob(); // one that nobody reads keeps the worker from being renewed for minutes
        if (!answer.ok) return;
      }
      sessionStorage.setItem(flag, "1");
    }
    note.hidden = false;
  }

  for (const [key, form] of forms) {
    stored.set(key, fieldsOf(form));
    told.set(key, statusOf(form).innerHTML);
    form.addEventListener("input", typed);
    form.addEventListener("change", chosen);
    form.addEventListener("focusout", () => pauses.has(form) && pass(form));
    form.addEventListener("submit", asked);
    form.addEventListener("click", step);
    form.addEventListener("click", again);
    for (const button of form.querySelectorAll("[data-step]")) button.hidden = false;
    const record = outbox.read(key);
    if (record?.waiting) fill(form, record.fields);
    else if (record && record.version <= versionOf(form)) outbox.drop(key);
    showNeeds(form);
    reflect(key, outbox.read(key));
  }
  document.addEventListener("outbox:change", ({ detail }) => reflect(detail.key, detail.record, detail.answer));
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  whenLoaded(() => {
    // Whoever was led to an item goes on there, by key as well; the browser itself only scrolls to it.
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches(".item")) goTo(target);
    keepPages().catch(() => {});
  });
});
