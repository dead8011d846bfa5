// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { compareSemesters, semesterChoices } from "../../lib/semester.js";
import { Icon } from "../../ui/icon.js";
import { semesterName } from "./texts.js";

/**
 * @param {object} props
 * @param {string} props.value
 * @param {string[]} [props.used] Semesters that are offered however old they are.
 * @param {string[]} [props.choices] The only semesters to offer, apart from the chosen one.
 * @param {(semester: string) => void} props.onChange
 */
export function SemesterSelect({ value, used = [], choices, onChange }) {
  const offered = choices ? [...new Set([value, ...choices])].sort((a, b) => compareSemesters(b, a)) : semesterChoices(new Date(), [...used, value]);
  return html`<div class="input-box semester-select">
    <select class="input" aria-label=${t("timetable.semester")} value=${value} onChange=${(/** @type {any} */ event) => onChange(event.target.value)}>
      ${offered.map(
        (semester) => html`<option key=${semester} value=${semester} selected=${semester === value}>${semesterName(semester)}</option>`,
      )}
    </select>
    <${Icon} name="down" size=${18} />
  </div>`;
}
