// @ts-check
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import en from "../../app/src/i18n/en/all.js";
import ko from "../../app/src/i18n/ko/all.js";
import firstLoad from "../../app/src/i18n/ko/index.js";
import { notFound, routes, verifyFirst } from "../../app/src/routes.js";

/** @typedef {string | { one: string, other: string }} Text */

/** @param {Record<string, Record<string, Text>>} texts @returns {Map<string, string>} The texts by key; of plurals, `other`. */
const flat = (texts) =>
  new Map(
    Object.entries(texts).flatMap(([feature, byName]) =>
      Object.entries(byName).map(([name, text]) => /** @type {[string, string]} */ ([`${feature}.${name}`, typeof text === "string" ? text : text.other])),
    ),
  );

const korean = flat(/** @type {any} */ (ko));
const english = flat(/** @type {any} */ (en));

/** @param {string} text */
const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g))].sort().join();

test("both languages have the same keys", () => {
  assert.deepEqual([...english.keys()].sort(), [...korean.keys()].sort());
});

test("both languages have the same placeholders", () => {
  const different = [...korean].filter(([key, text]) => placeholders(english.get(key) ?? "") !== placeholders(text));
  assert.deepEqual(different, []);
});

test("no Korean particle follows a placeholder, whose last sound is unknown", () => {
  const found = [...korean].filter(([, text]) => /\{(?!count|max|year)\w+\}’?(은|는|이|가|을|를|과|와|으로|로)(?![가-힣])/.test(text));
  assert.deepEqual(found, []);
});

/** The modules of the app, without the texts. */
async function modules() {
  const root = new URL("../../app/src/", import.meta.url);
  const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith(".js") && !/^i18n.(ko|en)/.test(file));
  return Promise.all(files.map((file) => readFile(new URL(file, root), "utf8")));
}

/**
 * Whether a module uses a text: by its key, or by a template such as `posts.${name}_empty`. For `posts.${name}`, which fits every
 * text of the feature, the module also has to contain the name.
 *
 * @param {string} module
 * @param {string} key
 */
function uses(module, key) {
  if (module.includes(`"${key}"`)) return true;
  return [...module.matchAll(/`([a-z]+\.[^`\s]*)`/g)].some(([, template]) => {
    const parts = template.split(/\$\{.*?\}(?!\})/);
    const [feature, name] = key.split(".");
    if (!new RegExp(`^${parts.map((part) => part.replace(".", "\\.")).join("\\w+")}$`).test(key)) return false;
    return parts.join("") !== `${feature}.` || new RegExp(`\\b${name}\\b`).test(module);
  });
}

test("each text is used", async () => {
  const all = await modules();
  const unused = [...korean.keys()].filter((key) => !all.some((module) => uses(module, key)));
  assert.deepEqual(unused, []);
});

const APP = new URL("../../app/src/", import.meta.url);

/** A module and all that it imports, as texts by their URL. @param {string} url @param {Map<string, string>} [found] */
async function withImports(url, found = new Map()) {
  if (found.has(url)) return found;
  const text = await readFile(new URL(url), "utf8");
  found.set(url, text);
  for (const [, path] of text.matchAll(/^(?:import|export)[^"'`;]*?"(\.[^"]+)";/gm)) await withImports(new URL(path ?? "", url).href, found);
  return found;
}

/** The features whose texts a module and its imports use. @param {string} path */
async function featuresOf(path) {
  const modules = [...(await withImports(new URL(path, APP).href)).values()];
  return Object.keys(ko).filter((feature) => modules.some((text) => new RegExp(`["\`]${feature}\\.[a-z$]`).test(text)));
}

test("each screen loads the texts that it uses", async () => {
  for (const { path, load, texts = [] } of [...routes, notFound, verifyFirst]) {
    const used = await featuresOf(/import\("(.*?)"\)/.exec(String(load))?.[1] ?? "");
    const missing = used.filter((feature) => !(feature in firstLoad) && !(/** @type {readonly string[]} */ (texts).includes(feature)));
    assert.deepEqual(missing, [], path);
  }
});

test("what starts the app uses only the texts of the first load", async () => {
  const used = [...(await featuresOf("main.js")), ...(await featuresOf("consent.js"))];
  assert.deepEqual(used.filter((feature) => !(feature in firstLoad)), []);
});
