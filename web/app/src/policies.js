// @ts-check
/** The terms of service and the privacy policy of the operator. */
import { api } from "./api.js";
import { language } from "./preferences.js";
import { useResource } from "./lib/resource.js";

/** @typedef {import("campus-api").Schema<"Policies">} Policies Each is null if the operator has none. */
/** @typedef {"terms" | "privacy"} PolicyKind */

/** @type {readonly PolicyKind[]} */
export const POLICY_KINDS = ["terms", "privacy"];

export const usePolicies = () => useResource("policies", (signal) => api.get("/policies", { signal }));

/** The policies that differ from what was accepted. @param {Policies} policies @param {Record<PolicyKind, string> | null} accepted */
export const unaccepted = (policies, accepted) => POLICY_KINDS.filter((kind) => policies[kind] && policies[kind].version !== accepted?.[kind]);

/** The versions, to accept them; undefined if there is nothing to accept. @param {Policies} policies */
export function versionsOf({ terms, privacy }) {
  return terms && privacy ? { terms: terms.version, privacy: privacy.version } : undefined;
}

/** The text in the user's language. @param {import("campus-api").Schema<"Policy">} policy */
export const textOf = (policy) => policy.text[language.value];
