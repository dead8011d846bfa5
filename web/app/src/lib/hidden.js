// @ts-check
import { t } from "../i18n/index.js";

/** @typedef {"blinded" | "removed" | "restricted"} HiddenState */
/** @typedef {"visible" | "blinded" | "restored" | "removed" | "restricted" | null | undefined} ContentState */

/** Whether moderation hides something from everybody but its author. @param {ContentState} state @returns {state is HiddenState} */
export const isHiddenState = (state) => state === "blinded" || state === "removed" || state === "restricted";

/** What stands in place of hidden content. @param {ContentState} state */
export function hiddenText(state) {
  return isHiddenState(state) ? t(`common.hidden_${state}`) : t("common.hidden");
}
