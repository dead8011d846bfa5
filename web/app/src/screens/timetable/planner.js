// @ts-check
import { useEffect, useRef } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { clashesOf } from "../../lib/week.js";
import { Button } from "../../ui/button.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, ErrorState } from "../../ui/states.js";
import { useTimetables } from "./store.js";
import { clashText, creditsText, isolated, NO_SUBTITLE, semesterName } from "./texts.js";
import { WeekGrid } from "./week_grid.js";

/** @typedef {import("./store.js").Timetable} Timetable */

/**
 * The frame of the screens that change a timetable: finds the timetable of the path, or says what is wrong.
 *
 * @param {object} props
 * @param {string} props.id
 * @param {string} props.title
 * @param {(timetable: Timetable) => any} props.children
 */
export function TimetableFrame({ id, title, children }) {
  const { status, items, problem, reload } = useTimetables();
  const timetable = items.find((item) => item.id === id);
  const subtitle = timetable ? `${isolated(timetable.name)} · ${semesterName(timetable.semester)} · ${creditsText(timetable.credits)}` : NO_SUBTITLE;
  const back = timetable ? `/timetable?semester=${timetable.semester}&id=${timetable.id}` : "/timetable";
  return html`<${Screen} title=${title} subtitle=${subtitle} back=${back} width="wide">
    ${timetable ? children(timetable) : html`<${Missing} ...${{ status, problem, reload }} />`}
  <//>`;
}

/** @param {{ status: string, problem: unknown, reload: () => void }} props */
function Missing({ status, problem, reload }) {
  if (status === "failed") return html`<${ErrorState} problem=${problem} retry=${reload} />`;
  if (status === "loading") return html`<div class="week-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`;
  return html`<${EmptyState} icon="calendar" title=${t("timetable.gone_title")} text=${t("timetable.gone_text")}>
    <${Button} kind="primary" href="/timetable">${t("timetable.back_to_timetable")}<//>
  <//>`;
}

/**
 * The week with a candidate over it, beside or above what chooses the candidate. On a phone, the week stays in view.
 *
 * @param {object} props
 * @param {Timetable} props.timetable
 * @param {import("./week_grid.js").Candidate | null} props.candidate
 * @param {string | null} [props.except] The id of the entry that the candidate replaces.
 * @param {any} props.children
 */
export function PlannerView({ timetable, candidate, except = null, children }) {
  const pane = useRef(/** @type {HTMLDivElement | null} */ (null));
  const times = JSON.stringify(candidate?.slots ?? []);
  useEffect(() => showGhost(pane.current), [times]);
  return html`<div class="planner planner-edit">
    <div class="planner-grid">
      <div class="card week-card week-pane" ref=${pane} tabindex="0" role="region" aria-label=${t("timetable.grid", { name: timetable.name })}>
        <${WeekGrid} ...${{ entries: timetable.entries, candidate, except, compact: true, label: timetable.name }} />
      </div>
    </div>
    <div class="planner-side stack">${children}</div>
  </div>`;
}

/**
 * Scrolls the pane, and not the page, to the candidate.
 * @param {HTMLElement | null} pane
 */
function showGhost(pane) {
  const ghosts = [...(pane?.querySelectorAll(".week-ghost") ?? [])].map((ghost) => ghost.getBoundingClientRect());
  if (!pane || ghosts.length === 0) return;
  const box = pane.getBoundingClientRect();
  const top = Math.min(...ghosts.map((ghost) => ghost.top));
  const bottom = Math.max(...ghosts.map((ghost) => ghost.bottom));
  const margin = 32;
  if (top < box.top + margin || bottom > box.bottom) pane.scrollBy({ top: top - box.top - margin });
}

/**
 * Says whether the candidate fits, also to screen readers.
 *
 * @param {object} props
 * @param {Timetable} props.timetable
 * @param {import("./week_grid.js").Candidate | null} props.candidate
 * @param {string | null} [props.except]
 */
export function FitNote({ timetable, candidate, except = null }) {
  const clashes = candidate ? clashesOf(candidate.slots, timetable.entries, { except }) : [];
  const fits = candidate && (candidate.slots.length === 0 ? t("timetable.fits_no_times") : t("timetable.fits"));
  return html`<p class=${clashes.length > 0 ? "fit-note danger-text" : "fit-note muted"} role="status">${clashes.length > 0 ? clashText(clashes) : fits}</p>`;
}
