// @ts-check
import { t } from "./i18n/index.js";
import { navigate } from "./router.js";
import { standingToast } from "./ui/toast.js";

const HOUR = 3_600_000;

/** How long a first visit has the network for itself, before the service worker loads all files, in milliseconds. */
const FIRST_PAUSE = 4000;

/** Registers the service worker, follows what it says, and offers to reload when it has a new version of the app. */
export function startUpdates() {
  if (!("serviceWorker" in navigator)) return;
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}

async function register() {
  navigator.serviceWorker.addEventListener("message", ({ data }) => follow(data));
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE));
  const registration = await navigator.serviceWorker.register("/sw.js").catch(() => null);
  if (!registration) return;
  if (registration.waiting) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed" && navigator.serviceWorker.controller) offer(installing);
    });
  });
  const check = () => document.visibilityState === "visible" && registration.update().catch(() => {});
  setInterval(check, HOUR);
  document.addEventListener("visibilitychange", check);
}

/** Does what a push asks for. @param {{ path?: string }} message `path`: where a tap on a push leads. */
async function follow({ path }) {
  if (path) navigate(path);
  (await import("./notifications.js")).pollNotifications();
}

/** @param {ServiceWorker} waiting */
function offer(waiting) {
  standingToast(t("common.update_ready"), {
    label: t("common.update"),
    run() {
      // Another tab has already switched to the new version.
      if (waiting.state !== "installed") return location.reload();
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage("activate");
    },
  });
}
