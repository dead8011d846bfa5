// @ts-check
/** Small things without a state of their own. */
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { linkParts } from "../lib/linkify.js";
import { exactTime, relativeTime } from "../lib/time.js";
import { Icon } from "./icon.js";
import { toast } from "./toast.js";

/** "3분 전"; a tap or a pointer on it tells the exact time. @param {{ iso: string }} props */
export function Time({ iso }) {
  const exact = exactTime(iso);
  return html`<time class="time nums" dateTime=${iso} title=${exact}>${relativeTime(iso)}</time>`;
}

/** A time that tells the exact one when tapped, outside of links. @param {{ iso: string, label?: string }} props */
export function TimeButton({ iso, label }) {
  return html`<button type="button" class="time-button" onClick=${() => toast(exactTime(iso))}>${label} <${Time} iso=${iso} /></button>`;
}

/** What a user wrote, with https addresses as links. @param {{ text: string }} props */
export function UserText({ text }) {
  return html`<span class="user-text" dir="auto">
    ${linkParts(text).map((part) =>
      part.href
        ? html`<a class="link" href=${part.href} target="_blank" rel="noopener nofollow ugc">
            ${part.text}<span class="visually-hidden"> (${t("common.new_tab")})</span>
          </a>`
        : part.text,
    )}
  </span>`;
}

/**
 * The round picture beside a name. It is the same for everybody who is anonymous.
 *
 * @param {{ kind?: string, name?: string, size?: number }} props `kind` of the API's author.
 */
export function Avatar({ kind = "user", name = "", size = 36 }) {
  const named = kind === "user" && name;
  return html`<span class=${named ? "avatar avatar-named" : "avatar"}
    style=${{ width: `${size}px`, height: `${size}px`, fontSize: `${size * 0.42}px` }} aria-hidden="true">
    ${named ? [...name][0] : html`<${Icon} name="user" size=${Math.round(size * 0.6)} />`}
  </span>`;
}

/** A number that wants attention; nothing for 0. @param {{ count: number }} props */
export function Badge({ count }) {
  if (!count) return null;
  return html`<span class="badge nums">
    <span aria-hidden="true">${count > 99 ? "99+" : count}</span><span class="visually-hidden">${t("common.unread", { count })}</span>
  </span>`;
}

/** @param {{ children: any, tone?: "brand" | "like" | "scrap" | "danger" }} props A short label: "질문", "기본". */
export const Tag = ({ children, tone }) => html`<span class=${tone ? `tag tag-${tone}` : "tag"}>${children}</span>`;

/**
 * A surface with an optional heading and a link or button beside it.
 *
 * @param {{ title?: string, action?: any, children?: any, flush?: boolean }} props `flush`: the content reaches the edges (lists).
 */
export function Card({ title, action, children, flush }) {
  return html`<section class="card">
    ${title && html`<header class="card-head"><h2>${title}</h2>${action}</header>`}
    <div class=${flush ? "" : "card-body"}>${children}</div>
  </section>`;
}

/**
 * A row of a list that leads somewhere (`href`) or does something (`onClick`).
 *
 * @param {object} props
 * @param {string} [props.href]
 * @param {() => void} [props.onClick]
 * @param {import("./icon.js").IconName} [props.icon]
 * @param {any} props.title
 * @param {any} [props.text] Below the title.
 * @param {any} [props.aside] At the end of the row.
 * @param {boolean} [props.danger]
 */
export function ListRow({ href, onClick, icon, title, text, aside, danger }) {
  const content = html`
    ${icon && html`<span class="list-row-icon"><${Icon} name=${icon} size=${22} /></span>`}
    <span class="grow"><span class="list-row-title clamp-2">${title}</span>${text && html`<span class="list-row-text clamp-2">${text}</span>`}</span>
    ${aside}`;
  const classes = danger ? "list-row list-row-danger" : "list-row";
  if (href) return html`<a class=${classes} href=${href}>${content}</a>`;
  if (onClick) return html`<button type="button" class=${classes} onClick=${onClick}>${content}</button>`;
  return html`<div class=${classes}>${content}</div>`;
}

/**
 * Links between sibling screens.
 *
 * @param {{ label: string, tabs: { href: string, label: string }[], current: string }} props `current`: the href of the shown one.
 */
export function Tabs({ label, tabs, current }) {
  return html`<nav class="tabs" aria-label=${label}>
    ${tabs.map((tab) => html`<a href=${tab.href} aria-current=${tab.href === current ? "page" : undefined}>${tab.label}</a>`)}
  </nav>`;
}
