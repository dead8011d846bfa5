// @ts-check
import { NetworkError } from "campus-api";
import { status, user } from "../session.js";
import { useResource } from "./resource.js";
import { loadOfUser, storeOfUser } from "./storage.js";

/**
 * @template T
 * @typedef {{ value: T, isKept: boolean }} Kept `isKept`: the value comes from the browser, because the service cannot be reached.
 */

/**
 * Loads one thing for a screen, as `useResource`, and keeps it in the browser for reading it without a network. It disappears
 * on logout.
 *
 * @template T
 * @param {string} key
 * @param {(signal: AbortSignal) => Promise<T>} load
 */
export function useKeptResource(key, load) {
  const owner = user.value?.id;
  // Again when the service can be reached again.
  return useResource(`${key}:${status.value}`, async (signal) => {
    try {
      const value = await load(signal);
      storeOfUser(owner, key, value);
      return /** @type {Kept<T>} */ ({ value, isKept: false });
    } catch (failure) {
      const value = failure instanceof NetworkError ? loadOfUser(owner, key) : null;
      if (value === null) throw failure;
      return /** @type {Kept<T>} */ ({ value, isKept: true });
    }
  });
}
