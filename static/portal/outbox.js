/*
 * Marks on their way to the portal: kept on this device first, sent one by one, let go once they are stored.
 *
 * One record an item, under the writer's own number, so that nobody else at this device sees it (device-store.js):
 *   { key, sheet, item, code, site, url, place, says, fields, version, opened, at, waiting, trouble, note, unsure, over }
 * waiting: typed here and not stored yet; `version` is then the row version it was typed upon, `opened` the sheet's. A record
 *   that no longer waits is the echo of a stored mark: a page kept for reading without network may be older than it (sheet.js).
 * trouble: why it waits: incomplete | offline | signed-out | failed | stale | refused | behind; `note` is what the portal said.
 * A sheet finished here is a record as well, of `kind` "finish" (finish.js), and a visit report signed here, of `kind` "report"
 *   (visit-report-kept.js): they go last, in this order, once no mark and no photograph of their sheet waits (behind), and only
 *   the portal's own word for their number lets them go.
 * unsure: fields sent whose answer never came; they may have been stored. over: the version of the other's mark, which is
 *   the writer's own from another device where `mine`.
 *
 * Signing out takes the echoes and the kept pages away (portal.js). What waits stays: it is the only copy, it is shown
 * to its writer alone, and goes when it is sent or discarded.
 *
 * Once `ready`, the outbox has all records open in memory, and writes each change through behind the page's back. Where the
 * writer has set a PIN they lie sealed (vault.js).
 */
"use strict";

