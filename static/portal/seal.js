/*
 * What a phone keeps for one person, encrypted where that person has set a PIN. Here is what pages and the worker share
 * (the portal puts this file before sheet-worker.js); vault.js holds the key in a page, pin.js makes and opens it.
 *
 * - One random key a person and device encrypts all that is kept (AES-GCM, 256 bits): pages and pictures in the worker's
 *   caches, marks, finishes, reports and photographs in IndexedDB (device-store.js). It lies in IndexedDB wrapped by a key made
 *   of the PIN (PBKDF2-SHA-256, a salt of its own), one row a person:
 *     { user, salt, iterations, iv, wrapped, wants, isDone, wrong, tried }
 * - Open, it is in memory only and cannot be read out: the worker has it, and each page asks the worker for it. A worker
 *   that the browser began anew asks the pages that are open. When the last page and the worker are gone, it is gone.
 * - Locked (nobody has it; idle as long as the portal's own sign-out; "lock now"), pages that keep something lead to the
 *   lock page, and so does, without a network, every page of the desk. Signing in unlocks nothing.
 * - In clear stay: addresses (they hold numbers), static files, the two pages that say nothing of a person (the lock page, "no
 *   network"), whether a record waits and whether a photograph has its receipt, so that what is not sent can be counted
 *   without the PIN.
 * - Setting the PIN and turning it off is a change of `wants` ("sealed" or "clear"); the lock page then brings each thing over
 *   by itself, which can be killed at any moment: all readers read both kinds, and `isDone` is set at the end.
 * - Wrong PINs count before they are tried (`wrong`, `tried`) and make the next one wait. Nothing is ever wiped but by the
 *   person, who is told first what is not sent.
 */
"use strict";

const seal = (() => {
  const KIND = "AES-GCM";
  const IV = 12;
  const LENGTH = 4; // of what says how long the head is
  const MARK = "Sealed"; // the one header of a sealed copy
  const OF_THE_LINE = ["content-encoding", "content-length"]; // not of what is kept

  // -- the person's row --------------------------------------------------------

  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  /* Resolves once the browser has it on its disk. */
  async function inStore(mode, act) {
    const asked = indexedDB.open("portal-vault", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("vaults", { keyPath: "user" });
    const base = await answer(asked);
    try {
      const change = base.transaction("vaults", mode, { durability: "strict" });
      const whole = new Promise((resolve, reject) => {
        change.oncomplete = resolve;
        change.onabort = () => reject(change.error);
      });
      const [result] = await Promise.all([answer(act(change.objectStore("vaults"))), whole]);
      return result;
    } finally {
      base.close();
    }
  }
  const read = (user) => inStore("readonly", (vaults) => vaults.get(user));
  const write = (row) => inStore("readwrite", (vaults) => vaults.put(row));
  const erase = (user) => inStore("readwrite", (vaults) => vaults.delete(user));
  const isOn = (row) => Boolean(row) && !(row.wants === "clear" && row.isDone);

  // -- bytes -------------------------------------------------------------------

  async function close(key, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(IV));
    return joined(iv, new Uint8Array(await crypto.subtle.encrypt({ name: KIND, iv }, key, bytes)));
  }

  async function open(key, sealed) {
    const bytes = new Uint8Array(sealed);
    return new Uint8Array(await crypto.subtle.decrypt({ name: KIND, iv: bytes.subarray(0, IV) }, key, bytes.subarray(IV)));
  }

  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let place = 0;
    for (const part of parts) {
      whole.set(part, place);
      place += part.length;
    }
    return whole;
  }

  const inBytes = (told) => new TextEncoder().encode(JSON.stringify(told));
  const outOfBytes = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

  // -- pages and pictures ------------------------------------------------------

  const isClear = (address) => /^\/static\/|\/sheets\/(locked|no-network)\/$/.test(new URL(address, location.href).pathname);
  const isSealed = (response) => response.headers.has(MARK);

  /* Lays a copy into a cache, sealed where there is a key. */
  async function put(cache, request, response, key) {
    if (!key || isClear(request.url ?? request)) return cache.put(request, response);
    const head = inBytes([...response.headers].filter(([name]) => !OF_THE_LINE.includes(name)));
    const length = new Uint8Array(new Uint32Array([head.length]).buffer);
    const sealed = await close(key, joined(length, head, new Uint8Array(await response.arrayBuffer())));
    return cache.put(request, new Response(sealed, { headers: { [MARK]: "1" } }));
  }

  /* The copy as it was laid in; none where it is sealed and this is not its key. */
  async function match(cache, request, key, options = {}) {
    const found = await cache.match(request, { ignoreVary: true, ...options });
    if (!found || !isSealed(found)) return found;
    const bytes = key && (await open(key, await found.arrayBuffer()).catch(() => null));
    if (!bytes) return undefined;
    const [length] = new Uint32Array(bytes.slice(0, LENGTH).buffer);
    const headers = outOfBytes(bytes.subarray(LENGTH, LENGTH + length));
    return new Response(bytes.subarray(LENGTH + length), { headers });
  }

  return { read, write, erase, isOn, close, open, inBytes, outOfBytes, isClear, isSealed, put, match };
})();
