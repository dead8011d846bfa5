// @ts-check
/** Web Push without the push service of a browser, which no test reaches: that of `campus dev` is in its place. */
import { expect } from "@playwright/test";
import { appUrl } from "./accounts.js";

/** @typedef {import("@playwright/test").BrowserContext} BrowserContext */
/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {{ endpoint: string, text: string }} Push `text` is decrypted with the keys of the subscription. */

/** Lets pages of the context subscribe at the push service of `campus dev`, and allows notifications. @param {BrowserContext} context */
export async function allowPush(context) {
  await context.grantPermissions(["notifications"], { origin: appUrl() });
  await context.addInitScript(replacePushManager);
}

/** Runs in each page. The browser keeps its subscription over reloads. */
function replacePushManager() {
  const KEY = "test-subscription";
  /** @typedef {{ key: string, json: { endpoint: string, keys: { p256dh: string, auth: string } } }} Kept */
  /** @param {BufferSource | string} bytes */
  const textOf = (bytes) =>
    btoa(String.fromCharCode(.../** @type {Uint8Array} */ (bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  /** @param {string} text */
  const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));
  /** @param {Kept} kept */
  const subscriptionOf = ({ key, json }) => ({
    endpoint: json.endpoint,
    options: { applicationServerKey: bytesOf(key).buffer, userVisibleOnly: true },
    toJSON: () => json,
    async unsubscribe() {
      localStorage.removeItem(KEY);
      return true;
    },
  });
  const kept = () => JSON.parse(localStorage.getItem(KEY) ?? "null");
  Object.assign(PushManager.prototype, {
    getSubscription: async () => kept() && subscriptionOf(kept()),
    async subscribe(/** @type {{ applicationServerKey: Uint8Array<ArrayBuffer>, userVisibleOnly: boolean }} */ options) {
      if (!options.userVisibleOnly) throw new DOMException("not allowed", "NotAllowedError");
      const key = textOf(options.applicationServerKey);
      const body = JSON.stringify({ application_server_key: key });
      const response = await fetch("/api/dev/push-subscriptions", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      localStorage.setItem(KEY, JSON.stringify({ key, json: await response.json() }));
      return subscriptionOf(kept());
    },
  });
}

/** The subscription that a page has made. @param {Page} page @returns {Promise<{ key: string, json: { endpoint: string } } | null>} */
export const subscriptionOf = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("test-subscription") ?? "null"));

/** A subscription that no page has made. @param {string} key The key of the service. @returns {Promise<{ endpoint: string, keys: object }>} */
export async function newSubscription(key) {
  const body = JSON.stringify({ application_server_key: key });
  return (await fetch(`${appUrl()}/api/dev/push-subscriptions`, { method: "POST", headers: { "Content-Type": "application/json" }, body })).json();
}

/** Does what the service worker does when the browser replaces a subscription. @param {BrowserContext} context @param {string} key @param {object} json */
export async function replaceSubscription(context, key, json) {
  const worker = await workerOf(context);
  await worker.evaluate(
    ({ key, json }) => {
      const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
      const applicationServerKey = Uint8Array.from(text, (byte) => byte.charCodeAt(0)).buffer;
      const newSubscription = { options: { applicationServerKey }, toJSON: () => json };
      return /** @type {any} */ (globalThis).subscribeAgain({ newSubscription });
    },
    { key, json },
  );
}

/** The messages to a subscription, oldest first. @param {string} endpoint @returns {Promise<Push[]>} */
export async function pushesTo(endpoint) {
  const { items } = /** @type {{ items: Push[] }} */ (await (await fetch(`${appUrl()}/api/dev/pushes`)).json());
  return items.filter((push) => push.endpoint === endpoint);
}

/** Waits for a message to a subscription. @param {string} endpoint @returns {Promise<Push>} */
export async function pushTo(endpoint) {
  await expect.poll(async () => (await pushesTo(endpoint)).length, { message: "a push", timeout: 20_000 }).toBeGreaterThan(0);
  return /** @type {Push} */ ((await pushesTo(endpoint))[0]);
}

/** Hands a message to the service worker, as the browser does. @param {Page} page @param {string} data */
export async function deliver(page, data) {
  const developerTools = await page.context().newCDPSession(page);
  /** @type {Promise<string>} */
  const registration = new Promise((resolve) => {
    developerTools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const found = registrations.find(({ isDeleted, scopeURL }) => !isDeleted && scopeURL.startsWith(appUrl()));
      if (found) resolve(found.registrationId);
    });
  });
  await developerTools.send("ServiceWorker.enable");
  await developerTools.send("ServiceWorker.deliverPushMessage", { origin: appUrl(), registrationId: await registration, data });
  await developerTools.detach();
}

/** What the browser shows. @param {Page} page */
export const shown = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag, lang }) => ({ title, body, tag, lang }));
  });

/** @param {BrowserContext} context */
const workerOf = async (context) => context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));

/** Watches what the service worker shows on the icon of the app, as the arguments of `setAppBadge`. @param {BrowserContext} context */
export async function badgeOfWorker(context) {
  const worker = await workerOf(context);
  await worker.evaluate(() => {
    Object.assign(navigator, { setAppBadge: async (/** @type {number[]} */ ...badge) => void Object.assign(globalThis, { badge }) });
  });
  return () => worker.evaluate(() => /** @type {any} */ (globalThis).badge);
}

/** Makes the stored language unreadable for the service worker. @param {BrowserContext} context */
export async function breakLanguageOfWorker(context) {
  const worker = await workerOf(context);
  await worker.evaluate(() => {
    caches.match = () => Promise.reject(new DOMException("no storage", "UnknownError"));
  });
}

/** Taps a shown notification. The event has no user's tap, so that the browser brings no window to the front. @param {BrowserContext} context @param {string} [id] */
export async function tap(context, id) {
  const worker = await workerOf(context);
  await worker.evaluate((id) => /** @type {any} */ (globalThis).openApp(id).catch(() => {}), id);
}
