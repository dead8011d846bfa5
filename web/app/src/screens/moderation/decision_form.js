// @ts-check
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { removeEverywhere } from "../../lib/cache.js";
import { useForm } from "../../lib/form.js";
import { REASONS, reasonText } from "../../lib/report.js";
import { goBack } from "../../router.js";
import { confirm } from "../../ui/dialog.js";
import { Card } from "../../ui/elements.js";
import { Checkbox, Form, Select, TextArea } from "../../ui/form.js";
import { RadioList } from "../../ui/radio_list.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { decisionOf } from "./cases.js";

/** @typedef {import("./cases.js").DecisionValues} Values */

/** Decides a case. @param {{ found: import("campus-api").Schema<"Case">, onConflict: () => void }} props `onConflict`: somebody has decided it meanwhile. */
export function DecisionForm({ found: { id }, onConflict }) {
  const form = useForm({
    initial: /** @type {Values} */ ({ verdict: "", reason: "", sanction: false, note: "" }),
    check: ({ verdict }) => ({ verdict: verdict ? undefined : t("cases.choose_verdict") }),
    send: (values, idempotencyKey) => api.post("/moderation/cases/{id}/decision", { path: { id }, body: decisionOf(values), idempotencyKey }),
    onSuccess() {
      removeEverywhere(id);
      toast(t("cases.decision_saved"));
      goBack("/moderation");
    },
    onFailure(failure) {
      if (!(failure instanceof Problem) || failure.code !== "case_decided") return;
      toastFailure(failure);
      onConflict();
    },
  });
  const { verdict, sanction } = /** @type {Values} */ (form.values);
  const ask = async () => {
    if (!verdict) return form.submit();
    const { sanction: applied } = decisionOf(form.values);
    const name = applied === "apply" ? "remove_with_sanction" : verdict;
    const title = t(`cases.sure_${name}`);
    if (await confirm({ title, text: t(`cases.sure_${verdict}_text`), action: t(`cases.verdict_${verdict}`), danger: verdict === "remove" })) form.submit();
  };
  const options = /** @type {const} */ (["restore", "remove"]).map((value) => ({ value, label: t(`cases.verdict_${value}`), hint: t(`cases.verdict_${value}_hint`) }));
  const reasons = [{ value: "", label: t("cases.reason_of_reports") }, ...REASONS.map((value) => ({ value, label: reasonText(value) }))];
  return html`<${Card} title=${t("cases.decision")}>
    <${Form} form=${{ ...form, submit: ask }} submit=${t("cases.decide")} class="stack-2">
      <${RadioList} form=${form} name="verdict" label=${t("cases.decision")} hideLabel options=${options} />
      ${verdict === "remove" &&
      html`<${Select} form=${form} name="reason" label=${t("cases.reason")} hint=${t("cases.reason_hint")} options=${reasons} />
        <${Checkbox} toggle label=${t("cases.sanction")} hint=${t("cases.sanction_hint")} checked=${sanction}
        onChange=${(/** @type {boolean} */ checked) => form.set({ sanction: checked })} />`}
      <${TextArea} form=${form} name="note" label=${t("cases.note")} hint=${t("cases.note_hint")} max=${1000} rows=${2} optional />
    <//>
  <//>`;
}
