// @ts-check
import { t } from "../i18n/index.js";
import { authorName } from "./authors.js";
import { isHiddenState } from "./hidden.js";

/** @typedef {import("campus-api").Schema<"Notification">} Notification */
/** @typedef {Notification["kind"]} Kind */

/** @type {Record<Kind, import("../ui/icon.js").IconName>} */
export const ICONS = {
  comment: "comment",
  reply: "reply",
  message: "mail",
  hot: "flame",
  friend_request: "user-plus",
  friend_accepted: "users",
  moderation: "flag",
  lecture: "calendar",
};

export const KINDS = /** @type {Kind[]} */ (Object.keys(ICONS));

/** "새 댓글 3개" @param {Notification} notification */
export function titleOf(notification) {
  const { kind, count, state } = notification;
  if (!(kind in ICONS)) return t("notifications.other");
  if (kind === "lecture") return lectureTitle(notification.changes);
  if (kind !== "moderation" || !state) return t(`notifications.${kind}`, { count });
  const thing = t(`notifications.my_${thingOf(notification)}`);
  const outcome = isHiddenState(state) ? state : "restored";
  return t(`notifications.state_${outcome}`, { thing });
}

/** What has changed of a lecture: its state, if it has another one, else its times and rooms. @param {Notification["changes"]} changes */
function lectureTitle(changes = []) {
  const state = changes.find((change) => change === "cancelled" || change === "withdrawn" || change === "listed");
  if (state) return t(`notifications.lecture_${state}`);
  const [hasOtherTimes, hasOtherRooms] = [changes.includes("time"), changes.includes("place")];
  if (hasOtherTimes && hasOtherRooms) return t("notifications.lecture_time_and_place");
  if (hasOtherTimes) return t("notifications.lecture_time");
  return t(hasOtherRooms ? "notifications.lecture_place" : "notifications.lecture");
}

/** What moderation has decided about. @param {Notification} notification */
function thingOf({ comment_id: comment, thread_id: thread, review_id: review, exam_info_id: examInfo }) {
  if (examInfo) return "exam_info";
  if (review) return "review";
  if (thread) return "message";
  return comment ? "comment" : "post";
}

/** The path of what a notification is about. @param {Notification} notification */
export function pathOf({ kind, post_id: post, comment_id: comment, thread_id: thread, lecture_id: lecture }) {
  if (thread) return `/messages/${thread}`;
  if (post) return comment ? `/posts/${post}?comment=${comment}` : `/posts/${post}`;
  if (lecture) return `/lectures/${lecture}`;
  if (kind === "lecture") return "/timetable";
  return kind === "friend_request" || kind === "friend_accepted" ? "/friends" : "/me";
}

/** The name of an actor in the user's language. The service allows nobody to be called 익명. @param {string} name As the thread shows it. */
export function actorName(name) {
  const kind = name === "(알수없음)" ? "withdrawn" : /^익명(\d*|\(글쓴이\))$/.test(name) ? "anonymous" : "user";
  return authorName(/** @type {import("campus-api").Schema<"Author">} */ ({ kind, name }));
}
