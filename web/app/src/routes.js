// @ts-check
/**
 * Every screen: its path, its module, and what surrounds it.
 *
 * @typedef {object} Route
 * @property {string} path `:name` matches one segment.
 * @property {() => Promise<{ default: any }>} load The screen's module; its default export is a component that gets
 *   `params`, `query` and `fragment`.
 * @property {"home" | "timetable" | "boards" | "messages" | "me"} [tab] The highlighted tab.
 * @property {boolean} [open] Shown without a login too.
 * @property {boolean} [guest] Only for logged-out users; others go to home.
 * @property {boolean} [unverified] Also for students who are not verified yet. On other screens they see `verifyFirst`.
 * @property {boolean} [secret] The fragment is a secret, which disappears from the address at once.
 * @property {boolean} [bare] Without tabs and side navigation.
 * @property {string} [styles] A stylesheet in `styles/screens/` (without `.css`) that loads with the screen.
 * @property {import("./i18n/index.js").LazyFeature[]} [texts] Texts that load with the screen, because the first load leaves them out.
 * @property {boolean} [offline] Shown with stored data when the service cannot be reached.
 */

/** @type {Route[]} */
export const routes = [
  { path: "/", tab: "home", unverified: true, styles: "home", load: () => import("./screens/home/home.js") },

  { path: "/login", guest: true, bare: true, texts: ["account", "recovery"], styles: "account", load: () => import("./screens/account/login.js") },
  { path: "/signup", guest: true, bare: true, texts: ["account"], styles: "account", load: () => import("./screens/account/sign_up.js") },
  { path: "/forgot-password", open: true, bare: true, texts: ["account", "recovery"], styles: "account", load: () => import("./screens/account/forgot_password.js") },
  { path: "/forgot-login-id", open: true, bare: true, texts: ["account", "recovery"], styles: "account", load: () => import("./screens/account/forgot_login_id.js") },
  { path: "/reset-password", open: true, secret: true, bare: true, texts: ["account", "recovery"], styles: "account", load: () => import("./screens/account/reset_password.js") },
  { path: "/verify", unverified: true, bare: true, texts: ["account"], styles: "account", load: () => import("./screens/account/verify.js") },
  { path: "/takedown", open: true, bare: true, texts: ["moderation", "takedowns", "account"], styles: "account", load: () => import("./screens/takedowns/takedown.js") },
  { path: "/takedown/confirm", open: true, secret: true, bare: true, texts: ["takedowns"], styles: "account", load: () => import("./screens/takedowns/confirm.js") },
  { path: "/policies/:kind", open: true, tab: "me", styles: "account", load: () => import("./screens/account/policies.js") },
  { path: "/me", tab: "me", unverified: true, texts: ["moderation", "account"], styles: "account", load: () => import("./screens/account/me.js") },
  { path: "/me/profile", tab: "me", unverified: true, texts: ["account"], styles: "account", load: () => import("./screens/account/profile.js") },
  { path: "/me/password", tab: "me", unverified: true, texts: ["account"], styles: "account", load: () => import("./screens/account/password.js") },
  { path: "/me/withdraw", tab: "me", unverified: true, texts: ["account"], styles: "account", load: () => import("./screens/account/withdraw.js") },
  { path: "/me/settings", tab: "me", unverified: true, texts: ["account"], styles: "account", load: () => import("./screens/account/settings.js") },
  { path: "/me/blocks", tab: "me", texts: ["moderation"], styles: "account", load: () => import("./screens/account/blocks.js") },

  { path: "/notifications", texts: ["notifications"], styles: "notifications", load: () => import("./screens/notifications/notifications.js") },
  { path: "/notifications/settings", texts: ["notifications"], styles: "notifications", load: () => import("./screens/notifications/settings.js") },

  { path: "/moderation", tab: "me", texts: ["moderation", "cases"], styles: "moderation", load: () => import("./screens/moderation/queue.js") },
  { path: "/moderation/decided", tab: "me", texts: ["moderation", "cases"], styles: "moderation", load: () => import("./screens/moderation/decided.js") },
  { path: "/moderation/log", tab: "me", texts: ["moderation", "cases"], styles: "moderation", load: () => import("./screens/moderation/log.js") },
  { path: "/moderation/cases/:id", tab: "me", texts: ["moderation", "cases"], styles: "moderation", load: () => import("./screens/moderation/case.js") },
  { path: "/moderation/takedowns/:id", tab: "me", texts: ["moderation", "cases"], styles: "moderation", load: () => import("./screens/moderation/takedown.js") },

  { path: "/boards", tab: "boards", styles: "boards", load: () => import("./screens/boards/boards.js") },
  { path: "/boards/new", tab: "boards", texts: ["moderation"], styles: "boards", load: () => import("./screens/boards/new_board.js") },
  { path: "/boards/:id", tab: "boards", styles: "posts", load: () => import("./screens/posts/board.js") },
  { path: "/boards/:id/write", tab: "boards", bare: true, texts: ["moderation"], styles: "posts", load: () => import("./screens/posts/write.js") },
  { path: "/boards/:id/settings", tab: "boards", styles: "boards", load: () => import("./screens/boards/board_settings.js") },

  { path: "/posts/:id", tab: "boards", texts: ["moderation", "comments", "messages"], styles: "posts", load: () => import("./screens/posts/post.js") },
  { path: "/posts/:id/edit", tab: "boards", bare: true, texts: ["moderation"], styles: "posts", load: () => import("./screens/posts/edit.js") },
  { path: "/search", tab: "boards", texts: ["search"], styles: "search", load: () => import("./screens/search/search.js") },
  { path: "/hot", tab: "boards", styles: "posts", load: () => import("./screens/posts/hot.js") },
  { path: "/best", tab: "boards", styles: "posts", load: () => import("./screens/posts/best.js") },
  { path: "/mine", tab: "me", styles: "posts", load: () => import("./screens/posts/mine.js") },
  { path: "/commented", tab: "me", styles: "posts", load: () => import("./screens/posts/commented.js") },
  { path: "/scraps", tab: "me", styles: "posts", load: () => import("./screens/posts/scraps.js") },
  { path: "/hidden", tab: "me", texts: ["moderation"], styles: "posts", load: () => import("./screens/posts/hidden.js") },

  { path: "/messages", tab: "messages", texts: ["messages"], styles: "messages", load: () => import("./screens/messages/threads.js") },
  { path: "/messages/:id", tab: "messages", texts: ["moderation", "messages"], styles: "messages", load: () => import("./screens/messages/thread.js") },

  { path: "/timetable", tab: "timetable", unverified: true, offline: true, styles: "timetable", load: () => import("./screens/timetable/timetable.js") },
  { path: "/timetable/:id", tab: "timetable", styles: "timetable", load: () => import("./screens/timetable/visible_timetable.js") },
  { path: "/timetable/:id/add", tab: "timetable", unverified: true, styles: "timetable", load: () => import("./screens/timetable/add.js") },
  { path: "/timetable/:id/custom", tab: "timetable", unverified: true, styles: "timetable", load: () => import("./screens/timetable/custom_entry.js") },
  { path: "/timetable/:id/entries/:entry", tab: "timetable", unverified: true, styles: "timetable", load: () => import("./screens/timetable/custom_entry.js") },
  { path: "/lectures", tab: "timetable", unverified: true, styles: "timetable", load: () => import("./screens/lectures/lectures.js") },
  { path: "/lectures/:id", tab: "timetable", unverified: true, texts: ["moderation", "exams"], styles: "timetable", load: () => import("./screens/lectures/lecture.js") },
  { path: "/lectures/:id/review", tab: "timetable", texts: ["moderation"], styles: "timetable", load: () => import("./screens/lectures/write_review.js") },
  { path: "/lectures/:id/exam-info", tab: "timetable", texts: ["moderation", "exams"], styles: "timetable", load: () => import("./screens/lectures/write_exam_info.js") },
  { path: "/grades", tab: "timetable", unverified: true, offline: true, texts: ["grades"], styles: "timetable", load: () => import("./screens/grades/grades.js") },
  { path: "/grades/:semester", tab: "timetable", unverified: true, offline: true, texts: ["grades"], styles: "timetable", load: () => import("./screens/grades/semester_grades.js") },
  { path: "/friends", tab: "timetable", texts: ["friends"], styles: "timetable", load: () => import("./screens/friends/friends.js") },
  { path: "/friends/:id/timetable", tab: "timetable", texts: ["friends"], styles: "timetable", load: () => import("./screens/friends/friend_timetable.js") },
  { path: "/shared", open: true, bare: true, texts: ["shared"], styles: "timetable", load: () => import("./screens/shared/shared.js") },
];

/** What unverified students see instead of a screen. @type {Route} */
export const verifyFirst = { path: "", load: () => import("./screens/account/verify_first.js") };

/** @type {Route} */
export const notFound = { path: "", open: true, load: () => import("./screens/not_found.js") };
