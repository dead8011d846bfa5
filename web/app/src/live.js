// @ts-check
/** What the shell shows of the signed-in user beside the screens: pinned boards and the number of unread messages. */
import { signal } from "@preact/signals";
import { api } from "./api.js";
import { status } from "./session.js";

/** In the order pinned; null until loaded. @type {import("@preact/signals").Signal<any[] | null>} */
export const pinnedBoards = signal(/** @type {any[] | null} */ (null));

export const unreadMessages = signal(0);

const MINUTE = 60_000;

/** Loads the pinned boards. Called at login, and after pinning. */
export async function refreshPins() {
  const { items } = await api.get("/boards/pinned", { query: { limit: 50 } });
  pinnedBoards.value = items;
}

/** Loads the number of unread messages. Called every minute while the page is visible, and when messages are read. */
export async function refreshUnread() {
  const { unread_total } = await api.get("/messages", { query: { limit: 1 } });
  unreadMessages.value = unread_total;
}

/** Keeps both up to date during a session. */
export function startLive() {
  const quietly = (/** @type {() => Promise<void>} */ refresh) => refresh().catch(() => {});
  status.subscribe((now) => {
    if (now === "in") {
      refreshPins().catch(() => (pinnedBoards.value ??= []));
      quietly(refreshUnread);
    } else if (now === "out") {
      pinnedBoards.value = null;
      unreadMessages.value = 0;
    }
  });
  const tick = () => status.peek() === "in" && document.visibilityState === "visible" && quietly(refreshUnread);
  setInterval(tick, MINUTE);
  document.addEventListener("visibilitychange", tick);
}
