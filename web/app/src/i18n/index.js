// @ts-check
/**
 * Every visible text, by language and feature: `t("boards.pin")`, `t("home.posts", { count: 3 })`. A value is a string
 * with `{name}` placeholders, or `{ one, other }` chosen by `count`. `en` has the keys of `ko`; a unit test compares them.
 */
import { batch, signal } from "@preact/signals";
import { language } from "../preferences.js";

/** @typedef {typeof import("./ko/all.js").default} Texts */
/** A feature of `all.js` whose texts load with the screens that name it. @typedef {Exclude<keyof Texts, keyof typeof import("./ko/index.js").default>} LazyFeature */
/** @typedef {{ [F in keyof Texts]: `${F}.${Extract<keyof Texts[F], string>}` }[keyof Texts]} TextKey */

/** @type {import("@preact/signals").Signal<Record<string, Record<string, string | { one: string, other: string }>>>} */
const texts = signal({});

/** The features that screens have named so far. @type {Set<LazyFeature>} */
const wanted = new Set();

/**
 * Shows the app in a language, once its texts are loaded. Throws if they do not load.
 *
 * @param {import("../preferences.js").Language} chosen
 */
export async function switchLanguage(chosen) {
  const { default: loaded } = chosen === "en" ? await import("./en/index.js") : await import("./ko/index.js");
  /** @type {Record<string, any>} */
  let more = {};
  // A screen can name features meanwhile.
  for (let left = [...wanted]; left.length > 0; left = [...wanted].filter((feature) => !more[feature])) more = { ...more, ...(await textsOf(chosen, left)) };
  batch(() => {
    texts.value = { ...loaded, ...more };
    language.value = chosen;
  });
  return chosen;
}

/**
 * Loads the texts of features that the first load leaves out. A route names them.
 *
 * @param {readonly LazyFeature[]} [features]
 * @returns {Promise<void>}
 */
export async function loadTexts(features = []) {
  features.forEach((feature) => wanted.add(feature));
  const chosen = language.peek();
  const missing = features.filter((feature) => !texts.peek()[feature]);
  if (missing.length === 0) return;
  const loaded = await textsOf(chosen, missing);
  // Another language has all that is wanted.
  if (chosen === language.peek()) texts.value = { ...texts.peek(), ...loaded };
}

/** @param {string} chosen @param {LazyFeature[]} features */
async function textsOf(chosen, features) {
  return Object.fromEntries(await Promise.all(features.map(async (feature) => [feature, (await import(`./${chosen}/${feature}.js`)).default])));
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
