// @ts-check
/**
 * Every visible text, by language and feature: `t("boards.pin")`, `t("home.posts", { count: 3 })`. A value is a string
 * with `{name}` placeholders, or `{ one, other }` chosen by `count`. `en` has the keys of `ko`; a unit test compares them.
 */
import { batch, signal } from "@preact/signals";
import { language } from "../preferences.js";

/** @typedef {typeof import("./ko/index.js").default} Texts */
/** @typedef {{ [F in keyof Texts]: `${F}.${Extract<keyof Texts[F], string>}` }[keyof Texts]} TextKey */

/** @type {import("@preact/signals").Signal<Record<string, Record<string, string | { one: string, other: string }>>>} */
const texts = signal({});

/**
 * Shows the app in a language, once its texts are loaded. Throws if they do not load.
 *
 * @param {import("../preferences.js").Language} chosen
 */
export async function switchLanguage(chosen) {
  const { default: loaded } = chosen === "en" ? await import("./en/index.js") : await import("./ko/index.js");
  batch(() => {
    texts.value = loaded;
    language.value = chosen;
  });
  return chosen;
}

/**
 * @param {TextKey} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values) {
  const [feature, name] = key.split(".");
  let text = texts.value[feature]?.[name] ?? key;
  if (typeof text === "object") text = values?.count === 1 ? text.one : text.other;
  return values ? text.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all)) : text;
}

/** @param {number} value "1,234" */
export const number = (value) => value.toLocaleString(language.value);
