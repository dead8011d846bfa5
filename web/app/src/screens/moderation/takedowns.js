// @ts-check
import { useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { useForm } from "../../lib/form.js";
import { usePagedList } from "../../lib/paged_list.js";
import { rightText } from "../../lib/takedowns.js";
import { exactTime } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { confirm, Dialog } from "../../ui/dialog.js";
import { Tag, Time, UserText } from "../../ui/elements.js";
import { Form, TextArea } from "../../ui/form.js";
import { RadioList } from "../../ui/radio_list.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { excerptOf, isOverdue, kindText } from "./cases.js";

/** @typedef {import("campus-api").Schema<"Takedown">} Takedown */
/** @typedef {import("../../lib/paged_list.js").PagedListState<Takedown>} TakedownList */

/** The takedown requests of the school. @param {"open" | "restricted"} state @returns {TakedownList} */
export const useTakedowns = (state) => usePagedList(`takedowns:${state}`, (cursor, signal) => api.get("/moderation/takedowns", { query: { state, cursor }, signal }));

/** Whether a list says what it has, so that what follows does not move. @param {TakedownList} list */
export const isSettled = ({ items, complete, status }) => items.length > 0 || complete || status === "failed";

/** Takedown requests above cases; nothing if there are none. @param {{ list: TakedownList, title: string, lead?: string }} props */
export function Takedowns({ list, title, lead }) {
  const [reviewed, setReviewed] = useState(/** @type {Takedown | null} */ (null));
  if (list.items.length === 0) return null;
  const done = (/** @type {string} */ id) => (setReviewed(null), list.remove(id));
  return html`<section class="stack-2">
    <h2 class="section-title">${title}</h2>
    ${lead && html`<p class="muted small">${lead}</p>`}
    <ul class="card list">
      ${list.items.map((takedown) => html`<li key=${takedown.id}><${TakedownRow} takedown=${takedown} onReview=${() => setReviewed(takedown)} /></li>`)}
    </ul>
    ${!list.complete && html`<${Button} small kind="ghost" busy=${list.status === "loading"} onClick=${list.status === "failed" ? list.retry : list.more}>${t("common.more")}<//>`}
    ${reviewed && html`<${Dialog} open title=${rightText(reviewed.right)} onClose=${() => setReviewed(null)}>
      <${Review} takedown=${reviewed} onDone=${() => done(reviewed.id)} onConflict=${() => (setReviewed(null), list.refresh())} />
    <//>`}
  </section>`;
}

/** @param {{ takedown: Takedown, onReview: () => void }} props */
function TakedownRow({ takedown, onReview }) {
  const { kind, right, content, state, until, objected_at: objectedAt, created_at: createdAt } = takedown;
  const isOpen = state === "open";
  return html`<div class="case-row">
    <p class="row row-wrap">
      <${Tag}>${kindText(kind)}<//>
      ${isOverdue(takedown) && html`<${Tag} tone="danger">${t("cases.overdue")}<//>`}
      ${objectedAt && html`<${Tag} tone="brand">${t("cases.takedown_objected")}<//>`}
    </p>
    <p class="case-reasons">${rightText(right)}</p>
    <p class="case-excerpt clamp-2" dir="auto">${content ? excerptOf(content) : t("cases.takedown_gone")}</p>
    <p class="case-foot">${!isOpen && until ? html`<span>${t("cases.takedown_until", { time: exactTime(until) })}</span>` : html`<${Time} iso=${createdAt} />`}</p>
    ${isOpen && html`<p><${Button} small aria-label=${t("cases.takedown_review_label", { right: rightText(right) })} onClick=${onReview}>${t("cases.takedown_review")}<//></p>`}
  </div>`;
}

/** @typedef {{ verdict: "" | "restrict" | "decline", note: string }} Values */

/** What a request is about, and its decision. @param {{ takedown: Takedown, onDone: () => void, onConflict: () => void }} props */
function Review({ takedown: { id, content, explanation }, onDone, onConflict }) {
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
      toast(t("cases.decision_saved"));
      onDone();
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
  return html`<div class="stack">
    <section class="stack-2">
      <h3 class="small">${t("cases.takedown_explanation")}</h3>
      <p><${UserText} text=${explanation} /></p>
    </section>
    <section class="stack-2 case-quote">
      ${content?.title && html`<h3 class="user-text" dir="auto">${content.title}</h3>`}
      ${content ? html`<p class="case-content"><${UserText} text=${content.content} /></p>` : html`<p class="muted">${t("cases.takedown_gone")}</p>`}
      ${content && content.media.length > 0 && html`<p class="muted small">${t("cases.pictures", { count: content.media.length })}</p>`}
    </section>
    <${Form} form=${{ ...form, submit: ask }} submit=${t("cases.decide")} class="stack-2">
      <${RadioList} form=${form} name="verdict" label=${t("cases.decision")} options=${options} />
      <${TextArea} form=${form} name="note" label=${t("cases.note")} hint=${t("cases.note_hint")} max=${1000} rows=${2} optional />
    <//>
  </div>`;
}
