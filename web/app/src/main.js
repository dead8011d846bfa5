// @ts-check
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.js";
import { html } from "./html.js";
import { loadTexts } from "./i18n/index.js";
import { startLive } from "./live.js";
import { applyPreferences } from "./preferences.js";
import { current, startRouter } from "./router.js";
import { startSession } from "./session.js";
import { startUpdates } from "./updates.js";

applyPreferences();
startRouter();
startLive();
startSession();
// The screen loads while the session is restored. The app shows a failure.
current.value.route.load().catch(() => {});
await loadTexts();
effect(() => void loadTexts());
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
document.getElementById("boot")?.remove();
startUpdates();
