// @ts-check
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { KINDS } from "../../lib/notification.js";
import { useResource } from "../../lib/resource.js";
import { useSavedChoice } from "../../lib/saved_choice.js";
import { Card } from "../../ui/elements.js";
import { Checkbox } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { Loaded, Skeleton } from "../../ui/states.js";
import { PushOnDevice } from "./push_on_device.js";

/** @typedef {import("campus-api").Schema<"NotificationSettings">} Settings */

/** What the user wants to hear about, and push on this device. */
export default function NotificationSettings() {
  const settings = useResource("settings", (signal) => api.get("/notifications/settings", { signal }));
  const onSaved = (/** @type {Settings} */ saved) => settings.change(() => saved);
  return html`<${Screen} title=${t("notifications.settings")} back="/notifications">
    <${Loaded} resource=${settings} skeleton=${html`<${Skeleton} rows=${8} />`}>
      ${(/** @type {Settings} */ saved) => html`
        <${Card} title=${t("notifications.push")}>
          <div class="stack">
            <p class="muted">${t("notifications.push_text")}</p>
            <p class="muted">${t("notifications.push_delay")}</p>
            <${PushOnDevice} />
            <${Switch} name="push" label=${t("notifications.push_all")} hint=${t("notifications.push_all_hint")} saved=${saved} onSaved=${onSaved} />
          </div>
        <//>
        <${Card} title=${t("notifications.kinds")}>
          ${KINDS.map((kind) => html`<${Switch} key=${kind} name=${kind} label=${t(`notifications.on_${kind}`)} saved=${saved} onSaved=${onSaved} />`)}
          <p class="muted small">${t("notifications.mute_hint")}</p>
        <//>`}
    <//>
  <//>`;
}

/**
 * @param {object} props
 * @param {keyof Settings} props.name
 * @param {string} props.label
 * @param {string} [props.hint]
 * @param {Settings} props.saved
 * @param {(saved: Settings) => void} props.onSaved
 */
function Switch({ name, label, hint, saved, onSaved }) {
  const send = (/** @type {string} */ value) => api.patch("/notifications/settings", { body: { [name]: value === "on" } });
  const choice = useSavedChoice(saved[name] ? "on" : "off", send, onSaved);
  const choose = (/** @type {boolean} */ isOn) => choice.choose(isOn ? "on" : "off");
  return html`<${Checkbox} toggle label=${label} hint=${hint} checked=${choice.value === "on"} onChange=${choose} />`;
}
