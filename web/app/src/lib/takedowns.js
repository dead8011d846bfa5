// @ts-check
import { t } from "../i18n/index.js";

/** @typedef {"defamation" | "privacy" | "copyright" | "portrait" | "other"} Right */

/** @type {Right[]} */
export const RIGHTS = ["defamation", "privacy", "copyright", "portrait", "other"];

/** @param {Right} right */
export const rightText = (right) => t(`moderation.right_${right}`);

/** The address of the form, filled in with the address of something. @param {string} path Of the screen that shows it. */
export const takedownAddress = (path) => `/takedown?link=${encodeURIComponent(location.origin + path)}`;
