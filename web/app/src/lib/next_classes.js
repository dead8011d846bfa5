// @ts-check
import { isListed } from "./lecture_state.js";
import { seoulDate, seoulNow } from "./time.js";
import { DAYS, layOut } from "./week.js";

/**
 * The classes of today by their start or, when they are over, those of the next of seven days that has classes. Days off have
 * none, and neither have lectures that the school does not list.
 *
 * @template {import("./week.js").WithSlots & import("./lecture_state.js").WithState} T
 * @param {T[]} entries
 * @param {string[]} daysOff Dates.
 * @param {Date} [at]
 */
export function nextClasses(entries, daysOff, at = new Date()) {
  const { day: today, minutes: now } = seoulNow(at);
  const blocks = layOut(entries.filter(isListed));
  for (let step = 0; step < DAYS.length; step += 1) {
    const day = /** @type {import("./week.js").Day} */ (DAYS[(DAYS.indexOf(today) + step) % DAYS.length]);
    const classes = daysOff.includes(seoulDate(step, at)) ? [] : blocks.filter((block) => block.day === day);
    if (classes.some(({ end }) => step > 0 || end > now)) return { day, classes };
  }
  return { day: today, classes: [] };
}
