// @ts-check
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { pinnedBoards, unreadMessages } from "../live.js";
import { Badge } from "./elements.js";
import { Icon } from "./icon.js";

/** @type {{ tab: string, href: string, icon: import("./icon.js").IconName }[]} */
const TABS = [
  { tab: "home", href: "/", icon: "home" },
  { tab: "timetable", href: "/timetable", icon: "calendar" },
  { tab: "boards", href: "/boards", icon: "boards" },
  { tab: "messages", href: "/messages", icon: "mail" },
  { tab: "me", href: "/me", icon: "user" },
];

/**
 * What surrounds the screens: bottom tabs on a phone, a side navigation on wide windows.
 *
 * @param {{ tab?: string, bare: boolean, path: string, children?: any }} props
 */
export function Shell({ tab, bare, path, children }) {
  const toMain = (/** @type {Event} */ event) => {
    event.preventDefault();
    document.querySelector("h1")?.focus();
  };
  return html`<div class=${bare ? "shell shell-bare" : "shell"}>
    <a class="skip-link" href="#main" onClick=${toMain}>${t("common.skip")}</a>
    ${!bare && html`<${SideNavigation} tab=${tab} path=${path} />`}
    <main class="shell-main" id="main">${children}</main>
    ${!bare && html`<${TabBar} tab=${tab} />`}
  </div>`;
}

/** @param {{ tab?: string }} props */
function TabBar({ tab }) {
  return html`<nav class="tab-bar" aria-label=${t("common.navigation")}>
    ${TABS.map(
      (item) => html`<a href=${item.href} aria-current=${item.tab === tab ? "page" : undefined}>
        <${Icon} name=${item.icon} size=${24} />
        ${item.tab === "messages" && html`<${Badge} count=${unreadMessages.value} />`}
        <span>${label(item.tab)}</span>
      </a>`,
    )}
  </nav>`;
}

/** @param {{ tab?: string, path: string }} props */
function SideNavigation({ tab, path }) {
  const boards = pinnedBoards.value ?? [];
  return html`<div class="side-nav">
    <nav aria-label=${t("common.navigation")}>
      <a class="side-nav-brand" href="/">${t("common.app")}</a>
      ${TABS.map(
        (item) => html`<a class="side-link" href=${item.href} aria-current=${item.tab === tab ? "page" : undefined}>
          <${Icon} name=${item.icon} size=${22} /><span>${label(item.tab)}</span>
          ${item.tab === "messages" && html`<${Badge} count=${unreadMessages.value} />`}
        </a>`,
      )}
    </nav>
    ${boards.length > 0 &&
    html`<nav aria-labelledby="side-boards">
      <h2 id="side-boards">${t("common.pinned_boards")}</h2>
      ${boards.map(
        (/** @type {any} */ board) => html`<a class="side-link" href="/boards/${board.id}" aria-current=${path === `/boards/${board.id}` ? "page" : undefined}>
          <span class="clamp-1">${board.name}</span>
        </a>`,
      )}
    </nav>`}
  </div>`;
}

/** @param {string} tab */
const label = (tab) => t(/** @type {import("../i18n/index.js").TextKey} */ (`common.${tab}`));
