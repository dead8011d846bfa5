// @ts-check
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { stateOf } from "../../lib/lecture_state.js";
import { Tag } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";

/** 폐강 or 목록에 없음; nothing for a listed lecture. @param {object} thing */
export function stateName(thing) {
  const state = stateOf(thing);
  return state === "listed" ? "" : t(`timetable.state_${state}`);
}

/** What the state of a lecture that is not listed means. @param {object} thing */
export function stateText(thing) {
  const state = stateOf(thing);
  return state === "listed" ? "" : t(`timetable.state_${state}_text`);
}

/** @param {{ of: object }} props */
export const StateTag = ({ of }) => (stateName(of) ? html`<${Tag} tone="danger">${stateName(of)}<//>` : null);

/** Explains the state of a lecture that is not listed. @param {{ of: object }} props */
export function StateNotice({ of }) {
  if (!stateName(of)) return null;
  return html`<p class="notice notice-danger"><${Icon} name="alert" size=${20} /><span><strong>${stateName(of)}.</strong> ${stateText(of)}</span></p>`;
}
