// @ts-check
import { useEffect } from "preact/hooks";
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { unreadNotifications } from "../live.js";
import { current, goBack } from "../router.js";
import { needsVerification, user } from "../session.js";
import { IconButton } from "./button.js";
import { Badge } from "./elements.js";
import { Icon } from "./icon.js";
import { VerifyBanner } from "./verify_prompt.js";

/**
 * The frame of every screen: the top bar with the heading and the bell, and the content. It sets the document's title.
 *
 *     html`<${Screen} title=${t("boards.title")} actions=${…}>…<//>`
 *
 * @param {object} props
 * @param {string} props.title
 * @param {string} [props.page] The document's title, if it is not the heading's.
 * @param {string} [props.subtitle] Empty while it loads, which keeps its place.
 * @param {string} [props.back] Shows a back button; the path is where it leads without history.
 * @param {any} [props.actions] Icon buttons and menus at the end of the bar.
 * @param {"normal" | "narrow" | "wide"} [props.width]
 * @param {boolean} [props.banner] Whether unverified students see a reminder here.
 * @param {any} [props.children]
 */
export function Screen({ title, page = title, subtitle, back, actions, width = "normal", banner = true, children }) {
  const { route } = current.value;
  const hasBanner = banner && needsVerification.value && route.unverified && !route.bare;
  const hasBell = user.value && !needsVerification.value && !route.bare;
  useEffect(() => {
    document.title = page === t("common.app") ? page : `${page} · ${t("common.app")}`;
  }, [page]);
  return html`
    <header class="top-bar top-bar-${width}">
      ${back && html`<${IconButton} icon="back" label=${t("common.back")} onClick=${() => goBack(back)} />`}
      <div class="top-bar-title">
        <h1 tabindex="-1" class="clamp-1">${title}</h1>
        ${subtitle !== undefined && html`<p class="clamp-1">${subtitle || "\u00a0"}</p>`}
      </div>
      <div class="top-bar-actions">${actions}</div>
      ${hasBell && html`<${Bell} />`}
    </header>
    <div class="screen screen-${width}">${hasBanner && html`<${VerifyBanner} />`}${children}</div>`;
}

/** Leads to the notifications, and says how many are unread. */
function Bell() {
  return html`<a class="icon-button bell" href="/notifications">
    <${Icon} name="bell" /><span class="visually-hidden">${t("common.notifications")}</span> <${Badge} count=${unreadNotifications.value} />
  </a>`;
}
