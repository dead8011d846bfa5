// @ts-check
/** The rules of account fields that can be checked while typing. The service checks them all again. */
import { t } from "../../i18n/index.js";

/** @typedef {string | undefined} Complaint */

/** @param {string} text @returns {Complaint} */
export function checkLoginId(text) {
  const value = text.trim().toLowerCase();
  if (!value) return t("common.required_field");
  if (!/^[a-z0-9_]+$/.test(value)) return t("account.login_id_characters");
  return value.length >= 4 && value.length <= 20 ? undefined : t("account.login_id_hint");
}

/** @param {string} text @param {string} loginId @returns {Complaint} */
export function checkPassword(text, loginId) {
  if (!text) return t("common.required_field");
  if ([...text.normalize("NFC")].length < 10) return t("common.too_short", { count: 10 });
  return text.toLowerCase() === loginId.trim().toLowerCase() ? t("account.password_same") : undefined;
}

/** @param {string} text @returns {Complaint} */
export function checkEmail(text) {
  if (!text.trim()) return t("common.required_field");
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim()) ? undefined : t("account.email_format");
}

/** @param {string} text @returns {Complaint} */
export function checkNickname(text) {
  if (!text) return t("common.required_field");
  const length = [...text.normalize("NFC")].length;
  return length >= 2 && length <= 10 && !/\s/.test(text) ? undefined : t("account.nickname_characters");
}

/** The number of digits of a code. */
export const CODE_LENGTH = 6;

/** The digits of a code in a text that was typed or pasted, such as `123 456`. @param {string} text */
export const codeIn = (text) => text.normalize("NFKC").replace(/\D/g, "").slice(0, CODE_LENGTH);

/** The years that `admission_year` may have and that a student picks from, newest first. */
export function admissionYears(now = new Date()) {
  const newest = now.getFullYear() + 1;
  return Array.from({ length: 40 }, (_, i) => newest - i);
}
