// @ts-check

/** @typedef {"listed" | "cancelled" | "withdrawn"} LectureState */

/**
 * The state of a lecture, or of an entry of a timetable. Custom entries have none, and count as listed.
 * @param {object} thing
 * @returns {LectureState}
 */
export const stateOf = (thing) => /** @type {{ state?: LectureState | null }} */ (thing).state ?? "listed";

/** Whether the school lists a lecture as one that takes place. @param {object} thing */
export const isListed = (thing) => stateOf(thing) === "listed";
