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

if (!HTMLScriptElement.supports || !HTMLScriptElement.supports("importmap")) {
  addEventListener("DOMContentLoaded", () => tellAtStart("브라우저를 업데이트해 주세요.", "Please update your browser."));
}

addEventListener(
  "error",
  (event) => {
    // A script did not load, or `main.js` failed.
    if (event.target instanceof HTMLScriptElement || event.target === window) tellAtStart("불러오지 못했어요. 새로고침해 주세요.", "Could not load. Please reload the page.");
  },
  true,
);
