// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { meanText } from "../../lib/grades.js";
import { parseSemester } from "../../lib/semester.js";
import { semesterName } from "../timetable/texts.js";

/** @typedef {import("campus-api").Schema<"SemesterTotals">} SemesterTotals */

const WIDTH = 340;
const HEIGHT = 170;
const PLOT = { left: 28, right: 322, top: 20, bottom: 140 };
/** More labels than this would overlap. */
const MAX_LABELS = 8;

/**
 * The means of the semesters as lines, for students who have two or more. The table beside it has the same numbers.
 *
 * @param {object} props
 * @param {number} props.scale
 * @param {SemesterTotals[]} props.semesters In the order of time.
 */
export function MeansChart({ scale, semesters }) {
  const shown = semesters.filter((each) => each.mean !== null);
  if (shown.length < 2) return null;
  const means = shown.flatMap((each) => [each.mean, each.major_mean]).filter((mean) => mean !== null);
  const bottom = Math.max(0, Math.min(Math.floor(Math.min(...means)), Math.floor(scale) - 1));
  const x = (/** @type {number} */ index) => PLOT.left + 14 + ((PLOT.right - PLOT.left - 28) * index) / (shown.length - 1);
  const y = (/** @type {number} */ mean) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * (mean - bottom)) / (scale - bottom);
  const lines = [...Array.from({ length: Math.floor(scale) - bottom + 1 }, (_, step) => bottom + step), scale];
  const step = Math.ceil(shown.length / MAX_LABELS);
  const hasMajor = shown.some((each) => each.major_mean !== null);
  const label = shown.map((each) => t("grades.chart_point", { semester: semesterName(each.semester), mean: meanText(each.mean) })).join(", ");
  return html`<figure class="means">
    <svg class="means-chart" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${t("grades.chart_label", { points: label })}>
      ${lines.map(
        (mean) => html`<g key=${mean}>
          <line class="means-grid" x1=${PLOT.left} x2=${PLOT.right} y1=${y(mean)} y2=${y(mean)} />
          <text class="means-text" x=${PLOT.left - 6} y=${y(mean) + 4} text-anchor="end">${mean.toFixed(1)}</text>
        </g>`,
      )}
      ${hasMajor && html`<${Line} kind="major" points=${pointsOf(shown, "major_mean", x, y)} />`}
      <${Line} kind="all" points=${pointsOf(shown, "mean", x, y)} />
      ${shown.map(
        (each, index) => html`<g key=${each.semester}>
          ${step === 1 && html`<text class="means-value" x=${x(index)} y=${y(each.mean ?? 0) - 9} text-anchor="middle">${meanText(each.mean)}</text>`}
          ${index % step === 0 && html`<text class="means-text" x=${x(index)} y=${HEIGHT - 10} text-anchor="middle">${shortName(each.semester)}</text>`}
        </g>`,
      )}
    </svg>
    ${hasMajor &&
    html`<figcaption class="means-legend small muted">
      <span class="means-key">${t("grades.mean")}</span><span class="means-key means-key-major">${t("grades.major_mean")}</span>
    </figcaption>`}
  </figure>`;
}

/**
 * @param {SemesterTotals[]} semesters
 * @param {"mean" | "major_mean"} name
 * @param {(index: number) => number} x
 * @param {(mean: number) => number} y
 */
const pointsOf = (semesters, name, x, y) => semesters.flatMap((each, index) => (each[name] === null ? [] : [{ x: x(index), y: y(each[name]) }]));

/** A line with its points, which differ in shape too. @param {{ kind: "all" | "major", points: { x: number, y: number }[] }} props */
function Line({ kind, points }) {
  return html`<g class=${`means-${kind}`}>
    <polyline class="means-line" points=${points.map((point) => `${point.x},${point.y}`).join(" ")} />
    ${points.map((point) =>
      kind === "all"
        ? html`<circle class="means-point" cx=${point.x} cy=${point.y} r="4" />`
        : html`<rect class="means-point" x=${point.x - 3} y=${point.y - 3} width="6" height="6" />`,
    )}
  </g>`;
}

/** A semester below the chart: 26-1. @param {string} semester */
function shortName(semester) {
  const parsed = parseSemester(semester);
  return parsed ? t(/** @type {any} */ (`grades.short_${parsed.term}`), { year: String(parsed.year).slice(2) }) : semester;
}
