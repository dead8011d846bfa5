// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { pageWithPreloads } from "../../scripts/preloads.js";

/** @param {string} path */
const read = (path) => readFile(new URL(`../../app/${path}`, import.meta.url), "utf8");

test("the page preloads what the first screen needs: else run `npm run preloads`", async () => {
  assert.equal(await read("index.html"), await pageWithPreloads());
});

test("both dark themes have the same colours", async () => {
  const css = await read("styles/tokens.css");
  const values = (/** @type {string} */ selector) => {
    const start = css.indexOf("{", css.indexOf(selector)) + 1;
    return css.slice(start, css.indexOf("}", start)).trim().split(/\s*\n\s*/);
  };
  const bySystem = values(':root:not([data-theme="light"])');
  assert.deepEqual(values(':root[data-theme="dark"]'), bySystem);
  assert.ok(bySystem.length > 20);
});
