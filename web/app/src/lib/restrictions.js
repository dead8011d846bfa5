// @ts-check
/** @typedef {import("campus-api").Schema<"Restriction">} Restriction */

/** The restrictions that have not ended. @param {Restriction[] | undefined} restrictions Those of the account. @param {Date} [now] */
export const activeRestrictions = (restrictions = [], now = new Date()) => restrictions.filter(({ until }) => Date.parse(until) > now.getTime());
