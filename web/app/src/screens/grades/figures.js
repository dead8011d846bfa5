// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";

/**
 * A number with its name, and below it what it is out of, or what it was.
 *
 * @param {{ label: string, value: string, note?: string, strong?: boolean }} props
 */
export function Figure({ label, value, note, strong }) {
  return html`<div class=${strong ? "figure figure-strong" : "figure"}>
    <dt>${label}</dt>
    <dd class="figure-value nums">${value}</dd>
    <dd class="figure-note nums">${note ?? "\u00a0"}</dd>
  </div>`;
}

/**
 * The credits earned towards the goal.
 *
 * @param {{ earned: number, goal: number }} props
 */
export function GoalProgress({ earned, goal }) {
  const left = goal - earned;
  return html`<div class="goal">
    <progress class="goal-bar" max=${goal || 1} value=${goal ? Math.min(earned, goal) : 1} aria-label=${t("grades.goal_progress")}></progress>
    <p class="muted small nums">${left > 0 ? t("grades.goal_left", { count: left }) : t("grades.goal_reached")}</p>
  </div>`;
}
