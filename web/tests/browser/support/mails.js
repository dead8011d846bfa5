// @ts-check
import { expect } from "@playwright/test";
import { appUrl } from "./accounts.js";

/** @typedef {{ to: string, subject: string, text: string, html: string, sent_at: string }} Mail */

/** The mails to an address, oldest first. @param {string} address @returns {Promise<Mail[]>} */
export async function mailsTo(address) {
  const response = await fetch(`${appUrl()}/api/dev/mails`);
  const { items } = /** @type {{ items: Mail[] }} */ (await response.json());
  return items.filter(({ to }) => to === address);
}

/** Waits for a mail to an address. @param {string} address @param {number} [number] 1 for the first mail to it. @returns {Promise<Mail>} */
export async function mailTo(address, number = 1) {
  /** @type {Mail | undefined} */
  let mail;
  await expect.poll(async () => (mail = (await mailsTo(address))[number - 1]), { message: `mail ${number} to ${address}`, intervals: [50] }).toBeTruthy();
  return /** @type {Mail} */ (mail);
}

/** The code in a mail. @param {Mail} mail */
export const codeIn = ({ text }) => /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? "";

/** The path of the link with a secret in a mail. @param {Mail} mail */
export function pathIn({ text }) {
  const { pathname, hash } = new URL(/https?:\/\/\S+#\S+/.exec(text)?.[0] ?? "");
  return pathname + hash;
}
