// @ts-check
import { signal } from "@preact/signals";

/** The open question for consent; null if there is none. @type {import("@preact/signals").Signal<null | { answer: (isGiven: boolean) => void }>} */
export const consentQuestion = signal(/** @type {any} */ (null));

/** @type {Promise<boolean> | null} */
let asking = null;

/** Asks for consent to new policies. Writes that need it at the same time share the question. @returns {Promise<boolean>} Whether it was given. */
export function askForConsent() {
  asking ??= new Promise((resolve) => {
    consentQuestion.value = {
      answer(isGiven) {
        consentQuestion.value = null;
        asking = null;
        resolve(isGiven);
      },
    };
  });
  return asking;
}
