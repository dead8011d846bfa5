// @ts-check
/** The code that the user waits for. The browser keeps where and when it was sent, so that a reload does not ask for another one. */
import { signal } from "@preact/signals";
import { api } from "./api.js";
import { loadOfUser, storeOfUser } from "./lib/storage.js";
import { user } from "./session.js";

/** @typedef {{ email: string, expiresAt: number, resendAt: number }} SentCode Times in milliseconds. */

const KEY = "code";

/** @type {import("@preact/signals").Signal<SentCode | null>} */
export const sentCode = signal(/** @type {SentCode | null} */ (null));

/** Whether the code after the sign-up is being asked for. */
export const isStarting = signal(false);

user.subscribe((now) => {
  sentCode.value = now && loadOfUser(now.id, KEY);
});

/** Asks the service to send a code to the address. The code before it becomes invalid. @param {string} email */
export async function requestCode(email) {
  const { expires_at, resend_after } = await api.post("/auth/verification", { body: { email } });
  keep({ email, expiresAt: Date.parse(expires_at), resendAt: Date.parse(resend_after) });
}

/** Asks for the first code, after the sign-up. If that fails, the user asks for it on the next screen. @param {string} email */
export async function startVerification(email) {
  isStarting.value = true;
  await requestCode(email).catch(() => {});
  isStarting.value = false;
}

/** Forgets the code: it was confirmed, or is to go to another address. */
export const forgetCode = () => keep(null);

/** @param {SentCode | null} code */
function keep(code) {
  if (!user.peek()) return;
  storeOfUser(user.peek().id, KEY, code);
  sentCode.value = code;
}
