// Runs before the first paint, and in browsers that cannot run the app.
try {
  // A chosen theme or language must not flash.
  const { theme, language } = JSON.parse(localStorage.getItem("campus.preferences") || "{}");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (language === "en") document.documentElement.lang = "en";
} catch (failure) {
  // Without storage, the system's theme and Korean apply.
}

/** @param {string} korean @param {string} english */
function tellAtStart(korean, english) {
  const text = document.querySelector("#boot p");
  if (text) text.textContent = document.documentElement.lang === "en" ? english : korean;
}

/** What else the first screens load, by path. `npm run preloads` writes it. @type {Record<string, string[]>} */
const FIRST_SCREENS = {
  "/": ["styles/screens/home.css"],
  "/boards/*": ["styles/screens/posts.css","src/lib/paged_list.js","src/screens/posts/board.js","src/ui/paged_list.js"],
  "/posts/*": ["styles/screens/posts.css","src/i18n/ko/comments.js","src/i18n/ko/messages.js","src/i18n/ko/moderation.js","src/lib/hide_post.js","src/lib/mute_post.js","src/lib/paged_list.js","src/lib/report.js","src/lib/restrictions.js","src/lib/takedowns.js","src/screens/messages/check_message.js","src/screens/messages/message_dialog.js","src/screens/posts/anonymity.js","src/screens/posts/comment.js","src/screens/posts/comment_form.js","src/screens/posts/comments.js","src/screens/posts/gallery.js","src/screens/posts/post.js","src/screens/posts/reactions.js","src/ui/block.js","src/ui/menu.js","src/ui/own_hidden.js","src/ui/paged_list.js","src/ui/radio_list.js","src/ui/report.js","src/ui/restriction_notice.js"],
};

/** Loads the modules and the stylesheet of the screen together with those that every screen needs. */
function preloadScreen() {
  for (const href of FIRST_SCREENS[location.pathname.replace(/^(\/\w+)\/[^/]+$/, "$1/*")] || []) {
    const link = document.createElement("link");
    const isModule = href.endsWith(".js");
    link.rel = isModule ? "modulepreload" : "preload";
    if (!isModule) link.as = "style";
    link.href = href;
    document.head.append(link);
  }
}

/**
 * Asks for the session while the app loads; `api.js` takes the response. As in the client, only one tab refreshes at a time: if
 * another one does, the client asks later.
 */
function refreshEarly() {
  if (!navigator.locks) return;
  const headers = { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang };
  const send = () => fetch("/api/auth/refresh", { method: "POST", headers, body: "{}", keepalive: true, signal: AbortSignal.timeout?.(30_000) });
  const response = navigator.locks.request("campus-session", { ifAvailable: true }, (lock) => lock && send());
  /** @type {any} */ (globalThis).campusEarlyRefresh = response.catch(() => null);
}

if (!HTMLScriptElement.supports || !HTMLScriptElement.supports("importmap")) {
  addEventListener("DOMContentLoaded", () => tellAtStart("브라우저를 업데이트해 주세요.", "Please update your browser."));
} else {
  refreshEarly();
  preloadScreen();
}

addEventListener(
  "error",
  (event) => {
    // A script did not load, or `main.js` failed.
    if (event.target instanceof HTMLScriptElement || event.target === window) tellAtStart("불러오지 못했어요. 새로고침해 주세요.", "Could not load. Please reload the page.");
  },
  true,
);
