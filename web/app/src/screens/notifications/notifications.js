// @ts-check
import { useEffect, useRef } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { actorName, ICONS, pathOf, titleOf } from "../../lib/notification.js";
import { usePagedList } from "../../lib/paged_list.js";
import { newestNotification } from "../../live.js";
import { setUnreadNotifications } from "../../notifications.js";
import { navigate } from "../../router.js";
import { IconButton } from "../../ui/button.js";
import { Time } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { PagedList } from "../../ui/paged_list.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState } from "../../ui/states.js";

/** @typedef {import("campus-api").Schema<"Notification">} Notification */

/** The user's notifications, newest first. Looking at them marks them as read. @param {{ query: URLSearchParams }} props */
export default function Notifications({ query }) {
  const list = usePagedList("notifications", (cursor, signal) => api.get("/notifications", { query: { cursor }, signal }));
  useArrivals(list.catchUp);
  useLooking(list.items[0]);
  useOpened(query.get("open"), list);
  return html`<${Screen} title=${t("notifications.title")} back="/"
    actions=${html`<${IconButton} icon="settings" label=${t("notifications.settings")} href="/notifications/settings" />`}>
    <${PagedList} list=${list} label=${t("notifications.list")} row=${row}
      empty=${html`<${EmptyState} icon="bell" title=${t("notifications.empty")} text=${t("notifications.empty_text")} />`} />
  <//>`;
}

/** Follows what arrives while the list shows. @param {() => void} catchUp */
function useArrivals(catchUp) {
  const latest = useRef(catchUp);
  latest.current = catchUp;
  useEffect(() => {
    const before = newestNotification.peek();
    return newestNotification.subscribe((arrived) => arrived && arrived !== before && latest.current());
  }, []);
}

/** Marks the notifications as read, once the user sees the newest. @param {Notification | undefined} newest */
function useLooking(newest) {
  const isUnread = newest && !newest.is_read;
  useEffect(() => {
    if (!isUnread) return;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", look);
      await api.post("/notifications/read", { body: { up_to: newest.id } });
      setUnreadNotifications(0);
    };
    document.addEventListener("visibilitychange", look);
    // What stays unread is marked by the next look.
    look().catch(() => {});
    return () => document.removeEventListener("visibilitychange", look);
  }, [newest?.id]);
}

/**
 * Goes on to what a push was about.
 *
 * @param {string | null} id Of the notification.
 * @param {import("../../lib/paged_list.js").PagedListState<Notification>} list
 */
function useOpened(id, list) {
  const opened = list.items.find((notification) => notification.id === id);
  useEffect(() => {
    if (opened) navigate(pathOf(opened), { replace: true });
  }, [opened?.id]);
}

/** @param {Notification} notification */
function row(notification) {
  const { kind, actor_name: actor, preview, updated_at: time, is_read: isRead } = notification;
  return html`<a class="notification-row" href=${pathOf(notification)} data-unread=${!isRead || undefined}>
    <span class="notification-icon" data-kind=${kind}><${Icon} name=${ICONS[kind] ?? "bell"} size=${20} /></span>
    <span class="grow stack-1">
      <span class="notification-head">
        <span class="notification-title">${!isRead && html`<span class="visually-hidden">${t("notifications.is_unread")}: </span>`}${titleOf(notification)}</span>
        <span class="notification-time"><${Time} iso=${time} /></span>
      </span>
      ${(actor || preview) &&
      html`<span class="notification-text clamp-2" dir="auto">
        ${actor && html`<span class="notification-actor">${actorName(actor)}</span>`} ${preview}
      </span>`}
    </span>
  </a>`;
}
