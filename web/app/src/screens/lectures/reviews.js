// @ts-check
import { Problem } from "campus-api";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { hiddenText } from "../../lib/hidden.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useSubmit } from "../../lib/submit.js";
import { longDate } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { Tag, UserText } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { OwnHiddenNotice } from "../../ui/own_hidden.js";
import { PagedList } from "../../ui/paged_list.js";
import { ReportDialog, reportItem } from "../../ui/report.js";
import { EmptyState } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { choiceText, QUESTIONS, questionText } from "./choices.js";
import { Stars } from "./stars.js";
import { takenText } from "./taken.js";

/** @typedef {import("campus-api").Schema<"Review">} Review */

/**
 * The reviews of a lecture's course.
 *
 * @param {object} props
 * @param {import("campus-api").Schema<"Lecture">} props.lecture
 * @param {() => void} props.onChange Called when the course's rating has changed.
 */
export function Reviews({ lecture, onChange }) {
  const reviews = usePagedList(`reviews:${lecture.id}`, (cursor, signal) =>
    api.get("/lectures/{id}/reviews", { path: { id: lecture.id }, query: { cursor }, signal }),
  );
  const count = useRef(lecture.review_count);
  useEffect(() => {
    // The student comes back from writing a review, or has deleted one.
    if (count.current !== lecture.review_count) reviews.refresh();
    count.current = lecture.review_count;
  }, [lecture.review_count]);
  const empty = html`<${EmptyState} small icon="star" title=${t("lectures.no_reviews")} text=${t("lectures.no_reviews_text")}>
    <${Button} href=${`/lectures/${lecture.id}/review`}>${t("lectures.write")}<//>
  <//>`;
  const row = (/** @type {Review} */ review) => html`<${ReviewItem}
    ...${{
      review,
      lectureId: lecture.id,
      onUpdate: (/** @type {Partial<Review>} */ changes) => reviews.update(review.id, changes),
      onRemove: () => (reviews.remove(review.id), onChange()),
    }}
  />`;
  return html`<${PagedList} list=${reviews} row=${row} empty=${empty} label=${t("lectures.reviews")} />`;
}

/**
 * @param {object} props
 * @param {Review} props.review
 * @param {string} props.lectureId
 * @param {(changes: Partial<Review>) => void} props.onUpdate
 * @param {() => void} props.onRemove
 */
function ReviewItem({ review, lectureId, onUpdate, onRemove }) {
  const [reporting, setReporting] = useState(false);
  const remove = useRemoval(review, onRemove);
  const { content, moderation } = review;
  if (content === null) return html`<article class="review"><p class="muted">${hiddenText(review.state)}</p></article>`;
  const subject = { review_id: review.id };
  const items = [
    !review.is_mine && reportItem(() => setReporting(true)),
    review.is_mine && { label: t("lectures.delete"), icon: "trash", danger: true, onSelect: remove },
  ];
  const answers = QUESTIONS.filter((question) => review[question]);
  return html`<article class="review">
    <header class="row">
      <${Stars} rating=${review.rating} label />
      <span class="muted small grow">${takenText(review.semester)}</span>
      ${review.is_mine && html`<${Tag} tone="brand">${t("lectures.mine")}<//>`}
      <${Menu} label=${t("common.menu")} items=${items} />
      <${ReportDialog} open=${reporting} onClose=${() => setReporting(false)} subject=${subject} path=${`/lectures/${lectureId}?review=${review.id}`} />
    </header>
    ${moderation &&
    html`<${OwnHiddenNotice} ...${{ subject, state: review.state, moderation }} onChange=${(/** @type {Review["moderation"]} */ changed) => onUpdate({ moderation: changed })} />`}
    <p><${UserText} text=${content} /></p>
    ${answers.length > 0 &&
    html`<ul class="answers">
      ${answers.map((question) => html`<li key=${question}><${Tag}>${questionText(question)} ${choiceText(question, review[question])}<//></li>`)}
    </ul>`}
    <footer class="row between">
      <time class="muted small nums" dateTime=${review.date}>${longDate(review.date)}</time>
      <${LikeButton} review=${review} onUpdate=${onUpdate} />
    </footer>
  </article>`;
}

/** @param {{ review: Review, onUpdate: (changes: Partial<Review>) => void }} props */
function LikeButton({ review, onUpdate }) {
  const like = useSubmit((/** @type {string} */ id, idempotencyKey) => api.post("/reviews/{id}/like", { path: { id }, idempotencyKey }), {
    onSuccess: ({ like_count }) => onUpdate({ liked: true, like_count }),
    onFailure(failure, retry) {
      if (failure instanceof Problem && failure.code === "already_liked") onUpdate({ liked: true });
      else toastFailure(failure, retry);
    },
  });
  return html`<${Button} small kind="ghost" busy=${like.busy} disabled=${review.is_mine} aria-pressed=${review.liked}
    onClick=${review.liked ? undefined : () => like.run(review.id)}>
    <span class="row"><${Icon} name="heart" size=${18} filled=${review.liked} /><span class="visually-hidden">${t("lectures.like")} </span>${review.like_count}</span>
  <//>`;
}

/**
 * @param {Review} review
 * @param {() => void} onRemoved
 */
function useRemoval(review, onRemoved) {
  const remove = useSubmit((/** @type {string} */ id) => api.delete("/reviews/{id}", { path: { id } }), {
    onSuccess() {
      toast(t("lectures.deleted"));
      onRemoved();
    },
    onFailure(failure, retry) {
      if (failure instanceof Problem && failure.status === 404) onRemoved();
      else toastFailure(failure, retry);
    },
  });
  return async () => {
    if (await confirm({ title: t("lectures.delete_title"), text: t("lectures.delete_text"), action: t("common.delete"), danger: true })) remove.run(review.id);
  };
}
