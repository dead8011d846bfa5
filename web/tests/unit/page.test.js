// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { filesWithPreloads } from "../../scripts/preloads.js";

/** @param {string} path */
const read = (path) => readFile(new URL(`../../app/${path}`, import.meta.url), "utf8");

test("the page preloads what the first screens need: else run `npm run preloads`", async () => {
  for (const { path, text } of await filesWithPreloads()) assert.equal(await read(path), text);
});
