// @ts-check
import { loadOfUser, storeOfUser } from "../../lib/storage.js";
import { user } from "../../session.js";

/**
 * Whether a post or comment on the board is anonymous: as the board requires, else as chosen, else as chosen last time.
 *
 * @param {{ anonymity: string }} board
 * @param {boolean} [chosen]
 */
export function anonymity(board, chosen) {
  if (board.anonymity !== "optional") return board.anonymity === "always";
  return chosen ?? loadOfUser(user.peek()?.id, "anonymous") ?? true;
}

/** @param {boolean} chosen */
export const rememberAnonymity = (chosen) => storeOfUser(user.peek()?.id, "anonymous", chosen);
