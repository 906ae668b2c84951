/*
 * Marks on their way to the portal: kept on this device first, sent one by one, let go once they are stored.
 *
 * One record an item, in localStorage under the writer's own number, so that nobody else at this device sees it:
 *   { key, sheet, item, code, site, url, place, says, fields, version, at, waiting, trouble, note, unsure, over }
 * waiting: typed here and not stored yet; `version` is then the row version it was typed upon. A record that no longer
 *   waits is the echo of a stored mark: a page kept for reading without network may be older than it (sheet.js).
 * trouble: why it waits: incomplete | offline | signed-out | stale | refused; `note` is what the portal said.
 * unsure: fields sent whose answer never came; they may have been stored. over: the version of the other's mark.
 *
 * Signing out takes the echoes and the kept pages away (portal.js). What waits stays: it is the only copy, it is shown
 * to its writer alone, and goes when it is sent or discarded.
 */
"use strict";

const outbox = (() => {
  const panel = document.getElementById("outbox");
  const words = panel.dataset;
  const PREFIX = `sheets/${words.user}/`;
  const HELD = ["incomplete", "stale", "refused"]; // wait for the writer, not for the network
  const LASTING = ["offline", "signed-out", "stale"]; // are no better for what was typed on meanwhile
  const LONGEST_ANSWER = 20000;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 60000;

  // -- what is kept ----------------------------------------------------------

  const unkept = new Map(); // where the browser keeps nothing; such a page warns before it is left
  const parse = (text) => text && JSON.parse(text);
  const keyOf = (sheet, item) => `${PREFIX}${sheet}/${item}`;
  const read = (key) => unkept.get(key) || parse(localStorage.getItem(key));
  const keep = (record, answer = null) => {
    try {
      localStorage.setItem(record.key, JSON.stringify(record));
      unkept.delete(record.key);
    } catch {
      unkept.set(record.key, record);
    }
    changed(record.key, answer);
  };
  const drop = (key) => {
    localStorage.removeItem(key);
    unkept.delete(key);
    changed(key);
  };
  const keys = () => [...new Set([...Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)), ...unkept.keys()])];
  const waiting = () => keys().map(read).filter((record) => record.waiting).sort((a, b) => (a.at < b.at ? -1 : 1));
  const changed = (key, answer = null) => {
    show();
    document.dispatchEvent(new CustomEvent("outbox:change", { detail: { key, record: read(key), answer } }));
  };

  // -- sending ---------------------------------------------------------------

  const busy = new Set();
  let retryIn = FIRST_RETRY;
  let retry = 0;

  const sent = (record, token) =>
    fetch(record.url, {
      method: "POST",
      body: new URLSearchParams({ ...record.fields, version: record.version }),
      headers: { "HX-Request": "true", "X-CSRFToken": token },
      redirect: "manual",
      keepalive: true,
      signal: AbortSignal.timeout(LONGEST_ANSWER),
    });

  /* The portal's answer: { trouble, note, page } where something is in the way, else { version, page }. */
  async function post(record) {
    let answer;
    try {
      answer = await sent(record, formToken);
      // Signing in again changes the token, and a page kept for reading without network has one of long ago.
      if (answer.status === 403) answer = await sent(record, await fetchFormToken());
    } catch {
      return { trouble: "offline", unsure: true };
    }
    // A save leads nowhere but to the sign-in page.
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { trouble: "signed-out" };
    if (answer.status === 404) return { trouble: "refused", note: words.gone };
    if (answer.status !== 200 && answer.status !== 422) return { trouble: "offline", unsure: answer.status >= 500 };
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const version = Number(page.querySelector("[name=version]").value);
    if (answer.status === 200) return { version, page };
    const note = page.querySelector(".item-problems").textContent.replace(/\s+/g, " ").trim();
    const other = page.querySelector("[data-other]")?.dataset;
    if (!other) return { trouble: "refused", note, page };
    return { trouble: "stale", note, page, over: version, other };
  }

  /* The stored mark is this device's own, sent before without hearing the answer. */
  const isOwn = (sent, other) =>
    sent && other.own && sent.reason.trim() === other.reason && (sent.faults ? sent.faults === other.faults : sent.level === other.level);

  async function send(key) {
    const record = read(key);
    if (!record?.waiting || HELD.includes(record.trouble) || busy.has(key)) return record?.trouble;
    busy.add(key);
    changed(key);
    const came = await post(record);
    busy.delete(key);
    const now = read(key); // may have been typed on, or discarded, meanwhile
    if (!now) return "";
    if (came.trouble === "stale" && isOwn(record.unsure, came.other)) {
      keep({ ...now, version: came.over, unsure: null });
      return send(key);
    }
    const { version = now.version, trouble = "", note = "", over } = came;
    const again = !LASTING.includes(trouble) && JSON.stringify(now.fields) !== JSON.stringify(record.fields);
    const next = again ? { waiting: true, trouble: now.trouble } : { waiting: Boolean(trouble), trouble };
    keep({ ...now, version, note, over, unsure: came.unsure ? record.fields : null, ...next }, came.page);
    return again ? send(key) : trouble;
  }

  /* One after the other, and no further once the portal is out of reach. */
  async function sendAll() {
    for (const { key } of waiting()) {
      const trouble = await send(key);
      if (trouble === "offline" || trouble === "signed-out") return later();
    }
    retryIn = FIRST_RETRY;
  }

  function later() {
    clearTimeout(retry);
    retry = setTimeout(sendAll, retryIn);
    retryIn = Math.min(retryIn * 2, LAST_RETRY);
  }

  function soon() {
    clearTimeout(retry);
    retryIn = FIRST_RETRY;
    return sendAll();
  }

  const sendOne = async (key) => {
    const trouble = await send(key);
    if (trouble === "offline" || trouble === "signed-out") later();
  };

  // -- what is shown ---------------------------------------------------------

  const here = (record) => Boolean(document.querySelector(`[data-item="${record.item}"][data-sheet="${record.sheet}"]`));
  const sentence = (record) => {
    if (busy.has(record.key)) return words.saving;
    if (record.trouble === "refused") return `${words.refused} ${record.note}`;
    return words[{ "signed-out": "signedOut" }[record.trouble] || record.trouble] || words.waiting;
  };

  /* An item that is being filled in on this page speaks for itself; the rest is listed. */
  function show() {
    const left = waiting();
    const listed = left.filter((record) => (record.trouble && record.trouble !== "incomplete") || !here(record));
    panel.hidden = !listed.length;
    panel.querySelector("[data-sign-in]").hidden = !left.some((record) => record.trouble === "signed-out");
    panel.querySelector("ul").replaceChildren(...listed.map(line));
    for (const place of document.querySelectorAll("[data-unsent]")) {
      // What was typed this very moment is on its way and not worth a word.
      const late = left.filter((record) => record.trouble || !here(record));
      const count = late.filter((record) => !place.dataset.unsent || place.dataset.unsent === record.sheet).length;
      place.hidden = !count;
      place.querySelector("[data-count]").textContent = count;
    }
  }

  function line(record) {
    const made = panel.querySelector("template").content.firstElementChild.cloneNode(true);
    made.querySelector("a").href = record.place;
    made.querySelector("a").textContent = `${record.site} ${record.code}`;
    made.querySelector("[data-says]").textContent = record.says;
    made.querySelector("[data-why]").textContent = sentence(record);
    made.querySelector("button").addEventListener("click", () => drop(record.key));
    return made;
  }

  /* The last resort: a text file that a person can read, and type in elsewhere. */
  function toFile() {
    const lines = waiting().map((record) => `${record.site}\t${record.code}\t${record.says}\t${record.at}`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/plain" }));
    link.download = words.file;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  panel.querySelector("[data-send]").addEventListener("click", soon);
  panel.querySelector("[data-to-file]").addEventListener("click", toFile);
  window.addEventListener("online", soon);
  window.addEventListener("focus", soon); // back from signing in
  window.addEventListener("storage", (event) => event.key?.startsWith(PREFIX) && changed(event.key));
  window.addEventListener("beforeunload", (event) => unkept.size && event.preventDefault());
  // Another person's echoes have no business here.
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("sheets/") && !key.startsWith(PREFIX) && !parse(localStorage.getItem(key)).waiting) localStorage.removeItem(key);
  }
  // A place without a secure context has no worker: sheets then need the network to be opened, not to be filled.
  navigator.serviceWorker?.register(`${words.worker}?user=${words.user}`);
  show();
  // Once the page's own script has put back what was typed.
  window.addEventListener("load", soon);

  return { keyOf, read, keep, drop, waiting, sendOne, sentence, isBusy: (key) => busy.has(key), words };
})();
