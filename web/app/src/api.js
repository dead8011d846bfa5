// @ts-check
import { createClient } from "campus-api";
import { language } from "./preferences.js";

/** The client of the service that all screens use. */
export const api = createClient({ baseUrl: "/api", language: () => language.value, onProblem: solve, fetch: fetchOrTake });

/**
 * Takes the response that `early.js` has asked for, if there is one, and otherwise sends the request.
 *
 * @param {RequestInfo | URL} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
async function fetchOrTake(url, init) {
  const page = /** @type {{ campusEarlyRefresh?: Promise<Response | null> }} */ (globalThis);
  if (url !== "/api/auth/refresh" || !page.campusEarlyRefresh) return fetch(url, init);
  const early = page.campusEarlyRefresh;
  delete page.campusEarlyRefresh;
  return (await early) ?? fetch(url, init);
}

/**
 * Does what lets a refused request succeed: asks for consent, or gets an access token that says that the account is verified.
 * After a sanction, gets the account, which tells about it.
 *
 * @param {import("campus-api").Problem} problem
 * @returns {Promise<boolean>} Whether to send the request again.
 */
async function solve({ code }) {
  // Loaded when they are needed, because they use this module.
  if (code === "consent_needed") return (await import("./consent.js")).askForConsent();
  // The account then says why, and until when.
  if (code === "write_suspended") await api.session.restore().catch(() => {});
  if (code === "school_unverified") return (await import("./session.js")).isVerifiedMeanwhile();
  return false;
}
