// @ts-check
/** @typedef {import("campus-api").Schema<"Restriction">} Restriction */

/** The restrictions that have not ended. @param {Restriction[] | undefined} restrictions Those of the account. @param {Date} [now] */
export const activeRestrictions = (restrictions = [], now = new Date()) =>
  restrictions.filter(({ until }) => until === null || Date.parse(until) > now.getTime());

/** The restriction that bars the user from writing for the longest time. @param {Restriction[] | undefined} restrictions */
export function barringRestriction(restrictions) {
  const end = (/** @type {Restriction} */ { until }) => (until === null ? Infinity : Date.parse(until));
  const barring = activeRestrictions(restrictions).filter(({ kind }) => kind !== "warning");
  return barring.sort((one, other) => end(other) - end(one))[0];
}
