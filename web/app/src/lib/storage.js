// @ts-check
/**
 * Small values kept in the browser. Every function works without storage (private windows, full disks):
 * reads return null and writes do nothing.
 *
 * Values of a user carry the user's id in the key and disappear on logout (`forgetUsers`).
 */
const PREFIX = "campus.";
const USER_PREFIX = "campus.user.";

/** @param {string} key @returns {any} The stored value, or null. */
export function load(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {unknown} value `null` removes the key. */
export function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // The value lasts until the page is closed.
  }
}

/** @param {string} userId @param {string} key */
export const loadOfUser = (userId, key) => load(`user.${userId}.${key}`);

/** @param {string} userId @param {string} key @param {unknown} value `null` removes the key. */
export const storeOfUser = (userId, key, value) => store(`user.${userId}.${key}`, value);

/**
 * Removes what is stored for users: drafts, the last timetable.
 *
 * @param {(userId: string, key: string) => boolean} [isKept] Says what stays.
 */
export function forgetUsers(isKept = () => false) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(USER_PREFIX)) continue;
      const [userId, ...rest] = key.slice(USER_PREFIX.length).split(".");
      if (!isKept(userId, rest.join("."))) localStorage.removeItem(key);
    }
  } catch {
    // Nothing is stored.
  }
}
