/*
 * Photographs on their way to the portal: kept on this device first (photo-store.js), sent one by one, let go upon the
 * portal's receipt.
 *
 * One record a picture: { key, sheet, site, code, item, url, blob, thumbnail, name, digest, taken_at, latitude, longitude,
 * accuracy, device, is_scaled, marks, drawn, trouble, note, receipt, picture, size, at }. `key` is the picture's own number: the portal
 * answers one that comes again by its first receipt, so nothing has to be remembered about a line that was cut. `trouble`: offline |
 * signed-out | failed | refused. With a `receipt` the picture itself is gone from here and `picture` says where the portal has
 * it, `size` of how many pixels; the receipt stays for ninety days. `marks` is what was drawn over it and waits to be sent, under a number of its own;
 * `drawn` what was drawn last, sent or not (photo-marks.js).
 */
"use strict";

const photos = (() => {
  const panel = document.getElementById("photos");
  const words = panel.dataset;
  const MOST_PIXELS = 2048;
  const PLACE_PATIENCE = 4000;
  const PLACE_HOLDS = 60000;
  const NO_PLACE_HOLDS = 20000;
  const SHOWN_AFTER = 300; // many changes at once are shown once
  const LONGEST_ANSWER = 120000;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 20000;
  const RECEIPTS_KEPT = 90 * 86400000;
  const { read, all, keep, change, drop } = photoStore;
  const isLeft = deviceStore.isUnsent;
  const waiting = async () => (await all()).filter(isLeft);

  // -- taking ------------------------------------------------------------------

  const lookedAt = (file) =>
    new Promise((resolve) => {
      const worker = new Worker(words.worker);
      const end = (found) => {
        worker.terminate();
        resolve(found);
      };
      worker.onmessage = ({ data }) => end(data);
      worker.onerror = () => end({});
      worker.postMessage({ file, most: MOST_PIXELS });
    });

  /* Where this is, if the person lets the page know and the device does within seconds; asked once for many pictures. */
  const found = { at: 0, place: Promise.resolve({}), holds: 0 };
  function place() {
    if (Date.now() - found.at < found.holds) return found.place;
    const asked = new Promise((resolve) => {
      const none = () => resolve({});
      if (!navigator.geolocation) return none();
      navigator.geolocation.getCurrentPosition(
        ({ coords }) =>
          resolve({
            latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), accuracy: Math.round(coords.accuracy),
          }),
        none,
        { timeout: PLACE_PATIENCE, maximumAge: PLACE_HOLDS },
      );
      setTimeout(none, PLACE_PATIENCE);
    });
    Object.assign(found, { at: Date.now(), place: asked, holds: NO_PLACE_HOLDS });
    asked.then(({ latitude }) => latitude && (found.holds = PLACE_HOLDS));
    return asked;
  }

  /* A page without TLS has no digests: the portal then cannot compare, all else is the same. */
  async function digestOf(blob) {
    if (!crypto.subtle) return "";
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* Keep a picture for an item; resolves to words that say why not, "" once it is kept. */
  async function take(file, { sheet, site, code, item, url }) {
    if (!file.size) return words.empty;
    if (file.type && !file.type.startsWith("image/")) return words.noPicture;
    const at = new Date().toISOString();
    const [{ blob: smaller, thumbnail }, where] = await Promise.all([lookedAt(file), place()]);
    const blob = smaller ?? file.slice(0, file.size, file.type);
    const record = {
      key: newKey(), sheet, site, code, item, url, blob, thumbnail, name: `${code}.${smaller ? "jpg" : file.name.split(".").at(-1)}`,
      digest: await digestOf(blob), taken_at: at, ...where, device: navigator.userAgent.slice(0, 200),
      is_scaled: Boolean(smaller), marks: null, drawn: null, trouble: "", note: "", receipt: 0, at,
    };
    try {
      await keep(record);
      if ((await read(record.key)).blob.size !== blob.size) throw new Error("cut short");
    } catch {
      await drop(record.key).catch(() => {});
      return words.full;
    }
    sendAll();
    return "";
  }

  // -- sending -----------------------------------------------------------------

  const SAID = ["key", "item", "taken_at", "latitude", "longitude", "accuracy", "device", "digest"];
  let retryIn = FIRST_RETRY;
  let retry = 0;
  let isSending = false;
  let isWanted = false; // once more: something came while the last look was taken

  function photoOf(record) {
    const body = new FormData();
    for (const name of SAID) body.append(name, record[name] ?? "");
    if (record.is_scaled) body.append("is_scaled", "on");
    body.append("clock", new Date().toISOString());
    body.append("photo", record.blob, record.name);
    return body;
  }

  function marksOf({ marks }) {
    const body = new FormData();
    for (const [name, said] of Object.entries(marks)) body.append(name, said);
    return body;
  }

  const sent = (url, body, token) => {
    const signal = AbortSignal.timeout(LONGEST_ANSWER);
    // By a script: who is signed out is led to the sign-in, and gets no form to type in.
    const headers = { "HX-Request": "true", "X-CSRFToken": token };
    return fetch(url, { method: "POST", body, headers, redirect: "manual", signal });
  };

  /* What the portal `told`, or the trouble. */
  async function asked(url, body) {
    let came;
    try {
      came = await sent(url, body, formToken);
      if (came.status === 403) came = await sent(url, body, await fetchFormToken());
    } catch {
      return { trouble: "offline" };
    }
    const { status } = came;
    if (came.type === "opaqueredirect" || status === 401) return { trouble: "signed-out" };
    if (status === 403 || status === 404) return isSignedIn ? { trouble: "refused", note: words.gone } : { trouble: "signed-out" };
    const told = await came.json().catch(() => ({}));
    if (came.ok && told.receipt) return { told };
    if (status === 413) return { trouble: "refused", note: words.tooLarge };
    if (told.problem) return { trouble: "refused", note: told.problem };
    // A page in the way (a sign-in of the network's own) or a fault of the portal's: never a reason to let go.
    return { trouble: "failed", note: String(status) };
  }

  /* What became of it: only the portal's own receipt for these very bytes lets the picture go. */
  async function sendPhoto(record) {
    const { told, ...trouble } = await asked(record.url, photoOf(record));
    if (!told) return trouble;
    if (record.digest && told.sha256 !== record.digest) return { trouble: "failed", note: "SHA-256" };
    return { receipt: told.receipt, picture: told.picture, size: told.size, at: new Date().toISOString(), blob: null };
  }

  /* What was drawn meanwhile waits on. */
  async function sendMarks(record) {
    const { told, ...trouble } = await asked(record.picture.replace(/picture\/$/, "marks/sent/"), marksOf(record));
    if (!told) return trouble;
    return (await read(record.key))?.marks?.key === record.marks.key ? { marks: null } : {};
  }

  const damaged = new Set(); // keys of pictures that the browser cannot read any more

  /* The record with its picture, which is tried: one that is damaged holds up no other. */
  async function whole(key) {
    try {
      const record = await read(key);
      await record?.blob?.slice(0, 1).arrayBuffer();
      return record;
    } catch {
      damaged.add(key);
      showSoon();
      return null;
    }
  }

  /* One after the other, and no further once the portal is out of reach; one that fails holds up no other. */
  async function sendAll() {
    isWanted = true;
    if (isSending) return;
    isSending = true;
    const failed = new Set();
    const isOpen = (record) => record && isLeft(record) && record.trouble !== "refused" && !failed.has(record.key) && !damaged.has(record.key);
    const open = async () => {
      isWanted = false;
      return (await waiting()).filter(isOpen).map(({ key }) => key);
    };
    try {
      for (let keys; (keys = await open()).length || isWanted; ) {
        for (const key of keys) {
          const record = await whole(key);
          if (!isOpen(record)) continue; // discarded, sent by another window, or damaged
          const became = await (record.receipt ? sendMarks : sendPhoto)(record);
          await change(key, () => ({ trouble: "", note: "", ...became }));
          if (became.trouble === "offline" || became.trouble === "signed-out") return later();
          if (became.trouble === "failed") failed.add(key);
          else retryIn = FIRST_RETRY;
        }
      }
      document.dispatchEvent(new CustomEvent("photos:sent"));
      if (failed.size) later();
    } finally {
      isSending = false;
    }
  }

  function later() {
    clearTimeout(retry);
    retry = setTimeout(sendAll, retryIn);
    retryIn = Math.min(retryIn * 2, LAST_RETRY);
  }

  async function soon() {
    retryIn = FIRST_RETRY;
    await sendAll();
  }

  async function again(key) {
    await change(key, () => ({ trouble: "", note: "" }));
    await soon();
  }

  // -- what is drawn over it ---------------------------------------------------

  /* Kept with the picture and sent after it; one that was sent is fetched again to be drawn on. Words say why not. */
  async function mark(key) {
    const { blob, picture, size, drawn } = await read(key);
    const seen = blob ?? (await fetch(picture).then((came) => (came.ok ? came.blob() : null)).catch(() => null));
    if (!seen) return words.noView;
    const made = await photoMarks.open(seen, { ...drawn, ...size }).catch(() => undefined);
    if (made === undefined) return words.noView;
    if (!made) return "";
    const marks = { key: newKey(), drawn_at: new Date().toISOString(), ...made };
    await change(key, ({ receipt, trouble }) => ({ marks, drawn: made, trouble: receipt ? "" : trouble }));
    soon();
    return "";
  }

  // -- what is shown -----------------------------------------------------------

  const sentence = ({ key, receipt, marks, trouble, note }) => {
    if (damaged.has(key)) return words.damaged;
    if (receipt && !marks) return words.received.replace("{number}", receipt);
    if (trouble === "refused") return `${words.refused} ${note}`;
    if (trouble === "failed") return words.failed.replace("{status}", note);
    const waits = receipt ? words.marksWaiting.replace("{number}", receipt) : words.waiting;
    return { offline: words.offline, "signed-out": words.signedOut }[trouble] ?? waits;
  };

  function line(record) {
    const made = panel.querySelector("template").content.firstElementChild.cloneNode(true);
    made.dataset.key = record.key;
    made.querySelector("[data-what]").textContent = `${record.site} ${record.code}`;
    const why = made.querySelector("[data-why]");
    why.textContent = sentence(record);
    if (record.thumbnail) made.prepend(Object.assign(new Image(), { src: record.thumbnail, alt: "" }));
    const drawing = made.querySelector("[data-mark]");
    if (typeof photoMarks === "undefined" || !(record.bytes || record.picture)) drawing.remove();
    else drawing.addEventListener("click", async () => (why.textContent = (await mark(record.key)) || why.textContent));
    const discard = made.querySelector("[data-discard]");
    if (!isLeft(record)) discard.remove();
    else discard.addEventListener("click", () => letGo(record));
    const retried = made.querySelector("[data-again]");
    if (record.trouble !== "refused") retried.remove();
    else retried.addEventListener("click", () => again(record.key));
    return made;
  }

  /* The picture while nobody else has it; of one that is filed what waits to lie over it. */
  async function letGo({ key, receipt }) {
    if (!receipt) return confirm(words.sure) && drop(key);
    if (confirm(words.sureOfMarks)) await change(key, () => ({ marks: null, trouble: "", note: "" }));
  }

  /* Lines stay as they are while nothing changes in them: two hundred pictures are not drawn anew for each that is sent. */
  const lines = new Map(); // list and key → what the line says, and the line
  function put(list, records) {
    const made = records.map((record) => {
      const place = `${list.dataset.photosOf ?? ""}/${record.key}`;
      const says = JSON.stringify([sentence(record), isLeft(record), record.trouble, Boolean(record.bytes), record.picture]);
      if (lines.get(place)?.says !== says) lines.set(place, { says, line: line(record) });
      return lines.get(place).line;
    });
    const isSame = made.length === list.children.length && made.every((each, place) => each === list.children[place]);
    if (!isSame) list.replaceChildren(...made);
  }

  async function show() {
    const records = await all();
    const left = records.filter(isLeft);
    panel.hidden = !left.length;
    put(panel.querySelector("ul"), left);
    for (const item of document.querySelectorAll("[data-photos-of]")) {
      put(item, records.filter((record) => String(record.item) === item.dataset.photosOf && record.sheet === item.dataset.sheet));
    }
    for (const place of document.querySelectorAll("[data-unsent-photos]")) {
      place.hidden = !left.length;
      place.querySelector("[data-count]").textContent = left.length;
    }
  }

  let due = 0;
  function showSoon() {
    due ||= setTimeout(() => {
      due = 0;
      show();
    }, SHOWN_AFTER);
  }

  async function begin() {
    const old = Date.now() - RECEIPTS_KEPT;
    const gone = (record) => !isLeft(record) && Date.parse(record.at) < old;
    for (const { key } of (await all()).filter(gone)) await drop(key);
    await show();
    await soon();
  }

  document.addEventListener("photos:change", showSoon);
  window.addEventListener("online", soon);
  window.addEventListener("focus", soon);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());
  whenLoaded(begin);

  /* What cannot be opened (damaged, or locked this moment) may be of this sheet. */
  async function isWaiting(sheet) {
    const left = await waiting();
    return left.some((record) => record.sheet === sheet) || left.length < (await deviceStore.unsent()).photos;
  }

  return { damaged, whole, take, waiting, isWaiting, soon, sentence };
})();
