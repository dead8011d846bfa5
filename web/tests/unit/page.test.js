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
