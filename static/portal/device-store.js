/*
 * What this device keeps for the person of the page: marks (outbox.js) and photographs (photo-store.js), in a database of the
 * browser's under the person's own number, so that nobody else here sees them. A row a thing, sealed where there is a PIN
 * (vault.js):
 *   marks: the record, or { key, waiting, sealed }
 *   photos: the record, or { key, receipt, marks, sealed, image }
 * Each is on the disk before it is called kept: a killed browser, or a battery taken out, loses nothing. (Of localStorage,
 * which is written seconds later, it loses the last marks.)
 * The other windows hear of every change; "store:old" says that a newer page needs the database and this one has to be loaded anew.
 */
"use strict";

const deviceStore = (() => {
  const { user } = vault;
  const VERSION = 1;
  const MARKS = "marks";
  const PHOTOS = "photos";
  const NAMES = /^portal-kept-(\d+)$/;
  const nameOf = (person) => `portal-kept-${person}`;
  const channel = new BroadcastChannel(nameOf(user));
  let opened = null;

  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const isOld = () => document.dispatchEvent(new CustomEvent("store:old"));

  function baseOf(person) {
    const asked = indexedDB.open(nameOf(person), VERSION);
    asked.onupgradeneeded = () => [MARKS, PHOTOS].forEach((kind) => asked.result.createObjectStore(kind, { keyPath: "key" }));
    return answer(asked);
  }

  /* A browser short of memory may close it under us: the next use opens it anew. */
  function base() {
    if (opened) return opened;
    opened = baseOf(user).then((found) => {
      found.onclose = () => (opened = null);
      found.onversionchange = () => {
        found.close();
        isOld();
      };
      return found;
    });
    opened.catch((error) => {
      opened = null;
      if (error.name === "VersionError") isOld();
    });
    return opened;
  }

  const store = async (kind) => (await base()).transaction(kind).objectStore(kind);
  const read = async (kind, key) => answer((await store(kind)).get(key));
  const all = async (kind) => answer((await store(kind)).getAll());

  /* Done once the browser has written it down, not before; a page that is left meanwhile takes nothing back. */
  async function change(kind, key, act) {
    const written = (await base()).transaction(kind, "readwrite", { durability: "strict" });
    const whole = new Promise((resolve, reject) => {
      written.oncomplete = resolve;
      written.onerror = written.onabort = () => reject(written.error);
    });
    act(written.objectStore(kind));
    written.commit();
    await whole;
    channel.postMessage({ kind, key });
  }

  const put = (kind, row) => change(kind, row.key, (rows) => rows.put(row));
  const drop = (kind, key) => change(kind, key, (rows) => rows.delete(key));
  const heard = (kind, act) => channel.addEventListener("message", ({ data }) => data.kind === kind && act(data.key));

  // -- what can be told of it locked -------------------------------------------

  const isUnsent = ({ receipt, marks }) => !receipt || Boolean(marks);

  const KINDS = { finish: "finishes", report: "reports" }; // what ends a record's key (outbox.js)

  /* How many of each are not sent: marks, sheets finished here, reports of visits signed here, photographs. */
  async function unsent() {
    const left = { marks: 0, finishes: 0, reports: 0, photos: (await all(PHOTOS)).filter(isUnsent).length };
    for (const { key, waiting } of await all(MARKS)) if (waiting) left[KINDS[key.split("/").at(-1)] ?? MARKS] += 1;
    return left;
  }

  /* All of it, for good. */
  async function wipe() {
    for (const kind of [MARKS, PHOTOS]) await change(kind, null, (rows) => rows.clear());
  }

  /* What the portal has, and is only there to be read: marks (outbox.js), photographs with their receipt. */
  async function dropEchoes(person) {
    const others = await baseOf(person);
    try {
      const sent = { [MARKS]: ({ waiting }) => !waiting, [PHOTOS]: (row) => !isUnsent(row) };
      for (const [kind, isSent] of Object.entries(sent)) {
        const rows = others.transaction(kind, "readwrite").objectStore(kind);
        for (const row of await answer(rows.getAll())) if (isSent(row)) rows.delete(row.key);
      }
    } finally {
      others.close(); // once that is done
    }
  }

  /* Another person's echoes have no business here. */
  async function dropOthers() {
    for (const { name } of (await indexedDB.databases?.()) ?? []) {
      const [, person] = NAMES.exec(name) ?? [];
      if (person && person !== user) await dropEchoes(person);
    }
  }
  if (document.body.dataset.user) dropOthers().catch(() => {});

  return { MARKS, PHOTOS, read, all, put, drop, heard, isUnsent, unsent, wipe, dropEchoes };
})();
