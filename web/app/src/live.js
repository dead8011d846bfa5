// @ts-check
/** What the shell shows of the signed-in user beside the screens: pinned boards, and how much is unread. */
import { computed, signal } from "@preact/signals";
import { api } from "./api.js";
import { needsVerification, status, user } from "./session.js";

/** In the order pinned; null until loaded. @type {import("@preact/signals").Signal<any[] | null>} */
export const pinnedBoards = signal(/** @type {any[] | null} */ (null));

/** Why the pinned boards could not be loaded, or null. @type {import("@preact/signals").Signal<unknown>} */
export const pinsFailure = signal(/** @type {unknown} */ (null));

export const unreadMessages = signal(0);

export const unreadNotifications = signal(0);

/** The last notification that has arrived since the login. @type {import("@preact/signals").Signal<any>} */
export const newestNotification = signal(/** @type {any} */ (null));

const MINUTE = 60_000;

/** Loads the pinned boards. Called at login, and after pinning. */
export async function refreshPins() {
  pinsFailure.value = null;
  try {
    const { items } = await api.get("/boards/pinned", { query: { limit: 50 } });
    pinnedBoards.value = items;
  } catch (failure) {
    pinsFailure.value = failure;
  }
}

/** Loads the number of unread messages. Called every minute while the page is visible, and when messages are read. */
export async function refreshUnread() {
  try {
    const { unread_total } = await api.get("/messages", { query: { limit: 1 } });
    unreadMessages.value = unread_total;
  } catch {
    // The number is refreshed every minute.
  }
}

/** Keeps all of it up to date during a session. */
export function startLive() {
  const userId = computed(() => (status.value === "in" && !needsVerification.value ? user.value?.id : null));
  let stop = () => {};
  userId.subscribe((id) => {
    stop();
    stop = () => {};
    pinnedBoards.value = null;
    unreadMessages.value = unreadNotifications.value = 0;
    newestNotification.value = null;
    if (!id) return;
    refreshPins();
    refreshUnread();
    import("./notifications.js").then(({ startNotifications }) => userId.peek() === id && (stop = startNotifications(id)), () => {});
  });
  const tick = () => userId.peek() && document.visibilityState === "visible" && refreshUnread();
  setInterval(tick, MINUTE);
  document.addEventListener("visibilitychange", tick);
}
