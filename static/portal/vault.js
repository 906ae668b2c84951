/*
 * The key to what this device keeps for the person of this page, while it is open (seal.js says how all of it hangs together).
 *
 * `ready` waits for the key where there is a PIN; a page that is locked out leads to the lock page instead and never becomes
 * ready. Without a PIN all of this does nothing. Used by outbox.js, photo-store.js and along.js: closed and opened for
 * records, put and match for copies in the caches.
 */
"use strict";

const vault = (() => {
  const { lock: LOCK, desk: DESK, idle, worker: address, scope } = document.currentScript.dataset;
  const IDLE = Number(idle) * 60000;
  const PATIENCE = 5000; // for a worker's answer
  const SELDOM = 10000; // how often the worker is told that somebody is here
  const OFTEN = 30000; // how often a page looks whether anybody is
  const isLockPage = location.pathname === LOCK;
  // The lock page is nobody's: whom it is for, and where it leads to, stands behind its #.
  const [, asked = "", next = ""] = (isLockPage && /^#(\d+)(\/.*)?$/.exec(location.hash)) || [];
  const user = isLockPage ? asked : document.body.dataset.user;
  const FLAG = `vault/${user}`; // told at once, without the wait for a database
  const LATER = `vault/later/${user}`; // there is no room to bring everything over; asked again in the next window
  const channel = user && window.BroadcastChannel ? new BroadcastChannel(`vault/${user}`) : null;
  const keeps = () => Boolean(document.getElementById("outbox")) || !navigator.onLine;

  let isOn = Boolean(user && window.crypto?.subtle && localStorage.getItem(FLAG));
  let key = null;
  let row = null;
  let used = Date.now();

  /* The worker that keeps this person's pages (sheet-worker.js); rejects where this device allows none. */
  const register = async () => navigator.serviceWorker.register(`${address}?user=${user}`, { scope });

  // -- who has the key ---------------------------------------------------------

  const isIdle = (since) => Math.abs(Date.now() - since) > IDLE;
  const worker = async () => (await navigator.serviceWorker?.getRegistration(DESK))?.active;
  const tell = async (message) => (await worker())?.postMessage({ ...message, user });

  /* { key, used } of the worker, or nothing. */
  async function ofWorker() {
    const found = await worker();
    if (!found) return {};
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
      setTimeout(resolve, PATIENCE, {});
      found.postMessage({ ask: "key", user }, [port2]);
    });
  }

  /* A worker that was begun anew asks. */
  function answered({ data, ports }) {
    if (data?.ask === "key") ports[0].postMessage(data.user === user && key && !isIdle(used) ? { key, used, idle: IDLE } : {});
  }

  const have = (its, of) => ([key, row, used, isOn] = [its, of, Date.now(), true]);

  /* Opened here: the worker has the key as well. */
  async function hold(its, of) {
    have(its, of);
    await register().catch(() => {}); // it may have gone with a sign-out
    await Promise.race([navigator.serviceWorker.ready, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    await tell({ key, used, idle: IDLE });
  }

  /* The worker's key, which is not handed back to it: it may have been locked this moment. */
  async function take() {
    const had = await ofWorker();
    if (!had.key || isIdle(had.used)) return false;
    have(had.key, await seal.read(user));
    await tell({ used });
    return true;
  }

  // -- locking -----------------------------------------------------------------

  const leave = () => location.replace(`${LOCK}#${user}${location.pathname}${location.search}${location.hash}`);

  /* The other windows ask anew, by the lock page. */
  const callOthers = () => channel?.postMessage("lock");

  /* Nobody here has the key any more: the worker, the other windows, this page. */
  async function forget() {
    key = null;
    await tell({ lock: true }); // before this page asks it again
    callOthers();
  }

  function locked() {
    if (!isOn && !localStorage.getItem(FLAG)) return; // no PIN, and none was set this moment
    key = null;
    if (isLockPage) location.reload();
    else if (keeps()) leave();
  }

  async function lock() {
    await forget();
    locked();
  }

  async function look() {
    if (!isOn || isLockPage) return;
    if (!key && document.getElementById("outbox")) leave(); // it could keep nothing
    if (!key || !isIdle(used)) return;
    const had = await ofWorker(); // another window may have been in use
    if (had.key && !isIdle(had.used)) used = had.used;
    else await lock();
  }

  function touched() {
    if (isIdle(used)) return look();
    if (!key || Date.now() - used < SELDOM) return;
    used = Date.now();
    tell({ used });
  }

  // -- beginning ---------------------------------------------------------------

  async function begin() {
    const main = document.querySelector("main");
    if (keeps()) main.inert = true; // nothing is typed that could not be kept
    try {
      row = await seal.read(user);
    } catch (error) {
      main.inert = false; // the browser's database is out of order: the page works as it does without a script
      throw error;
    }
    if (!seal.isOn(row) && row) localStorage.removeItem(FLAG); // turned off, and killed right then
    isOn = !row || seal.isOn(row);
    const isHere = !isOn || (await take());
    const isHalf = isOn && !row?.isDone && !sessionStorage.getItem(LATER);
    if ((!isHere || isHalf) && keeps()) {
      leave();
      await new Promise(() => {});
    }
    main.inert = false;
  }

  /* Something sealed was found though there is no PIN (any more): the lock page opens it. */
  async function reopen() {
    if (!(await seal.read(user))) return; // nothing can
    localStorage.setItem(FLAG, "1");
    await seal.write({ ...(await seal.read(user)), isDone: false });
    leave();
    await new Promise(() => {});
  }

  const ready = isOn && !isLockPage ? begin() : Promise.resolve();
  channel?.addEventListener("message", locked);
  if (isOn || isLockPage) {
    navigator.serviceWorker?.addEventListener("message", answered);
    navigator.serviceWorker?.startMessages();
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, touched, { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ready.then(look));
    window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload()); // as it was before it was locked
    setInterval(look, OFTEN);
  }

  // -- for what is kept --------------------------------------------------------

  const seals = () => isOn && row?.wants === "sealed";
  const keyNow = () => {
    if (!key) throw new Error("locked");
    return key;
  };

  /* A mark as it is to be written: { key, waiting, sealed } where there is a PIN. */
  async function closed(record) {
    if (!seals()) return record;
    const { key: name, waiting } = record;
    return { key: name, waiting, sealed: await seal.close(keyNow(), seal.inBytes(record)) };
  }

  const opened = async (row) => (row.sealed ? seal.outOfBytes(await seal.open(keyNow(), row.sealed)) : row);

  return {
    FLAG, LATER, LOCK, user, next, ready, register, take, hold, lock, forget, leave, callOthers, reopen, closed, opened,
    isOn: () => isOn,
    row: () => row,
    seals,
    close: (bytes) => seal.close(keyNow(), bytes),
    open: (bytes) => seal.open(keyNow(), bytes),
    put: (cache, address, response) => seal.put(cache, address, response, seals() ? keyNow() : null),
    match: (cache, address) => seal.match(cache, address, key),
  };
})();
