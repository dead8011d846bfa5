// @ts-check
/** What the user has searched for, in this browser only: no request has it, and a logout removes it. */
import { load, loadOfUser, store, storeOfUser } from "./storage.js";

const MAX = 10;
const KEY = "recent-searches";

/** The switch belongs to the browser, so that a logout does not turn it on again. */
const SWITCH = "recent-searches-off";

export const areSearchesKept = () => load(SWITCH) !== true;

/** Turns it on or off. Off forgets the searches of the user. @param {string} userId @param {boolean} isOn */
export function keepSearches(userId, isOn) {
  store(SWITCH, isOn ? null : true);
  if (!isOn) forgetSearches(userId);
}

/** The searches, newest first. @param {string} userId @returns {string[]} */
export function recentSearches(userId) {
  const stored = loadOfUser(userId, KEY);
  return Array.isArray(stored) ? stored.filter((text) => typeof text === "string").slice(0, MAX) : [];
}

/** @param {string} userId @param {string} text */
export function rememberSearch(userId, text) {
  if (areSearchesKept()) storeOfUser(userId, KEY, [text, ...without(userId, text)].slice(0, MAX));
}

/** @param {string} userId @param {string} text */
export const forgetSearch = (userId, text) => storeOfUser(userId, KEY, without(userId, text));

/** @param {string} userId */
export const forgetSearches = (userId) => storeOfUser(userId, KEY, null);

/** @param {string} userId @param {string} text */
const without = (userId, text) => recentSearches(userId).filter((other) => other !== text);
