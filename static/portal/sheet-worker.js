/*
 * Keeps the sheets a person opened, so that they can be read and filled where there is no network.
 *
 * The network always comes first; what is kept is the answer only when there is none, or none in time. Nothing but GETs
 * of the list of sheets, of sheets and of the portal's own static files is looked at: no other page, no evidence, no
 * POST. Each person's pages lie in a cache of their own (this worker's address names the person); another person's are
 * deleted when this one begins, all of them at signing out (portal.js), a single one once the portal says that it is no
 * longer theirs, and after half a day they are no longer shown: a device that was left lying shows no more than that.
 */
"use strict";

const KEPT = `sheets-${new URL(self.location).searchParams.get("user")}`;
const SHEETS = /^\/desk\/sheets\/(\d+\/)?$/;
const STATIC = "/static/";
const SHOWN_FOR = 12 * 3600 * 1000;
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (SHEETS.test(pathname) || pathname.startsWith(STATIC)) event.respondWith(answer(event.request));
});

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("sheets-") && name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request) {
  const network = fromNetwork(request);
  const kept = await copyOf(request);
  if (!kept) return network.catch(async (error) => (await likeness(request)) || Promise.reject(error));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([network.catch(() => kept), late]);
}

async function fromNetwork(request) {
  const response = await fetch(request);
  const cache = await caches.open(KEPT);
  if (response.ok && !response.redirected) await cache.put(request, response.clone());
  else if (response.status === 403 || response.status === 404) await cache.delete(request);
  return response;
}

async function copyOf(request, options = {}) {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request, { ignoreVary: true, ...options });
  return found && isShown(found) ? found : null;
}

/* The same section without its filter; else whatever of the sheet was opened. */
async function likeness(request) {
  const section = new URL(request.url);
  section.searchParams.delete("only");
  return (await copyOf(section.href)) || copyOf(request, { ignoreSearch: true });
}

const isShown = ({ headers, url }) =>
  !SHEETS.test(new URL(url).pathname) || Date.now() - Date.parse(headers.get("Date")) < SHOWN_FOR;
