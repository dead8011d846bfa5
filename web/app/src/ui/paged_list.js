// @ts-check
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "campus-api";
import { t } from "../i18n/index.js";
import { html } from "../html.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { ErrorState, Skeleton } from "./states.js";

const PULL_DISTANCE = 72;

/**
 * Shows the state of `usePagedList`: loads the next page near the end, and the first one again when pulled down.
 *
 * @template {{ id: string }} T
 * @param {object} props
 * @param {import("../lib/paged_list.js").PagedListState<T>} props.list
 * @param {(item: T) => any} props.row Content of a list item.
 * @param {any} props.empty Shown if the list has no item, usually an `EmptyState`.
 * @param {any} [props.skeleton]
 * @param {string} [props.label] Names the list for screen readers.
 * @param {string} [props.more] A button with this text loads the next page, instead of coming near the end. A list without an
 *   item then shows `empty` even if a page follows.
 */
export function PagedList({ list, row, empty, skeleton, label, more }) {
  const pull = usePull(list.refresh);
  const { items, status, complete } = list;
  const refreshing = status === "refreshing";
  if (items.length === 0) {
    if (status === "failed") return html`<${ErrorState} problem=${list.problem} retry=${list.retry} />`;
    if (!complete && !(more && list.cursor)) return html`${skeleton ?? html`<${Skeleton} />`}${!more && html`<${End} list=${list} />`}`;
  }
  return html`<div class="paged" aria-busy=${refreshing}>
    <div class="pull" data-active=${pull > 0 || refreshing} style=${{ height: `${refreshing ? 44 : pull}px` }} aria-hidden="true">
      <${Icon} name="refresh" size=${20} />
    </div>
    ${items.length === 0 ? empty : html`<ul class="card list" aria-label=${label}>${items.map((item) => html`<li key=${item.id}>${row(item)}</li>`)}</ul>`}
    <${more ? Next : End} list=${list} text=${more} />
  </div>`;
}

/** Loads the next page by a button. @param {{ list: any, text: string }} props */
function Next({ list, text }) {
  if (list.complete) return null;
  const { status, problem } = list;
  const detail = problem instanceof Problem ? problem.detail : t("common.more_failed");
  return html`<div class="paged-end paged-next">
    ${status === "failed" && html`<p role="alert">${detail}</p>`}
    <${Button} busy=${status === "loading"} onClick=${status === "failed" ? list.retry : list.more}>${text}<//>
  </div>`;
}

/** The end of the list: watches for it to come near, and offers to try again. @param {{ list: any }} props */
function End({ list }) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (!element.current || list.complete || list.status !== "idle") return;
    const observer = new IntersectionObserver((found) => found.some((entry) => entry.isIntersecting) && list.more(), { rootMargin: "600px" });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [list.status, list.complete, list.items.length]);
  if (list.complete && list.status !== "failed") return null;
  return html`<div ref=${element} class="paged-end">
    ${list.items.length > 0 && list.status === "loading" && html`<div class="skeleton" role="status" aria-label=${t("common.loading")}></div>`}
    ${list.items.length > 0 &&
    list.status === "failed" &&
    html`<p role="alert">${t("common.more_failed")}</p><${Button} small icon="refresh" onClick=${list.retry}>${t("common.retry")}<//>`}
  </div>`;
}

/** Pull to refresh by touch at the top of the page. @param {() => void} refresh @returns {number} How far it is pulled, in px. */
function usePull(refresh) {
  const [distance, setDistance] = useState(0);
  const latest = useRef(refresh);
  latest.current = refresh;
  useEffect(() => {
    let start = -1;
    let pulled = 0;
    const onStart = (/** @type {TouchEvent} */ event) => {
      const scrollsItself = /** @type {Element} */ (event.target).closest("dialog, textarea, .week-pane");
      start = window.scrollY <= 0 && event.touches.length === 1 && !scrollsItself ? event.touches[0].clientY : -1;
    };
    const onMove = (/** @type {TouchEvent} */ event) => {
      if (start < 0) return;
      pulled = window.scrollY <= 0 ? Math.max(0, Math.min(PULL_DISTANCE, (event.touches[0].clientY - start) / 2)) : 0;
      setDistance(pulled);
    };
    const onEnd = () => {
      if (pulled >= PULL_DISTANCE - 8) latest.current();
      start = -1;
      pulled = 0;
      setDistance(0);
    };
    addEventListener("touchstart", onStart, { passive: true });
    addEventListener("touchmove", onMove, { passive: true });
    addEventListener("touchend", onEnd);
    addEventListener("touchcancel", onEnd);
    return () => {
      removeEventListener("touchstart", onStart);
      removeEventListener("touchmove", onMove);
      removeEventListener("touchend", onEnd);
      removeEventListener("touchcancel", onEnd);
    };
  }, []);
  return distance;
}
