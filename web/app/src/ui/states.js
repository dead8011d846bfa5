// @ts-check
import { NetworkError, Problem } from "campus-api";
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { VerifyPrompt } from "./verify_prompt.js";

/**
 * Grey rows of the size of what is loading. `lines` per row, with or without a picture.
 *
 * @param {{ rows?: number, lines?: number }} props
 */
export function Skeleton({ rows = 5, lines = 2 }) {
  return html`<div class="card skeleton-list" role="status" aria-label=${t("common.loading")}>
    ${Array.from({ length: rows }, () => html`<div class="skeleton-row">${Array.from({ length: lines }, () => html`<div class="skeleton"></div>`)}</div>`)}
  </div>`;
}

/**
 * Says that there is nothing yet, and what to do.
 *
 * @param {{ icon: import("./icon.js").IconName, title: string, text?: string, children?: any, small?: boolean }} props Children: buttons.
 */
export function EmptyState({ icon, title, text, children, small }) {
  return html`<div class=${small ? "state state-small" : "state"}>
    <span class="state-icon"><${Icon} name=${icon} size=${28} /></span>
    <p class="state-title">${title}</p>
    ${text && html`<p class="muted">${text}</p>`}
    ${children && html`<div class="row row-wrap state-actions">${children}</div>`}
  </div>`;
}

/**
 * Says why something could not be loaded, and offers to try again.
 *
 * @param {{ problem: unknown, retry?: () => void }} props
 */
export function ErrorState({ problem, retry }) {
  if (problem instanceof Problem && problem.status === 404) {
    return html`<${EmptyState} icon="search" title=${t("common.not_found_title")} text=${t("common.not_found_text")}>
      <${Button} href="/">${t("common.to_home")}<//>
    <//>`;
  }
  if (problem instanceof Problem && problem.code === "school_unverified") return html`<${VerifyPrompt} />`;
  const isUnreachable = problem instanceof NetworkError;
  const text = problem instanceof Problem ? problem.detail : t(isUnreachable ? "common.offline_text" : "common.unexpected");
  const title = !isUnreachable ? "common.failed_title" : navigator.onLine ? "common.unreachable_title" : "common.offline_title";
  return html`<div role="alert">
    <${EmptyState} icon=${isUnreachable ? "offline" : "alert"} title=${t(title)} text=${text}>
      ${retry && html`<${Button} icon="refresh" onClick=${retry}>${t("common.retry")}<//>`}
    <//>
  </div>`;
}

/**
 * Shows a resource: skeleton, error with retry, or `children(data)`.
 *
 * @param {{ resource: import("../lib/resource.js").Resource<any>, skeleton?: any, children: (data: any) => any }} props
 */
export function Loaded({ resource, skeleton, children }) {
  if (resource.data !== null) return children(resource.data);
  if (resource.status === "failed") return html`<${ErrorState} problem=${resource.problem} retry=${resource.reload} />`;
  return skeleton ?? html`<${Skeleton} />`;
}
