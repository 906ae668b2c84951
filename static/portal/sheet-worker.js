/*
 * Keeps the sheets a person opened, so that they can be read and filled where there is no network.
 *
 * The network always comes first; what is kept is the answer only when there is none, or none in time. Kept are the list
 * of sheets, what is taken along (along.js), sheets and the portal's own static files as they are opened. Any other page is
 * answered without a network by one of ours under the address asked for, so that loading it anew tries again; a form that
 * cannot be sent leaves its page as it is. Forms with files never pass through here: some browsers send them empty from a worker.
 * Each person's pages lie in a cache of their own (this worker's address names the person), what was taken along with one
 * sheet in one of that sheet's. Another person's are deleted
 * when this one begins, all of them at signing out (portal.js), a sheet's once the portal says that it is no longer
 * theirs or its round has ended. No clock ends them: an inspection may be days away from a network, and a session that
 * has ended meanwhile, or a phone's clock that is wrong, takes nothing away.
 * Where the person has set a PIN, copies are sealed (seal.js stands before this file), and while it is locked every page leads
 * without a network to the lock page.
 */
"use strict";

const USER = new URL(self.location).searchParams.get("user");
const KEPT = `sheets-${USER}`;
const LIST = new URL(".", self.location).pathname;
const DESK = new URL("..", self.location).pathname;
const LOCK = `${LIST}locked/`;
const NO_NETWORK = `${LIST}no-network/`;
const SHEETS = new RegExp(`^${LIST}(?:(\\d+)/(?:pocket/)?|along/|unsent/|locked/|no-network/)?$`);
const STATIC = "/static/";
const OPEN_SHEETS = "Open-Sheets"; // told with the list and what is taken along
const PATIENCE = 6000;
const PATIENCE_FOR_KEY = 1000;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepNoNetwork().catch(() => {})); // without it the rest works: a page that begins this worker fetches it again
});

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

// over: somebody else has signed in here (portal.js), and nothing of theirs is kept among this person's.
// out: its person signs out here; here: and is back, in a worker that another window held up meanwhile.
// claim: a page that was opened while this worker began is not its yet (sheet.js).
let isOver = false;
self.addEventListener("message", (event) => {
  if (event.data === "over") end();
  if (event.data === "out") [isOver, held] = [true, {}];
  if (event.data === "here") isOver = false;
  if (event.data === "claim") event.waitUntil(self.clients.claim());
  if (event.data.user === USER && !isOver) event.waitUntil(told(event.data, event.ports));
});

function end() {
  isOver = true;
  held = {};
  new BroadcastChannel(`vault/${USER}`).postMessage("lock"); // pages that the first left open
}

// -- the key (vault.js) ----------------------------------------------------------

let held = {}; // { key, used, idle }, as a page told it
let isShut = false; // locked just now: a page that has not heard of it yet is not asked

async function told({ ask, key, used, idle, lock }, [port]) {
  if (lock || key) [held, isShut] = [lock ? {} : { key, used, idle }, Boolean(lock)];
  else if (used && held.key) held.used = used;
  if (ask === "key") {
    await findKey();
    port.postMessage(held);
  }
}

/* Forgotten once nobody was here for so long; a worker that was begun anew asks the pages that are open. */
async function findKey() {
  const found = held.key || isShut ? {} : await ofPages();
  if (!held.key && !isShut) held = found;
  if (held.key && Math.abs(Date.now() - held.used) > held.idle) held = {};
}

async function ofPages() {
  const pages = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const answers = pages.map(
    (page) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => resolve(data);
        setTimeout(resolve, PATIENCE_FOR_KEY, {});
        page.postMessage({ ask: "key", user: USER }, [port2]);
      }),
  );
  const found = (await Promise.all(answers)).filter(({ key }) => key);
  return found.sort((a, b) => b.used - a.used)[0] ?? {};
}

/* Whether copies are sealed here, and by which key; locked without one. Of a clear file nobody asks. */
async function vaultFor(address) {
  if (seal.isClear(address)) return { isOn: false };
  try {
    const row = await seal.read(USER);
    if (!seal.isOn(row)) return { isOn: false };
    await findKey();
    return { isOn: true, key: held.key, seals: row.wants === "sealed" };
  } catch {
    return { isOn: true }; // who cannot tell keeps nothing, and gives nothing out
  }
}

