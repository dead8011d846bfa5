// @ts-check
/** Follows the user's notifications while they are logged in. Loaded after the login. */
import { api } from "./api.js";
import { loadTexts } from "./i18n/index.js";
import { MAX_QUIET_PAUSE, startPolling } from "./lib/shared_poll.js";
import { newestNotification, refreshUnread, unreadNotifications } from "./live.js";
import { current } from "./router.js";
import { quietToast } from "./ui/toast.js";

/** @typedef {import("campus-api").Schema<"Notification">} Notification */
/** @typedef {{ count: number, newest?: Notification }} News `newest`: of those that have arrived since the last news. */

/** @type {import("./lib/shared_poll.js").Polling<News> | null} */
let polling = null;

/** The number of unread notifications that the tabs know; null before the first answer. @type {number | null} */
let known = null;

/** Starts to follow. Returns a function that stops it, after the user has logged out. @param {string} userId */
export function startNotifications(userId) {
  known = null;
  const own = (polling = startPolling({ name: `campus-notifications-${userId}`, ask, onAnswer, isFinal: ({ status }) => status === 401 }));
  withPush((push) => push.renewPush(userId));
  return () => {
    own.stop();
    showBadge(0);
    withPush((push) => push.leavePush());
  };
}

/** Does something about push where the user can have it. @param {(push: typeof import("./push.js")) => Promise<void>} run */
const withPush = (run) => void (globalThis.Notification?.permission === "granted" && import("./push.js").then(run).catch(() => {}));

/** Asks for news at once. */
export const pollNotifications = () => polling?.poll();

/** Takes over what the service has said about unread notifications, in all tabs. @param {number} count */
export const setUnreadNotifications = (count) => polling?.tell({ count });

/** @param {AbortSignal} signal @returns {Promise<{ answer: News, isNews: boolean, interval: number }>} */
async function ask(signal) {
  let interval = 0;
  const onHeaders = (/** @type {Headers} */ headers) => (interval = Number(headers.get("X-Poll-Interval")));
  const { unread_count: count } = await api.get("/notifications/unread-count", { signal, onHeaders });
  // The service worker says when a push arrives. What pushes leave out waits a little.
  if (await isPushOn()) interval = Math.max(interval, MAX_QUIET_PAUSE);
  const isNews = count !== known;
  if (known === null || count <= known) return { answer: { count }, isNews, interval };
  // The number can be of a moment before the last look. That of the list is exact.
  const page = await api.get("/notifications", { query: { limit: 1 }, signal });
  const newest = page.unread_count > known ? page.items[0] : undefined;
  return { answer: { count: page.unread_count, newest }, isNews, interval };
}

async function isPushOn() {
  if (globalThis.Notification?.permission !== "granted") return false;
  const { pushState } = await import("./push.js");
  return (await pushState()) === "on";
}

/** @param {News} news */
function onAnswer({ count, newest }) {
  // They can have been read on another device, too.
  if (count === 0 && known !== 0) withPush((push) => push.closePushes());
  known = count;
  unreadNotifications.value = count;
  showBadge(count);
  if (!newest) return;
  newestNotification.value = newest;
  if (newest.kind === "message") refreshUnread();
  if (document.visibilityState === "visible") announce(newest);
}

/** Says what has arrived, without its content, unless the user looks at it. @param {Notification} newest */
async function announce(newest) {
  const [{ pathOf, titleOf }] = await Promise.all([import("./lib/notification.js"), loadTexts(["notifications"])]);
  const { path } = current.value;
  const isShown = path === "/notifications" || (newest.kind === "message" && path === pathOf(newest));
  if (!isShown) quietToast(titleOf({ ...newest, count: 1 }));
}

/** Shows the number on the icon of the installed app. @param {number} count */
function showBadge(count) {
  const done = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  done?.catch(() => {});
}
