// @ts-check
import { useEffect, useState } from "preact/hooks";
import { NetworkError, Problem } from "campus-api";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useSubmit } from "../../lib/submit.js";
import { pollNotifications } from "../../notifications.js";
import { confirmedPushState, pushState, turnPushOff, turnPushOn } from "../../push.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { failureText, toast } from "../../ui/toast.js";

/** Turns push on and off for this device, or says why that is not possible. The explanation of push stands above it. */
export function PushOnDevice() {
  const [state, setState] = useState(/** @type {import("../../push.js").PushState | null} */ (null));
  useEffect(() => void confirmedPushState().then(setState), []);
  const change = useSubmit((/** @type {boolean} */ on) => (on ? turnPushOn() : turnPushOff()), {
    onSuccess(next, wanted) {
      setState(next);
      // It decides how often to ask.
      pollNotifications();
      if (next === "on") toast(t("notifications.push_turned_on"));
      else if (!wanted) toast(t("notifications.push_turned_off"));
    },
    onFailure(failure) {
      // The browser's push service has refused, or cannot be reached.
      const isOurs = failure instanceof Problem || failure instanceof NetworkError;
      toast(isOurs ? failureText(failure) : t("notifications.push_failed"));
      pushState().then(setState);
    },
  });
  const isOn = state === "on";
  const canChange = state === null || isOn || state === "off";
  return html`<div class="push-state" data-state=${state}>
    <p class="row"><${Icon} name=${isOn ? "bell" : "bell-off"} size=${20} /><span class="grow">${state ? stateText(state) : "\u00a0"}</span></p>
    ${canChange &&
    html`<${Button} kind=${isOn ? "secondary" : "primary"} wide disabled=${state === null} busy=${change.busy} onClick=${() => change.run(!isOn)}>
      ${t(isOn ? "notifications.push_off" : "notifications.push_on")}
    <//>`}
  </div>`;
}

/** @param {import("../../push.js").PushState} state */
function stateText(state) {
  if (state === "on" || state === "off") return t(`notifications.push_is_${state}`);
  return t(`notifications.push_${state}`);
}