// -- pages -----------------------------------------------------------------------

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (isOver || origin !== self.location.origin) return;
  if (request.cache === "no-store") return; // asks the network alone, and keeps what it needs (along.js)
  const isPage = request.mode === "navigate" && !request.headers.get("Content-Type")?.startsWith("multipart/");
  const isRead = request.method === "GET";
  if (isRead && (SHEETS.test(pathname) || pathname.startsWith(STATIC))) event.respondWith(answer(request));
  else if (isRead && pathname.startsWith(DESK) && (isPage || request.destination === "image")) event.respondWith(elsewhere(request));
  else if (isPage) event.respondWith(fetch(request).catch((error) => (isRead ? noNetwork(error) : notSent(request, error))));
});

const isOwn = (name) => name === KEPT || name.startsWith(`${KEPT}-`);

async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith("sheets-") && !isOwn(name));
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request) {
  const network = fromNetwork(request);
  const kept = await copyOf(request);
  if (!kept) return network.catch(async (error) => (await likeness(request)) || instead(request, error));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([network.catch(() => kept), late]);
}

async function fromNetwork(request) {
  const response = await fetch(request);
  if (isOver) return response;
  const cache = await caches.open(KEPT);
  if (response.headers.has(OPEN_SHEETS)) await dropEnded(cache, response.headers.get(OPEN_SHEETS).split(" "));
  // Where there is no room the answer is shown none the less.
  if (response.ok && !response.redirected) await keep(cache, request, response.clone()).catch(() => {});
  else if (response.status === 403 || response.status === 404) await cache.delete(request);
  return response;
}

/* Locked, nothing new is kept. */
async function keep(cache, request, response) {
  const { isOn, key, seals } = await vaultFor(request.url);
  if (!isOn) await cache.put(request, response);
  else if (key && seals) await seal.put(cache, request.url, response, key);
}

async function copyOf(request, options = {}) {
  const { isOn, key } = await vaultFor(request.url ?? request);
  if (isOn && !key) return undefined;
  for (const name of (await caches.keys()).filter(isOwn)) {
    const found = await seal.match(await caches.open(name), request, key, options);
    if (found) return found;
  }
}

/* A sheet of a round that has ended, or that is another's by now, needs no copy here. */
async function dropEnded(cache, open) {
  for (const request of await cache.keys()) {
    const [, sheet] = SHEETS.exec(new URL(request.url).pathname) || [];
    if (sheet && !open.includes(sheet)) await cache.delete(request);
  }
  const ended = (await caches.keys()).filter((name) => name.startsWith(`${KEPT}-`) && !open.includes(name.split("-")[2]));
  await Promise.all(ended.map((name) => caches.delete(name)));
}

/* Any other page or picture of the desk, taken along or not. */
const elsewhere = (request) => fetch(request).catch(async (error) => (await copyOf(request)) || instead(request, error));

async function instead(request, error) {
  if (request.mode !== "navigate") throw error;
  const { isOn, key } = await vaultFor(request.url);
  const { pathname, search } = new URL(request.url);
  return isOn && !key ? Response.redirect(`${LOCK}#${USER}${pathname}${search}`) : noNetwork(error);
}

/* Never in place of an answer that came, whatever it says. */
async function noNetwork(error) {
  const kept = await copyOf(NO_NETWORK);
  if (!kept) throw error;
  return new Response(kept.body, { status: 503, headers: kept.headers });
}

/* The page of the form stays, with what was typed, and says so (portal.js); no other would show it again. */
async function notSent(request, error) {
  const pages = await self.clients.matchAll({ type: "window" });
  const own = pages.filter(({ url }) => url.split("#")[0] === request.referrer && new URL(url).pathname.startsWith(DESK));
  for (const page of own) page.postMessage("not-sent");
  return own.length ? new Response(null, { status: 204 }) : noNetwork(error);
}

/* With its parts, whatever else is kept; pages that begin this worker fetch it anew, in their language (_outbox.html). */
async function keepNoNetwork() {
  const cache = await caches.open(KEPT);
  const page = await fetch(NO_NETWORK);
  if (!page.ok) throw new Error("not there");
  const parts = (await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g);
  await cache.put(NO_NETWORK, page);
  await cache.addAll(new Set([...parts].map(([, address]) => address)));
}

/* The same section without its filter; else whatever of the sheet was opened. */
async function likeness(request) {
  const section = new URL(request.url);
  section.searchParams.delete("only");
  return (await copyOf(section.href)) || copyOf(request, { ignoreSearch: true });
}
