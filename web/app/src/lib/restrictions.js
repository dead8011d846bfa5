// @ts-check
/** @typedef {{ kind: "warning" | "read_only", reason: import("./report.js").Reason | null, until: string | null }} Restriction */

/** The restrictions that have not ended. @param {Restriction[] | undefined} restrictions Those of the account. @param {Date} [now] */
export const activeRestrictions = (restrictions = [], now = new Date()) => restrictions.filter(({ until }) => until === null || Date.parse(until) > now.getTime());
