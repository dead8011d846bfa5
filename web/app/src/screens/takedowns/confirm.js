// @ts-check
import { Problem } from "campus-api";
import { useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { Button } from "../../ui/button.js";
import { Form } from "../../ui/form.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState } from "../../ui/states.js";

/**
 * Confirms a takedown request by the link in a mail. Programs that look at mails open links, so that only the button confirms.
 *
 * @param {{ fragment: string }} props `fragment`: the token.
 */
export default function ConfirmTakedown({ fragment }) {
  const [outcome, setOutcome] = useState(/** @type {"confirmed" | "invalid" | null} */ (fragment ? null : "invalid"));
  const form = useForm({
    initial: { token: fragment },
    send: ({ token }, idempotencyKey) => api.post("/takedowns/confirm", { body: { token }, idempotencyKey }),
    onSuccess: () => setOutcome("confirmed"),
    onFailure(failure) {
      if (failure instanceof Problem && failure.code === "takedown_token_invalid") setOutcome("invalid");
    },
  });
  return html`<${Screen} title=${t("takedowns.confirm_title")} back="/takedown" width="narrow">
    ${outcome === null && html`<p class="muted">${t("takedowns.confirm_lead")}</p><${Form} form=${form} submit=${t("takedowns.confirm")} label=${t("takedowns.confirm_title")} />`}
    ${outcome === "confirmed" && html`<div role="status"><${EmptyState} icon="check" title=${t("takedowns.confirmed_title")} text=${t("takedowns.confirmed_text")} /></div>`}
    ${outcome === "invalid" &&
    html`<div role="alert">
      <${EmptyState} icon="link" title=${t("takedowns.invalid_title")} text=${t("takedowns.invalid_text")}>
        <${Button} kind="primary" href="/takedown">${t("takedowns.invalid_again")}<//>
      <//>
    </div>`}
  <//>`;
}
