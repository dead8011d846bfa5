// @ts-check

/** @typedef {import("campus-api").Schema<"Lecture">["state"]} LectureState */
/** A lecture, or an entry of a timetable. Custom entries have no state. @typedef {{ state: LectureState | null }} WithState */

/** Whether a lecture takes place. So do custom entries. @param {WithState} thing */
export const isListed = ({ state }) => state === null || state === "listed";
