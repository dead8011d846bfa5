// @ts-check
import { Problem } from "campus-api";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { number, t } from "../../i18n/index.js";
import { changeEverywhere } from "../../lib/cache.js";
import { useSubmit } from "../../lib/submit.js";
import { Icon } from "../../ui/icon.js";
import { toast, toastFailure } from "../../ui/toast.js";

/** The buttons that like and scrap a post. Authors see the counts only. @param {{ post: import("campus-api").Schema<"Post"> }} props */
export function Reactions({ post }) {
  const { id, like_count, scrap_count, liked, scrapped, is_mine } = post;
  const path = { id };
  const like = useLike(() => api.post("/posts/{id}/like", { path }), (changes) => changeEverywhere(id, { ...changes }));
  const scrap = useSubmit(
    (/** @type {boolean} */ on) => (on ? api.put("/posts/{id}/scrap", { path }) : api.delete("/posts/{id}/scrap", { path })),
    {
      onSuccess(_, on) {
        changeEverywhere(id, { scrapped: on, scrap_count: scrap_count + (on ? 1 : -1) });
        toast(t(on ? "posts.scrap_added" : "posts.scrap_removed"));
      },
      onFailure: toastFailure,
    },
  );
  return html`<div class="reactions">
    <${Reaction} icon="heart" tone="like" on=${liked} label=${t("posts.like")} counted=${t("posts.likes", { count: like_count })} count=${like_count}
      busy=${like.busy} onClick=${is_mine || liked ? undefined : () => like.run(null)} />
    <${Reaction} icon="scrap" tone="scrap" on=${scrapped} label=${t("posts.scrap")} counted=${t("posts.scraps", { count: scrap_count })} count=${scrap_count}
      busy=${scrap.busy} onClick=${is_mine ? undefined : () => scrap.run(!scrapped)} toggle />
  </div>`;
}

/**
 * Likes a post or comment. `change` shows the result; a thing that the user already likes counts as liked.
 *
 * @param {() => Promise<{ like_count: number }>} send
 * @param {(changes: { liked: true, like_count?: number }) => void} change
 */
export function useLike(send, change) {
  return useSubmit(send, {
    onSuccess({ like_count }) {
      change({ liked: true, like_count });
      toast(t("posts.liked"));
    },
    onFailure(failure, retry) {
      if (failure instanceof Problem && failure.code === "already_liked") change({ liked: true });
      else toastFailure(failure, retry);
    },
  });
}

/**
 * @param {object} props
 * @param {import("../../ui/icon.js").IconName} props.icon
 * @param {string} props.tone
 * @param {boolean} props.on
 * @param {string} props.label
 * @param {string} props.counted The count in words.
 * @param {number} props.count
 * @param {boolean} props.busy
 * @param {boolean} [props.toggle] Whether it can be taken back.
 * @param {() => void} [props.onClick] Without it, only the count shows.
 */
function Reaction({ icon, tone, on, label, counted, count, busy, toggle, onClick }) {
  const content = html`<${Icon} name=${icon} size=${20} filled=${on} /><span>${label}</span>
    <span class="nums" aria-hidden="true">${number(count)}</span><span class="visually-hidden">${counted}</span>`;
  const classes = `reaction reaction-${tone}`;
  if (!onClick) return html`<p class=${classes} data-on=${on}>${content}</p>`;
  return html`<button type="button" class=${classes} data-on=${on} aria-pressed=${toggle ? on : undefined} aria-busy=${busy} onClick=${onClick}>${content}</button>`;
}
