// @ts-check
/** Web Push on this device. A subscription belongs to the session that made it. */
import { Problem } from "campus-api";
import { api } from "./api.js";
import { loadOfUser, storeOfUser } from "./lib/storage.js";
import { language } from "./preferences.js";
import { user } from "./session.js";

/**
 * - `install`: the browser needs the app on the home screen for it.
 * - `denied`: the user has refused it to this site, and only they can change that, in the browser.
 *
 * @typedef {"unsupported" | "install" | "denied" | "off" | "on"} PushState
 */

/** Under this key, the browser keeps that the user has turned it on here. */
const KEY = "push";

/** Where the service worker finds the language of its texts. */
const PREFERENCES = "preferences";

const isSupported = () => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

/** @returns {Promise<PushState>} */
export async function pushState() {
  // iPhones and iPads have it in installed apps only.
  if (!isSupported()) return /** @type {any} */ (navigator).standalone === false ? "install" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const isOn = Notification.permission === "granted" && loadOfUser(user.peek()?.id, KEY) && (await subscription());
  return isOn ? "on" : "off";
}

/** Asks for the permission, in the tap of a user who has read what it is for, and subscribes. @returns {Promise<PushState>} */
export async function turnPushOn() {
  if ((await Notification.requestPermission()) === "granted") await subscribe(user.peek().id);
  return pushState();
}

/**
 * The state, after the service has confirmed the subscription: it ends those that it cannot reach, and the oldest of many.
 *
 * @returns {Promise<PushState>}
 */
export async function confirmedPushState() {
  const state = await pushState();
  if (state !== "on") return state;
  try {
    await subscribe(user.peek().id);
  } catch (failure) {
    // Other failures say nothing of the subscription.
    if (failure instanceof Problem && failure.status === 422) return "off";
  }
  return pushState();
}

/** @returns {Promise<PushState>} */
export async function turnPushOff() {
  storeOfUser(user.peek().id, KEY, null);
  // The service sends no more pushes, also if the browser fails to end its subscription.
  await Promise.all([api.delete("/notifications/push-subscription"), leavePush().catch(() => {})]);
  return pushState();
}

/** Subscribes again for a new session, or with a new key of the service, if the user has turned it on. @param {string} userId */
export const renewPush = (userId) => (loadOfUser(userId, KEY) ? subscribe(userId) : leavePush());

/** Ends the subscription in the browser, and takes away what it shows. With the session, it ends at the service. */
export async function leavePush() {
  await closePushes();
  await (await subscription())?.unsubscribe();
}

/** Takes away the pushes that the device shows. */
export async function closePushes() {
  const shown = await (await navigator.serviceWorker.getRegistration())?.getNotifications();
  for (const notification of shown ?? []) notification.close();
}

const subscription = async () => (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();

/** @param {string} userId */
async function subscribe(userId) {
  stopKeepingLanguage();
  stopKeepingLanguage = language.subscribe((chosen) => void keepLanguage(chosen).catch(() => {}));
  const [{ public_key: key }, { pushManager }] = await Promise.all([api.get("/notifications/push-key"), navigator.serviceWorker.ready]);
  const applicationServerKey = bytesOf(key);
  let current = await pushManager.getSubscription();
  if (current && !isEqual(new Uint8Array(current.options.applicationServerKey ?? []), applicationServerKey)) {
    await current.unsubscribe();
    current = null;
  }
  current ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint = "", keys: { p256dh = "", auth = "" } = {} } = current.toJSON();
  await api.put("/notifications/push-subscription", { body: { endpoint, keys: { p256dh, auth }, application_server_key: key } });
  storeOfUser(userId, KEY, true);
}

let stopKeepingLanguage = () => {};

/** @param {string} chosen */
async function keepLanguage(chosen) {
  await (await caches.open(PREFERENCES)).put("/language", new Response(chosen));
}

/** The bytes of a text in base64url. @param {string} text */
export const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));

/** @param {Uint8Array} one @param {Uint8Array} other */
const isEqual = (one, other) => one.length === other.length && one.every((byte, index) => byte === other[index]);
