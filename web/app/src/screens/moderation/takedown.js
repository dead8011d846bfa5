// @ts-check
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { removeEverywhere } from "../../lib/cache.js";
import { useForm } from "../../lib/form.js";
import { useResource } from "../../lib/resource.js";
import { rightText } from "../../lib/takedowns.js";
import { exactTime } from "../../lib/time.js";
import { goBack } from "../../router.js";
import { confirm } from "../../ui/dialog.js";
import { Card, Time, UserText } from "../../ui/elements.js";
import { Form, TextArea } from "../../ui/form.js";
import { RadioList } from "../../ui/radio_list.js";
import { Loaded, Skeleton } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { AdminScreen } from "./admins_only.js";
import { LastDecision } from "./last_decision.js";
import { Pictures } from "./pictures.js";
import { TakedownTags } from "./takedowns.js";

/** @typedef {import("./takedowns.js").Takedown} Takedown */

/** A takedown request with what it is about, and the decision. @param {{ params: { id: string } }} props */
export default function TakedownScreen({ params: { id } }) {
  return html`<${AdminScreen} title=${t("cases.takedown")} back="/moderation"><${Request} id=${id} /><//>`;
}

/** @param {{ id: string }} props */
function Request({ id }) {
  const takedown = useResource(`takedown:${id}`, (signal) => api.get("/moderation/takedowns/{id}", { path: { id }, signal }));
  return html`<${Loaded} resource=${takedown} skeleton=${html`<${Skeleton} rows=${3} lines=${4} />`}>
    ${(/** @type {Takedown} */ data) => html`
      <${Content} takedown=${data} />
      <${Card} title=${t("cases.takedown_explanation")}><p><${UserText} text=${data.explanation} /></p><//>
      ${data.decision && html`<${LastDecision} decision=${data.decision} />`}
      ${data.state === "open" && html`<${DecisionForm} id=${id} onConflict=${takedown.reload} />`}
    `}
  <//>`;
}

/** What the request is about, as it is now. @param {{ takedown: Takedown }} props */
function Content({ takedown }) {
  const { right, content, state, until, objected_at: objectedAt, created_at: createdAt } = takedown;
  return html`<section class="card card-body stack-2" aria-label=${t("cases.takedown_content")}>
    <p class="row row-wrap"><${TakedownTags} takedown=${takedown} /></p>
    <p class="case-reasons">${rightText(right)}</p>
    ${content?.title && html`<h2 class="user-text case-title" dir="auto">${content.title}</h2>`}
    ${content ? html`<p class="case-content"><${UserText} text=${content.content} /></p>` : html`<p class="muted">${t("cases.takedown_gone")}</p>`}
    ${content && content.media.length > 0 && html`<${Pictures} pictures=${content.media} />`}
    <p class="case-foot">
      <${Time} iso=${createdAt} />
      ${state === "restricted" && until && html`<span>${t("cases.takedown_until", { time: exactTime(until) })}</span>`}
      ${objectedAt && html`<span>${t("cases.takedown_objected_at", { time: exactTime(objectedAt) })}</span>`}
    </p>
  </section>`;
}

/** @typedef {{ verdict: "" | "restrict" | "decline", note: string }} Values */

/** Decides a request. @param {{ id: string, onConflict: () => void }} props `onConflict`: somebody has decided it meanwhile. */
function DecisionForm({ id, onConflict }) {
  const form = useForm({
    initial: /** @type {Values} */ ({ verdict: "", note: "" }),
    check: ({ verdict }) => ({ verdict: verdict ? undefined : t("cases.choose_verdict") }),
    send: ({ verdict, note }, idempotencyKey) =>
      api.post("/moderation/takedowns/{id}/decision", {
        path: { id },
        body: { verdict: verdict === "restrict" ? "restrict" : "decline", note: note.trim() || null },
        idempotencyKey,
      }),
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
  const { verdict } = /** @type {Values} */ (form.values);
  const ask = async () => {
    if (!verdict) return form.submit();
    const question = { title: t(`cases.sure_${verdict}`), text: t(`cases.sure_${verdict}_text`), action: t(`cases.verdict_${verdict}`) };
    if (await confirm({ ...question, danger: verdict === "restrict" })) form.submit();
  };
  const options = /** @type {const} */ (["restrict", "decline"]).map((value) => ({ value, label: t(`cases.verdict_${value}`), hint: t(`cases.verdict_${value}_hint`) }));
  return html`<${Card} title=${t("cases.decision")}>
    <${Form} form=${{ ...form, submit: ask }} submit=${t("cases.decide")} class="stack-2">
      <${RadioList} form=${form} name="verdict" label=${t("cases.decision")} hideLabel options=${options} />
      <${TextArea} form=${form} name="note" label=${t("cases.note")} hint=${t("cases.note_hint")} max=${1000} rows=${2} optional />
    <//>
  <//>`;
}
