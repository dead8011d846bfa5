// @ts-check
/**
 * The service worker. It keeps all files of one version of the app, so that the app starts without a network, and a tab
 * never mixes two versions. Data of the API is not kept here.
 */
const VERSION = "dev";

/** Files of a released version never change. During development they do, so that the network goes first. */
const IS_DEVELOPMENT = VERSION === "dev";
const ASSETS = `/assets/${VERSION}/`;
const CACHE = `campus-${VERSION}`;
const PAGE = "/";

const worker = /** @type {any} */ (self);

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepFiles()));

worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(deleteOtherVersions()));

// The page asks for the switch to this version, when the user has agreed to reload.
worker.addEventListener("message", (/** @type {any} */ event) => event.data === "activate" && worker.skipWaiting());

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin || pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(answer(PAGE));
  else if (pathname.startsWith(ASSETS)) event.respondWith(answer(request));
});

/** @param {string | Request} request @returns {Promise<Response>} */
async function answer(request) {
  const cache = await caches.open(CACHE);
  if (!IS_DEVELOPMENT) return (await cache.match(request)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (failure) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw failure;
  }
}

async function deleteOtherVersions() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("campus-") && name !== CACHE).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** Keeps the page and every file that it leads to. */
async function keepFiles() {
  const cache = await caches.open(CACHE);
  /** @param {string} address @returns {Promise<string>} */
  const keep = async (address) => {
    const response = await fetch(address, { cache: address === PAGE ? "no-cache" : "default" });
    if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
    const copy = response.clone();
    await cache.put(address, response);
    return copy.text();
  };
  const page = await keep(PAGE);
  // During a deployment, the page can be that of another version. The browser then tries again at its next check.
  if (!page.includes(`<base href="${ASSETS}">`)) throw new Error(`The page is not that of version ${VERSION}.`);
  const names = JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(page)?.[1] ?? "{}").imports;
  const base = new URL(ASSETS, worker.location.href);
  const links = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+\.(?:js|css|svg))"/g)].map(([, path]) => new URL(path, base));
  const found = new Set(links.map(String));
  /** @param {string} address @returns {Promise<unknown>} */
  const follow = async (address) => {
    const text = await keep(address);
    if (!address.endsWith(".js")) return;
    const next = linkedFrom(text, address, names, base).filter((linked) => !found.has(linked));
    for (const linked of next) found.add(linked);
    await Promise.all(next.map(follow));
  };
  await Promise.all([...found].map(follow));
}

/**
 * The modules and stylesheets that a module names.
 *
 * @param {string} text
 * @param {string} address
 * @param {Record<string, string>} names The import map.
 * @param {URL} base
 */
function linkedFrom(text, address, names, base) {
  const modules = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, path]) => path);
  const styles = [...text.matchAll(/\bstyles: "(\w+)"/g)].map(([, name]) => new URL(`styles/screens/${name}.css`, base).href);
  const addresses = modules.map((path) => (path.startsWith(".") ? new URL(path, address).href : names[path] && new URL(names[path], base).href));
  return [...new Set([...styles, ...addresses])].filter((linked) => linked && /\.(js|css)$/.test(linked));
}
