// @ts-check
import { html } from "../html.js";
import { number, t } from "../i18n/index.js";
import { authorName } from "../lib/authors.js";
import { hiddenText } from "../lib/hidden.js";
import { Tag, Time } from "./elements.js";
import { Icon } from "./icon.js";

/**
 * A post in a list: title, beginning of the text, author, time, counts, the first picture. Of a hidden post, only its place.
 *
 * @param {{ post: import("campus-api").Schema<"ListedPost">, title?: any, text?: any }} props `title` and `text` replace those of the post.
 */
export function PostRow({ post, title = post.title, text = post.content_preview }) {
  const picture = post.media?.[0];
  const tags = html`${post.moderation && html`<${Tag} tone="danger">${t("common.hidden_mine")}<//> `}${post.is_question && html`<${Tag} tone="brand">${t("posts.question")}<//> `}`;
  return html`<a class="post-row" href="/posts/${post.id}" data-hidden=${post.title === null || undefined}>
    <span class="grow stack-1">
      <span class="post-row-title clamp-1" dir="auto">${tags}${title ?? hiddenText(post.state)}</span>
      <span class="post-row-text clamp-2" dir="auto">${text}</span>
      <span class="post-row-foot">
        <${Count} icon="heart" tone="like" count=${post.like_count} label=${t("posts.likes", { count: post.like_count })} />
        <${Count} icon="comment" tone="comment" count=${post.comment_count} label=${t("posts.comments", { count: post.comment_count })} />
        ${!picture && post.media?.length > 0 && html`<${Count} icon="image" count=${post.media.length}
          label=${t("posts.pictures", { count: post.media.length })} />`}
        <${Time} iso=${post.created_at} />
        <span class="clamp-1">${authorName(post.author)}</span>
      </span>
    </span>
    ${picture && html`<img class="post-row-picture" src=${picture.url} alt="" width="64" height="64" loading="lazy" decoding="async" />`}
  </a>`;
}

/** @param {{ icon: import("./icon.js").IconName, count: number, label: string, tone?: string }} props */
export function Count({ icon, count, label, tone = "plain" }) {
  if (!count) return null;
  return html`<span class="count count-${tone} nums">
    <${Icon} name=${icon} size=${14} /><span aria-hidden="true">${number(count)}</span><span class="visually-hidden">${label}</span>
  </span>`;
}
