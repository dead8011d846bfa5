// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { Tag } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";

/** @typedef {import("../../lib/lecture_state.js").WithState} WithState */

/** 폐강 or 목록에 없음; nothing for a listed lecture. @param {WithState} thing */
export const stateName = ({ state }) => (state === null || state === "listed" ? "" : t(`timetable.state_${state}`));

/** What the state of a lecture that is not listed means. @param {WithState} thing */
export const stateText = ({ state }) => (state === null || state === "listed" ? "" : t(`timetable.state_${state}_text`));

/** @param {{ of: WithState }} props */
export const StateTag = ({ of }) => (stateName(of) ? html`<${Tag} tone="danger">${stateName(of)}<//>` : null);

/** Explains the state of a lecture that is not listed. @param {{ of: WithState }} props */
export function StateNotice({ of }) {
  if (!stateName(of)) return null;
  return html`<p class="notice notice-danger"><${Icon} name="alert" size=${20} /><span><strong>${stateName(of)}.</strong> ${stateText(of)}</span></p>`;
}
