// @ts-check
/**
 * The service worker. It keeps all files of one version of the app, so that the app starts without a network, and a tab
 * never mixes two versions. Data of the API is not kept here. It also shows pushes, when the app is closed, too.
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

worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(showPush(event.data)));

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(openApp(event.notification.data?.id));
});

worker.addEventListener("pushsubscriptionchange", (/** @type {any} */ event) => event.waitUntil(subscribeAgain(event)));

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

/**
 * What a push says, by its kind. Everybody who sees the screen can read it, so that it must not tell what the student wrote:
 * nothing about hot posts, or decisions of moderation.
 *
 * @type {Record<"ko" | "en", Record<string, string>>}
 */
const PUSH_TEXTS = {
  ko: {
    comment: "새 댓글이 있습니다",
    reply: "새 답글이 있습니다",
    message: "새 쪽지가 있습니다",
    friend_request: "새 친구 요청이 있습니다",
    friend_accepted: "새 친구가 있습니다",
    lecture: "시간표에 바뀐 강의가 있습니다",
    other: "새 알림이 있습니다",
  },
  en: {
    comment: "You have a new comment",
    reply: "You have a new reply",
    message: "You have a new message",
    friend_request: "You have a new friend request",
    friend_accepted: "You have a new friend",
    lecture: "A lecture in your timetable has changed",
    other: "You have a new notification",
  },
};

/**
 * Shows a push. A browser ends the subscription of an app that shows nothing, so that every push shows something. Pushes of one
 * group have the same tag: the newest takes the line of the others. The app sets the number on its icon, which says more of the
 * student than a push may.
 *
 * @param {{ json: () => any } | null} data
 */
async function showPush(data) {
  const { kind, id, tag } = read(data);
  const language = await languageOfUser();
  const texts = PUSH_TEXTS[language];
  const show = worker.registration.showNotification(Object.hasOwn(texts, kind) ? texts[kind] : texts.other, {
    tag,
    renotify: tag !== "",
    lang: language,
    icon: "/icon-192.png",
    badge: "/badge-96.png",
    data: { id },
  });
  await Promise.all([show, worker.navigator.setAppBadge?.().catch(() => {})]);
  for (const page of await pages()) page.postMessage({});
}

/** The texts of a push; empty where it has none. @param {{ json: () => any } | null} data */
function read(data) {
  let sent;
  try {
    sent = data?.json();
  } catch {
    // It is not what the service sends.
  }
  const [kind, id, tag] = [sent?.kind, sent?.id, sent?.tag].map((value) => (typeof value === "string" ? value : ""));
  return { kind, id, tag };
}

/** The language that the app has kept for this. @returns {Promise<"ko" | "en">} */
async function languageOfUser() {
  const kept = await caches.match("/language", { cacheName: "preferences" }).then((response) => response?.text(), () => null);
  return kept === "en" ? "en" : "ko";
}

/** The pages of the app, the last used one first. @returns {Promise<any[]>} */
const pages = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });

/** Brings the app to the front, at what a notification is about. @param {string} [id] */
async function openApp(id) {
  const path = id ? `/notifications?open=${encodeURIComponent(id)}` : "/notifications";
  const [page] = await pages();
  if (!page) return worker.clients.openWindow(path);
  page.postMessage({ path });
  return page.focus();
}

/** Replaces a subscription that the browser has ended. If that fails, the app does it at its next start. @param {any} event */
async function subscribeAgain({ oldSubscription, newSubscription }) {
  const options = oldSubscription?.options;
  const subscription = newSubscription ?? (options && (await worker.registration.pushManager.subscribe(options)));
  if (!subscription) return;
  // Tabs get new tokens under the same lock.
  const session = await worker.navigator.locks.request("campus-session", () => send("POST", "/auth/refresh", {}));
  const { endpoint, keys } = subscription.toJSON();
  const key = new Uint8Array(subscription.options.applicationServerKey);
  const applicationServerKey = btoa(String.fromCharCode(...key)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const body = { endpoint, keys, application_server_key: applicationServerKey };
  await send("PUT", "/notifications/push-subscription", body, { Authorization: `Bearer ${session.access_token}` });
}

/** @param {string} method @param {string} path @param {object} body @param {Record<string, string>} [headers] */
async function send(method, path, body, headers) {
  const response = await fetch(`/api${path}`, { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
  return response.status === 204 ? null : response.json();
}
