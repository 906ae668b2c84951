/*
 * The PIN itself: made, tried and turned off, and what lies here brought over (seal.js says how all of it hangs together).
 * Used by the lock page (locked.js) and where the PIN is set (pin-page.js).
 */
"use strict";

const pin = (() => {
  // 0.17 s on a core of a server of today, some seconds on an old phone: for the owner once, for a guesser each time.
  const ITERATIONS = 1000000;
  const KIND = "AES-GCM";
  const PATIENCE = 4000; // with a line that is no line
  const FREE = 3; // wrong ones that cost no waiting
  const FIRST_WAIT = 30000;
  const LONGEST_WAIT = 3600000;
  const { user, FLAG } = vault;
  const { MARKS } = deviceStore;
  const isOwn = (name) => name === `sheets-${user}` || name.startsWith(`sheets-${user}-`);

  /* Digits that are tried first: of one or two kinds, repeated, in steps, or a day. */
  function isEasy(digits) {
    const steps = new Set([...digits].slice(1).map((digit, place) => (digit - digits[place] + 10) % 10));
    const isDay = /^(19|20)?\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(digits);
    return steps.size === 1 || new Set(digits).size < 3 || /^(.+)\1+$/.test(digits) || isDay;
  }

  async function keyOf(digits, { salt, iterations }) {
    const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(digits), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
    return crypto.subtle.deriveKey(how, typed, { name: KIND, length: 256 }, false, ["wrapKey", "unwrapKey"]);
  }

  const unwrapped = async (row, digits) => {
    const how = { name: KIND, iv: row.iv };
    return crypto.subtle.unwrapKey("raw", row.wrapped, await keyOf(digits, row), how, KIND, false, ["encrypt", "decrypt"]);
  };

  /* A new key under this PIN; what lies here is sealed by the lock page, to which this page leads next. */
  async function set(digits) {
    const random = (length) => crypto.getRandomValues(new Uint8Array(length));
    const made = { user, salt: random(16), iterations: ITERATIONS, iv: random(12), wants: "sealed", isDone: false, wrong: 0, tried: 0 };
    const fresh = await crypto.subtle.generateKey({ name: KIND, length: 256 }, true, ["encrypt", "decrypt"]);
    const wrapped = await crypto.subtle.wrapKey("raw", fresh, await keyOf(digits, made), { name: KIND, iv: made.iv });
    const row = { ...made, wrapped };
    const key = await unwrapped(row, digits); // which cannot be read out
    await seal.write(row);
    localStorage.setItem(FLAG, "1");
    await vault.hold(key, row);
  }

  // -- trying ------------------------------------------------------------------

  /* Milliseconds until the next try. A clock that was put back begins the wait anew, and makes it no longer. */
  async function wait() {
    const row = await seal.read(user);
    if (row.wrong < FREE) return 0;
    const least = Math.min(FIRST_WAIT * 2 ** (row.wrong - FREE), LONGEST_WAIT);
    const gone = Date.now() - row.tried;
    if (gone < 0) await seal.write({ ...row, tried: Date.now() });
    return gone < 0 ? least : Math.max(least - gone, 0);
  }

  /* Whether it is the PIN; then this page has the key. A try counts before it is made: a killed browser gives none back. */
  const opens = (digits) =>
    navigator.locks.request(`${FLAG}/try`, async () => {
      if (await wait()) return false;
      const row = await seal.read(user);
      await seal.write({ ...row, wrong: row.wrong + 1, tried: Date.now() });
      const key = await unwrapped(row, digits).catch(() => null);
      if (!key) return false;
      await seal.write({ ...row, wrong: 0, tried: 0 });
      localStorage.setItem(FLAG, "1");
      await vault.hold(key, { ...row, wrong: 0, tried: 0 });
      return true;
    });

  /* What lies here is opened by the lock page, to which this page leads next. */
  async function turnOff() {
    const row = { ...(await seal.read(user)), wants: "clear", isDone: false };
    await seal.write(row);
    sessionStorage.removeItem(vault.LATER);
  }

  // -- the lock page -----------------------------------------------------------

  /* Kept here with its parts, so that there is a way back without a network. Throws where there is none and it is not. */
  async function keepLockPage() {
    const cache = await caches.open(`sheets-${user}`);
    const here = (address) => cache.match(address, { ignoreVary: true });
    const fetched = async (address) => {
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error("not there");
      await cache.put(address, answer.clone());
      return answer;
    };
    const page = await fetched(vault.LOCK).catch(() => here(vault.LOCK));
    if (!page) throw new Error("not kept");
    const parts = new DOMParser().parseFromString(await page.text(), "text/html");
    for (const each of parts.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")) {
      const address = each.getAttribute("href") || each.getAttribute("src");
      if (!(await here(address))) await fetched(address);
    }
  }

  // -- bringing over -----------------------------------------------------------

  async function bringMarksOver() {
    for (const { key } of await deviceStore.all(MARKS)) {
      const row = await deviceStore.read(MARKS, key); // as another window left it
      if (row && Boolean(row.sealed) !== vault.seals()) await deviceStore.put(MARKS, await vault.closed(await vault.opened(row)));
    }
  }

  async function bringCopiesOver(step) {
    for (const name of (await caches.keys()).filter(isOwn)) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const kept = await cache.match(request, { ignoreVary: true });
        if (!seal.isClear(request.url) && seal.isSealed(kept) !== vault.seals()) {
          const copy = await vault.match(cache, request);
          if (copy) await vault.put(cache, request, copy);
        }
        step();
      }
    }
  }

  /* Everything as the row wants it, one window at a time; begun again where it was left. Throws where there is no room. */
  const bringOver = (told) =>
    navigator.locks.request(FLAG, async () => {
      if ((await seal.read(user)).isDone) return;
      let done = 0;
      const step = () => told((done += 1));
      await bringMarksOver();
      await photoStore.bringOver(step);
      await bringCopiesOver(step);
      await seal.write({ ...(await seal.read(user)), isDone: true });
      if (vault.seals()) return;
      localStorage.removeItem(FLAG);
      await vault.forget();
    });

  // -- forgotten ---------------------------------------------------------------

  async function wipe() {
    await deviceStore.wipe();
    for (const name of (await caches.keys()).filter(isOwn)) await caches.delete(name);
    sessionStorage.clear();
    localStorage.removeItem(FLAG);
    await seal.erase(user);
    await vault.forget();
  }

  return { isEasy, set, wait, opens, turnOff, keepLockPage, bringOver, wipe };
})();
