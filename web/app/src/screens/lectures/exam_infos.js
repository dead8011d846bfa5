// @ts-check
import { useState } from "preact/hooks";
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { hiddenText } from "../../lib/hidden.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useSubmit } from "../../lib/submit.js";
import { longDate } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Card, Tag, UserText } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { OwnHiddenNotice } from "../../ui/own_hidden.js";
import { PagedList } from "../../ui/paged_list.js";
import { ReportDialog, reportItem } from "../../ui/report.js";
import { EmptyState } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { examName, questionTypeName } from "./exam_choices.js";
import { takenText } from "./taken.js";

/** @typedef {import("campus-api").Schema<"ExamInfo">} ExamInfo */

/**
 * What students tell about the exams of a lecture's course.
 *
 * @param {{ lecture: import("campus-api").Schema<"Lecture"> }} props
 */
export function ExamInfos({ lecture }) {
  const infos = usePagedList(`exam-infos:${lecture.id}`, (cursor, signal) =>
    api.get("/lectures/{id}/exam-infos", { path: { id: lecture.id }, query: { cursor }, signal }),
  );
  const path = `/lectures/${lecture.id}/exam-info`;
  const empty = html`<${EmptyState} small icon="edit" title=${t("exams.none")} text=${t("exams.none_text")}><${Button} href=${path}>${t("exams.write")}<//><//>`;
  const row = (/** @type {ExamInfo} */ info) => html`<${ExamInfoItem}
    ...${{
      info,
      lectureId: lecture.id,
      onUpdate: (/** @type {Partial<ExamInfo>} */ changes) => infos.update(info.id, changes),
      onRemove: () => infos.remove(info.id),
    }}
  />`;
  return html`
    <${Card} title=${t("exams.title")} action=${html`<${Button} kind="ghost" icon="edit" href=${path}>${t("exams.write")}<//>`}>
      <p class="muted small">${t("exams.same_course")}</p>
    <//>
    <${PagedList} list=${infos} row=${row} empty=${empty} label=${t("exams.title")} />
  `;
}

/**
 * @param {object} props
 * @param {ExamInfo} props.info
 * @param {string} props.lectureId
 * @param {(changes: Partial<ExamInfo>) => void} props.onUpdate
 * @param {() => void} props.onRemove
 */
function ExamInfoItem({ info, lectureId, onUpdate, onRemove }) {
  const [reporting, setReporting] = useState(false);
  const remove = useRemoval(info, onRemove);
  const { strategy, moderation } = info;
  if (strategy === null) return html`<article class="review"><p class="muted">${hiddenText(info.state)}</p></article>`;
  const subject = { exam_info_id: info.id };
  const items = [
    !info.is_mine && reportItem(() => setReporting(true)),
    info.is_mine && { label: t("exams.delete"), icon: "trash", danger: true, onSelect: remove },
  ];
  return html`<article class="review">
    <header class="row">
      <strong>${examName(info.exam)}</strong>
      <span class="muted small grow">${takenText(info.semester)}</span>
      ${info.is_mine && html`<${Tag} tone="brand">${t("exams.mine")}<//>`}
      <${Menu} label=${t("common.menu")} items=${items} />
      <${ReportDialog} open=${reporting} onClose=${() => setReporting(false)} subject=${subject}
        path=${`/lectures/${lectureId}?show=exams&exam_info=${info.id}`} />
    </header>
    ${moderation &&
    html`<${OwnHiddenNotice} ...${{ subject, state: info.state, moderation }}
      onChange=${(/** @type {ExamInfo["moderation"]} */ changed) => onUpdate({ moderation: changed })} />`}
    ${info.question_types.length > 0 &&
    html`<ul class="answers" aria-label=${t("exams.question_types")}>
      ${info.question_types.map((type) => html`<li key=${type}><${Tag}>${questionTypeName(type)}<//></li>`)}
    </ul>`}
    <p><${UserText} text=${strategy} /></p>
    <footer class="row between">
      <time class="muted small nums" dateTime=${info.date}>${longDate(info.date)}</time>
      <${LikeButton} info=${info} onUpdate=${onUpdate} />
    </footer>
  </article>`;
}

/** @param {{ info: ExamInfo, onUpdate: (changes: Partial<ExamInfo>) => void }} props */
function LikeButton({ info, onUpdate }) {
  const like = useSubmit((/** @type {string} */ id, idempotencyKey) => api.post("/exam-infos/{id}/like", { path: { id }, idempotencyKey }), {
    onSuccess: ({ like_count }) => onUpdate({ liked: true, like_count }),
    onFailure(failure, retry) {
      if (failure instanceof Problem && failure.code === "already_liked") onUpdate({ liked: true });
      else toastFailure(failure, retry);
    },
  });
  return html`<${Button} small kind="ghost" busy=${like.busy} disabled=${info.is_mine} aria-pressed=${info.liked}
    onClick=${info.liked ? undefined : () => like.run(info.id)}>
    <span class="row"><${Icon} name="heart" size=${18} filled=${info.liked} /><span class="visually-hidden">${t("lectures.like")} </span>${info.like_count}</span>
  <//>`;
}

/**
 * @param {ExamInfo} info
 * @param {() => void} onRemoved
 */
function useRemoval(info, onRemoved) {
  const remove = useSubmit((/** @type {string} */ id) => api.delete("/exam-infos/{id}", { path: { id } }), {
    onSuccess() {
      toast(t("exams.deleted"));
      onRemoved();
    },
    onFailure(failure, retry) {
      if (failure instanceof Problem && failure.status === 404) onRemoved();
      else toastFailure(failure, retry);
    },
  });
  return async () => {
    if (await confirm({ title: t("exams.delete_title"), text: t("exams.delete_text"), action: t("common.delete"), danger: true })) remove.run(info.id);
  };
}
