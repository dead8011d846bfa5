// @ts-check
import { computed, signal } from "@preact/signals";
import { api } from "./api.js";
import { forgetAll } from "./lib/cache.js";
import { forgetUsers, load, store } from "./lib/storage.js";

/** @typedef {import("campus-api").User} User */

/**
 * `unreachable`: the service did not say at the start whether there is a session, so that `user` is the last known one. Only
 * screens with `offline: true` in the routes table show then.
 *
 * @type {import("@preact/signals").Signal<"restoring" | "in" | "out" | "unreachable">}
 */
export const status = signal(/** @type {any} */ ("restoring"));

/** Why the status is `unreachable`. @type {import("@preact/signals").Signal<unknown>} */
export const restoreFailure = signal(/** @type {unknown} */ (null));

/** The signed-in user, or null. @type {import("@preact/signals").Signal<any>} */
export const user = signal(/** @type {any} */ (null));

/** Whether the user has yet to verify that they are a student of their school. */
export const needsVerification = computed(() => user.value?.verification.state === "unverified");

/** Restores the session by the refresh cookie, and follows logins and logouts, in this tab and others. */
export async function startSession() {
  api.session.onChange((next, change) => {
    if (change === "logged_out") forgetUsers();
    follow(next);
  });
  addEventListener("online", () => status.peek() === "unreachable" && restore());
  await restore();
}

/** Tries to restore the session, at the start and when the service can be reached again. */
export async function restore() {
  try {
    follow(await api.session.restore());
  } catch (failure) {
    restoreFailure.value = failure;
    user.value = load("last-user");
    status.value = user.value ? "unreachable" : "out";
  }
}

/**
 * Gets new tokens if the account is verified, after the service has refused a token from before.
 *
 * @returns {Promise<boolean>} Whether the new token can do more.
 */
export async function isVerifiedMeanwhile() {
  if (needsVerification.peek()) return false;
  await api.session.restore();
  return status.peek() === "in" && !needsVerification.peek();
}

/** @param {any} next */
function follow(next) {
  if (user.peek()?.id !== next?.id) forgetAll();
  // After a session that ended in another way than by a logout, the same user can go on writing, and has push again.
  forgetUsers((userId, key) => (next ? userId === next.id : key.startsWith("draft.") || key === "push"));
  store("last-user", next);
  user.value = next;
  status.value = next ? "in" : "out";
}
