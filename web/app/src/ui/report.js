// @ts-check
/** Reports of posts, comments, messages, reviews. Screens that use this name `moderation` under `texts` in the routes table. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n/index.js";
import { useForm } from "../lib/form.js";
import { checkReport, REASONS, reasonText, reportTitle } from "../lib/report.js";
import { takedownAddress } from "../lib/takedowns.js";
import { Button, IconButton } from "./button.js";
import { Dialog } from "./dialog.js";
import { Form, TextArea } from "./form.js";
import { Icon } from "./icon.js";
import { RadioList } from "./radio_list.js";

/** @typedef {import("../lib/report.js").Subject} Subject */
/** @typedef {import("campus-api").Schema<"HelpLine">} HelpLine */
/** @typedef {{ isRepeated: boolean, helpLines: HelpLine[] }} Outcome */

/**
 * The item of a menu that opens the dialog.
 *
 * @param {() => void} onSelect
 * @returns {import("./menu.js").MenuItem}
 */
export const reportItem = (onSelect) => ({ label: t("moderation.report"), icon: "flag", onSelect });

/**
 * A button that reports something, with its dialog.
 *
 * @param {{ subject: Subject, label: string, path?: string }} props `path`: of the screen that shows it, for a takedown request.
 */
export function ReportButton({ subject, label, path }) {
  const [open, setOpen] = useState(false);
  return html`<${IconButton} icon="flag" label=${label} onClick=${() => setOpen(true)} />
    <${ReportDialog} open=${open} onClose=${() => setOpen(false)} subject=${subject} path=${path} />`;
}

/** @param {{ open: boolean, onClose: () => void, subject: Subject, path?: string }} props `path`: of the screen that shows it, for a takedown request. */
export function ReportDialog({ open, onClose, subject, path }) {
  return html`<${Dialog} open=${open} onClose=${onClose} title=${reportTitle(subject)}><${Report} subject=${subject} path=${path} onClose=${onClose} /><//>`;
}

/** @param {{ subject: Subject, path?: string, onClose: () => void }} props */
function Report({ subject, path, onClose }) {
  const [outcome, setOutcome] = useState(/** @type {Outcome | null} */ (null));
  const form = useForm({
    initial: { reason: "", detail: "" },
    check: checkReport,
    send: async ({ reason, detail }, idempotencyKey) => {
      const body = { ...subject, reason: /** @type {import("../lib/report.js").Reason} */ (reason), detail: detail.trim() || null };
      try {
        const { help_lines } = await api.post("/reports", { body, idempotencyKey });
        return { isRepeated: false, helpLines: help_lines };
      } catch (failure) {
        if (failure instanceof Problem && failure.code === "already_reported") return { isRepeated: true, helpLines: [] };
        throw failure;
      }
    },
    onSuccess: setOutcome,
  });
  if (outcome) return html`<${Done} outcome=${outcome} onClose=${onClose} />`;
  const isOther = form.values.reason === "other";
  return html`
    <${Form} form=${form} submit=${t("moderation.report")} class="stack-2">
    <p class="muted small">${t("moderation.report_lead")}</p>
    <${RadioList} form=${form} name="reason" label=${t("moderation.reason")} options=${REASONS.map((value) => ({ value, label: reasonText(value) }))} />
    <${TextArea} form=${form} name="detail" label=${t("moderation.detail")} hint=${t("moderation.detail_hint")} max=${1000} rows=${2} optional=${!isOther} />
    <//>
    ${path && html`<p class="muted small takedown-link">${t("moderation.takedown_lead")} <a class="link" href=${takedownAddress(path)}>${t("moderation.takedown")}</a></p>`}`;
}

/** @param {{ outcome: Outcome, onClose: () => void }} props */
function Done({ outcome: { isRepeated, helpLines }, onClose }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  // The form that had the focus is gone.
  useEffect(() => box.current?.focus(), []);
  return html`<div class="stack" role="status" tabindex="-1" ref=${box}>
    <p class="row"><${Icon} name="check" size=${20} /><strong>${t(isRepeated ? "moderation.already_reported" : "moderation.reported")}</strong></p>
    <p class="muted">${t(isRepeated ? "moderation.already_reported_text" : "moderation.reported_text")}</p>
    ${helpLines.length > 0 && html`<${HelpLines} lines=${helpLines} />`}
    <${Button} wide onClick=${onClose}>${t("common.close")}<//>
  </div>`;
}

/** @param {{ lines: HelpLine[] }} props */
function HelpLines({ lines }) {
  return html`<section class="notice help-lines" aria-labelledby="help-lines">
    <div class="stack-2 grow">
      <h3 id="help-lines">${t("moderation.help_title")}</h3>
      <p>${t("moderation.help_text")}</p>
      <ul>
        ${lines.map(({ name, phone }) => html`<li key=${phone}><a class="link" href=${`tel:${phone.replace(/[^\d+]/g, "")}`}>${name} <span class="nums">${phone}</span></a></li>`)}
      </ul>
    </div>
  </section>`;
}
