// @ts-check
import { useEffect } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { clockOf, useSecondsUntil } from "../../lib/countdown.js";
import { useForm } from "../../lib/form.js";
import { useSubmit } from "../../lib/submit.js";
import { clockTime } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { Field, Form } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { forgetCode, requestCode } from "../../verification.js";
import { MailboxLink } from "./mailbox_link.js";
import { codeIn, CODE_LENGTH } from "./rules.js";

/**
 * The field for the code, which is sent as soon as it is complete, and ways to get another one.
 *
 * @param {{ code: import("../../verification.js").SentCode, onConfirmed: () => void }} props
 */
export function CodeForm({ code, onConfirmed }) {
  const form = useForm({
    initial: { code: "" },
    check: (values) => ({ code: values.code.length === CODE_LENGTH ? undefined : t("verify.code_incomplete") }),
    fields: { code_invalid: "code" },
    send: (values) => api.post("/auth/verification/confirm", { body: values }),
    onSuccess() {
      forgetCode();
      onConfirmed();
    },
  });
  return html`
    <div class="card card-body verify-sent">
      <p class="muted">${t("verify.sent_to")}</p>
      <p class="verify-address" dir="ltr">${code.email}</p>
      <${Validity} time=${code.expiresAt} />
      <${MailboxLink} />
    </div>
    <${Form} form=${form} submit=${t("verify.confirm")} class="stack-2">
      <${CodeField} form=${form} />
    <//>
    <div class="verify-others">
      <${Resend} code=${code} onSent=${form.reset} />
      <${Button} kind="ghost" small onClick=${forgetCode}>${t("verify.other_address")}<//>
    </div>
    <p class="muted small verify-help">${t("verify.no_mail")}</p>`;
}

/** @param {{ form: import("../../lib/form.js").FormState }} props */
function CodeField({ form }) {
  const { code: error } = form.errors;
  useEffect(() => form.element.current?.querySelector("input")?.focus(), []);
  useEffect(() => {
    // What is typed next replaces a wrong code.
    if (error) form.element.current?.querySelector("input")?.select();
  }, [error]);
  /** @param {any} event */
  const onInput = ({ target }) => {
    const code = codeIn(target.value);
    target.value = code;
    form.set({ code });
    if (code.length === CODE_LENGTH) form.submit();
  };
  return html`<${Field} form=${form} name="code" label=${t("verify.code")} hint=${t("verify.code_hint")}
    render=${(/** @type {any} */ attributes) => html`<input class="input code-input nums" ...${attributes} type="text" inputmode="numeric"
      autocomplete="one-time-code" value=${form.values.code} onInput=${onInput} />`} />`;
}

/** Until when the code is valid. @param {{ time: number }} props */
function Validity({ time }) {
  const isValid = useSecondsUntil(time) > 0;
  return html`<p class=${isValid ? "muted small" : "verify-expired small"} role="status">
    ${!isValid && html`<${Icon} name="alert" size=${16} />`}
    ${isValid ? t("verify.valid_until", { time: clockTime(new Date(time).toISOString()) }) : t("verify.expired")}
  </p>`;
}

/** @param {{ code: import("../../verification.js").SentCode, onSent: () => void }} props */
function Resend({ code, onSent }) {
  const left = useSecondsUntil(code.resendAt);
  const resend = useSubmit(() => requestCode(code.email), {
    onSuccess() {
      onSent();
      toast(t("verify.resent"));
    },
    onFailure: toastFailure,
  });
  return html`<${Button} kind="ghost" small icon="refresh" disabled=${left > 0} busy=${resend.busy} onClick=${() => resend.run(null)}>
    ${left > 0 ? t("verify.resend_in", { time: clockOf(left) }) : t("verify.resend")}
  <//>`;
}
