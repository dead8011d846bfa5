// @ts-check
import { loadOfUser, storeOfUser } from "./storage.js";
import { user } from "../session.js";

/**
 * Unsent text of the signed-in user, by form (`post:<board id>`). Drafts survive a reload and disappear on success and
 * on logout.
 *
 * @param {string} form
 */
export function loadDraft(form) {
  return user.peek() ? loadOfUser(user.peek().id, `draft.${form}`) : null;
}

/** @param {string} form @param {unknown} values `null` removes the draft. */
export function storeDraft(form, values) {
  if (user.peek()) storeOfUser(user.peek().id, `draft.${form}`, values);
}
