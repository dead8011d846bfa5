// @ts-check
import { render } from "preact";
import { api } from "./api.js";
import { App } from "./app.js";
import { html } from "./html.js";
import { loadTexts, switchLanguage, t } from "./i18n/index.js";
import { loadStyles } from "./lib/styles.js";
import { startLive } from "./live.js";
import { applyPreferences, language } from "./preferences.js";
import { current, startRouter } from "./router.js";
import { startSession } from "./session.js";
import { clearToast, toast } from "./ui/toast.js";
import { startUpdates } from "./updates.js";

applyPreferences();
startRouter();
startLive();
api.session.onChange((_, change) => {
  // An action of the toast, such as another try, would be that of the last user.
  if (change !== "updated") clearToast();
  if (change === "ended") toast(t("common.session_ended"));
});
startSession();
// The screen loads while the session is restored. The app shows a failure.
const { route } = current.value;
for (const loading of [route.load(), loadStyles(route.styles), loadTexts(route.texts)]) loading.catch(() => {});
await switchLanguage(language.peek());
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
document.getElementById("boot")?.remove();
startUpdates();
