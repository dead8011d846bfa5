// @ts-check
/** What the author of something hidden sees. Screens that use this name `moderation` under `texts` in the routes table. */
import { useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { useForm } from "../lib/form.js";
import { reasonText } from "../lib/report.js";
import { useSubmit } from "../lib/submit.js";
import { rightText } from "../lib/takedowns.js";
import { exactTime } from "../lib/time.js";
import { Button } from "./button.js";
import { confirm, Dialog } from "./dialog.js";
import { Form, TextArea } from "./form.js";
import { Icon } from "./icon.js";
import { toast, toastFailure } from "./toast.js";

/** @typedef {import("../lib/report.js").Subject} Subject */
/** @typedef {import("../lib/hidden.js").HiddenState} HiddenState */
/** @typedef {import("campus-api").Schema<"Moderation">} Moderation */
/**
 * @typedef {object} OwnHidden
 * @property {Subject} subject
 * @property {HiddenState} state
 * @property {Moderation} moderation
 * @property {(moderation: Moderation) => void} onChange Called after an appeal.
 */

/** Says why the user's own content is hidden, and takes an appeal. @param {OwnHidden} props */
export function OwnHiddenNotice({ subject, state, moderation, onChange }) {
  return html`<section class="notice notice-calm" aria-label=${t("moderation.why")}>
    <${Icon} name="eye-off" size=${20} />
    <div class="grow stack-2">
      <p><strong>${title(state)}</strong></p>
      <${Explanation} ...${{ subject, state, moderation, onChange }} />
    </div>
  </section>`;
}

/** A small button beside the user's own hidden content; its dialog says why, and takes an appeal. @param {OwnHidden} props */
export function OwnHiddenButton(props) {
  const [open, setOpen] = useState(false);
  return html`<${Button} small kind="ghost" icon="eye-off" onClick=${() => setOpen(true)}>${t("moderation.why")}<//>
    <${Dialog} open=${open} onClose=${() => setOpen(false)} title=${title(props.state)}><div class="stack-2"><${Explanation} ...${props} /></div><//>`;
}

/** @param {HiddenState} state */
const title = (state) => t(`moderation.mine_${state}`);

/** @param {OwnHidden} props */
function Explanation(props) {
  const { reason, takedown_id: takedown, can_object: canObject } = props.moderation;
  const ofTakedown = takedown && (!reason || canObject);
  return html`${(reason || !takedown) && html`<${ReportExplanation} ...${props} />`}${ofTakedown && html`<${TakedownExplanation} ...${props} />`}`;
}

/** Why an applicant has had it restricted, and the objection. Reports may have removed it, too. @param {OwnHidden} props */
function TakedownExplanation({ state, moderation, onChange }) {
  const { reason, takedown_id: id, takedown_right: right, can_object: canObject, until } = moderation;
  const object = useSubmit((_, idempotencyKey) => api.post("/takedowns/{id}/objection", { path: { id: id ?? "" }, idempotencyKey }), {
    onSuccess() {
      toast(t("moderation.objected"));
      onChange({ ...moderation, can_object: false });
    },
    onFailure: toastFailure,
  });
  const ask = async () => {
    if (await confirm({ title: t("moderation.object_sure"), text: t("moderation.object_sure_text"), action: t("moderation.objection") })) object.run(null);
  };
  const next = canObject ? "moderation.object_until" : "moderation.object_made";
  return html`
    ${right && html`<p>${t("moderation.mine_right", { right: rightText(right) })}</p>`}
    ${!reason && html`<p>${state === "restricted" ? `${t("moderation.restricted_text")} ${t("moderation.mine_frozen")}` : t("moderation.taken_down")}</p>`}
    ${state === "restricted" && html`<p>${t(next, { time: exactTime(until) })}</p>`}
    ${canObject && html`<p><${Button} small busy=${object.busy} onClick=${ask}>${t("moderation.objection")}<//></p>`}`;
}

/** Why reports or an admin have hidden it, and the appeal. @param {OwnHidden} props */
function ReportExplanation({ subject, state, moderation, onChange }) {
  const [appealing, setAppealing] = useState(false);
  const { reason, can_appeal: canAppeal } = moderation;
  return html`
    ${reason && html`<p>${t("moderation.mine_reason", { reason: reasonText(reason) })}</p>`}
    <p>${t(`moderation.${state}_text`)} ${t("moderation.mine_frozen")}</p>
    <p>${appealText(moderation)}</p>
    ${canAppeal && html`<p><${Button} small onClick=${() => setAppealing(true)}>${t("moderation.appeal")}<//></p>`}
    ${canAppeal && html`<${Dialog} open=${appealing} onClose=${() => setAppealing(false)} title=${t("moderation.appeal")}>
      <${Appeal} subject=${subject} onDone=${() => (setAppealing(false), onChange({ ...moderation, can_appeal: false }))} />
    <//>`}`;
}

/** Whether an appeal is possible, in words. @param {Moderation} moderation */
function appealText({ until, can_appeal: canAppeal }) {
  if (canAppeal) return t("moderation.appeal_until", { time: exactTime(until) });
  return t(Date.parse(until) < Date.now() ? "moderation.appeal_closed" : "moderation.appeal_made");
}

/** @param {{ subject: Subject, onDone: () => void }} props */
function Appeal({ subject, onDone }) {
  const form = useForm({
    initial: { text: "" },
    draft: `appeal:${JSON.stringify(subject)}`,
    check: ({ text }) => ({ text: text.trim() ? undefined : t("common.required_field") }),
    send: ({ text }, idempotencyKey) => api.post("/appeals", { body: { ...subject, text }, idempotencyKey }),
    onSuccess() {
      toast(t("moderation.appealed"));
      onDone();
    },
    onFailure(failure) {
      if (failure instanceof Problem && failure.code === "already_appealed") onDone();
    },
  });
  return html`<${Form} form=${form} submit=${t("moderation.appeal")} class="stack-2">
    <p class="muted small">${t("moderation.appeal_lead")}</p>
    <${TextArea} form=${form} name="text" label=${t("moderation.appeal_text")} hint=${t("moderation.appeal_once")} placeholder=${t("moderation.appeal_hint")} max=${2000} rows=${6} />
  <//>`;
}