const outbox = (() => {
  const panel = document.getElementById("outbox");
  const words = panel.dataset;
  const PREFIX = `sheets/${words.user}/`;
  const HELD = ["incomplete", "stale", "refused"]; // wait for the writer, not for the network
  const LASTING = ["offline", "signed-out", "failed", "stale"]; // are no better for what was typed on meanwhile
  const LONGEST_ANSWER = 20000;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 20000;

  // -- what is kept ----------------------------------------------------------

  const { MARKS } = deviceStore;
  const written = new Map(); // what is written down
  const unkept = new Map(); // not written down, or not yet; such a page warns before it is left
  const homeless = new Set(); // keys for which there was no room
  const dropping = new Set();
  const keyOf = (sheet, item) => `${PREFIX}${sheet}/${item}`;
  const read = (key) => unkept.get(key) || written.get(key);
  const rank = ({ kind }) => ["finish", "report"].indexOf(kind) + 1; // after every mark
  const place = (record) => `${rank(record)}${record.at}`;
  const waiting = () =>
    [...new Set([...written.keys(), ...unkept.keys()])]
      .map(read)
      .filter((record) => record.waiting)
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));

  /* One after the other. */
  let writing = Promise.resolve();
  const inTurn = (act) => (writing = writing.then(act).catch(() => {}));

  const keep = (record, answer = null) => {
    unkept.set(record.key, record);
    inTurn(() => write(record));
    changed(record.key, answer);
  };
  const drop = (key) => {
    unkept.delete(key);
    written.delete(key);
    homeless.delete(key);
    dropping.add(key);
    inTurn(() => deviceStore.drop(MARKS, key).finally(() => dropping.delete(key)));
    changed(key);
  };

  /* One that was typed on, or dropped, meanwhile is not written. */
  async function write(record) {
    const { key } = record;
    try {
      const row = await vault.closed(record);
      if (unkept.get(key) !== record) return;
      await deviceStore.put(MARKS, row);
    } catch {
      if (unkept.get(key) === record) homeless.add(key);
      changed(key);
      return;
    }
    if (!dropping.has(key)) written.set(key, record);
    if (unkept.get(key) === record) unkept.delete(key);
    if (homeless.delete(key)) changed(key);
  }

  /* One that lies there: opened, and sealed where it should be and is not. */
  async function take(row) {
    if (row.sealed && !vault.isOn()) await vault.reopen();
    const record = await vault.opened(row).catch(() => null); // damaged: it stays where it lies
    if (!record || dropping.has(row.key)) return;
    written.set(row.key, record);
    if (!row.sealed && vault.seals() && !unkept.has(row.key)) keep(record);
  }

  async function load() {
    const rows = await deviceStore.all(MARKS);
    const here = new Set(rows.map(({ key }) => key));
    for (const key of [...written.keys()]) if (!here.has(key)) written.delete(key);
    for (const row of rows) await take(row);
  }

  /* Another window wrote, or dropped. */
  async function heard(key) {
    const row = await deviceStore.read(MARKS, key);
    if (row) await take(row);
    else written.delete(key);
    changed(key);
  }

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
      body: new URLSearchParams({ ...record.fields, version: record.version, opened: record.opened ?? "" }),
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
    const { status } = answer;
    if (answer.type === "opaqueredirect" || status === 401) return { trouble: "signed-out" };
    if (status === 403 || status === 404) return isSignedIn ? { trouble: "refused", note: words.gone } : { trouble: "signed-out" };
    if (record.kind) return received(answer, record);
    const page = new DOMParser().parseFromString(await answer.text().catch(() => ""), "text/html");
    const version = Number(page.querySelector("[name=version]")?.value ?? NaN);
    // A page in the way (a sign-in of the network's own) or a fault of the portal's: never a reason to let go.
    if ((status !== 200 && status !== 422) || Number.isNaN(version)) return { trouble: "failed", note: String(status), unsure: true };
    if (answer.status === 200) return { version, page };
    const note = page.querySelector(".item-problems").textContent.replace(/\s+/g, " ").trim();
    const other = page.querySelector("[data-other]")?.dataset;
    if (!other) return { trouble: "refused", note, page };
    return { trouble: "stale", note, page, over: version, other, mine: Boolean(other.own) };
  }

  /* A page of somebody else's network between here and the portal says yes to everything; the portal says the number. */
  async function received(answer, { fields }) {
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 200 && [told.finished, told.signed].includes(fields.key)) return {};
    return answer.status === 409 ? { trouble: "refused", note: told.problem ?? "" } : { trouble: "failed", note: String(answer.status) };
  }

  /* Whether something of the sheet has to arrive before its finish, or its report; a page that knows no photographs sends none. */
  const isBehind = async (record) =>
    rank(record) > 0 &&
    (waiting().some((other) => rank(other) < rank(record) && other.sheet === record.sheet) ||
      typeof photos === "undefined" ||
      (await photos.isWaiting(record.sheet).catch(() => true)));

  /* The stored mark is this device's own, sent before without hearing the answer. */
  const isOwn = (sent, other) =>
    sent && other.own && sent.reason.trim() === other.reason && (sent.faults ? sent.faults === other.faults : sent.level === other.level);

  async function send(key) {
    const record = read(key);
    if (!record?.waiting || HELD.includes(record.trouble) || busy.has(key)) return record?.trouble;
    busy.add(key);
    if (await isBehind(record)) {
      busy.delete(key);
      if (record.trouble !== "behind") keep({ ...record, trouble: "behind" });
      return "behind";
    }
    changed(key);
    const came = await post(record);
    busy.delete(key);
    const now = read(key); // may have been typed on, or discarded, meanwhile
    if (!now) return "";
    if (came.trouble === "stale" && isOwn(record.unsure, came.other)) {
      keep({ ...now, version: came.over, unsure: null });
      return send(key);
    }
    const { version = now.version, trouble = "", note = "", over, mine } = came;
    const again = !LASTING.includes(trouble) && JSON.stringify(now.fields) !== JSON.stringify(record.fields);
    const next = again ? { waiting: true, trouble: now.trouble } : { waiting: Boolean(trouble), trouble };
    keep({ ...now, version, note, over, mine, unsure: came.unsure ? record.fields : null, ...next }, came.page);
    return again ? send(key) : trouble;
  }

  /* One after the other, and no further once the portal is out of reach; one that fails holds up no other. */
  async function sendAll() {
    let hasFailed = false;
    for (const { key } of waiting()) {
      const trouble = await send(key);
      if (trouble === "offline" || trouble === "signed-out") return later();
      hasFailed ||= trouble === "failed";
    }
    if (hasFailed) return later();
    retryIn = FIRST_RETRY;
  }

  /* Longer and longer after each try of its own; what is marked meanwhile puts the next one off no further. */
  function later() {
    if (retry) return;
    retry = setTimeout(again, retryIn);
    retryIn = Math.min(retryIn * 2, LAST_RETRY);
  }

  function again() {
    clearTimeout(retry);
    retry = 0;
    return sendAll();
  }

  /* As it lies there now: a window that the phone had put to sleep may not have heard what another sent. */
  async function soon() {
    retryIn = FIRST_RETRY;
    await inTurn(load);
    for (const key of homeless) inTurn(() => write(read(key)));
    return again();
  }

  const sendOne = async (key) => {
    const trouble = await send(key);
    if (["offline", "signed-out", "failed"].includes(trouble)) later();
  };

  // -- what is shown ---------------------------------------------------------

  const here = (record) => Boolean(document.querySelector(`[data-item="${record.item}"][data-sheet="${record.sheet}"]`));
  /* What was typed on this page this very moment is on its way and not worth a word. */
  const late = () => waiting().filter((record) => record.trouble || homeless.has(record.key) || !here(record));
  const sentence = (record) => {
    if (busy.has(record.key)) return words.saving;
    if (homeless.has(record.key) && record.waiting) return words.homeless;
    if (record.trouble === "refused") return `${words.refused} ${record.note}`;
    if (record.trouble === "failed") return words.failed.replace("{status}", record.note);
    if (record.trouble === "stale" && record.mine) return words.staleMine;
    return words[{ "signed-out": "signedOut" }[record.trouble] || record.trouble] || words.waiting;
  };

  /* An item that is being filled in on this page speaks for itself; the rest is listed. */
  function show() {
    const left = waiting();
    const listed = late().filter((record) => record.trouble !== "incomplete" || homeless.has(record.key) || !here(record));
    panel.hidden = !listed.length;
    panel.querySelector("[data-sign-in]").hidden = !left.some((record) => record.trouble === "signed-out");
    panel.querySelector("ul").replaceChildren(...listed.map(line));
    for (const place of document.querySelectorAll("[data-unsent]")) {
      const count = late().filter((record) => !place.dataset.unsent || place.dataset.unsent === record.sheet).length;
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
    made.querySelector("button").addEventListener("click", () => {
      if (!confirm(words.sure)) return;
      drop(record.key);
      soon();
    });
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

  // Where the whole queue is on the page, it has these itself (queue.js).
  panel.querySelector("[data-send]")?.addEventListener("click", soon);
  panel.querySelector("[data-to-file]")?.addEventListener("click", toFile);
  document.addEventListener("photos:sent", soon);
  window.addEventListener("online", soon);
  window.addEventListener("focus", soon); // back from signing in
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon()); // out of the pocket
  deviceStore.heard(MARKS, (key) => inTurn(() => heard(key)));
  window.addEventListener("beforeunload", (event) => [...unkept.values()].some((record) => record.waiting) && event.preventDefault());
  // Without a certificate that this device trusts there is no worker: sheets then need the network to be opened, not to
  // be filled, and sheet.js says so.
  const worker = vault.register();
  worker.then(({ active }) => active?.postMessage("here")).catch(() => {});

  async function open() {
    const main = document.querySelector("main");
    main.inert = true; // nothing is typed or sent before it can be kept
    await inTurn(load);
    main.inert = false;
    show();
    // Once the page's own script has put back what was typed.
    whenLoaded(soon);
  }

  const ready = vault.ready.then(open);

  return { ready, keyOf, read, keep, drop, waiting, late, sendOne, soon, sentence, isBusy: (key) => busy.has(key), words, worker };
})();
