// @ts-check
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const VENDOR = new URL("../../app/vendor/", import.meta.url);
const PACKAGES = new URL("../../node_modules/", import.meta.url);

/** @type {{ file: string, package: string, version: string, license: string, from: string }[]} */
const entries = JSON.parse(await readFile(new URL("vendor.json", VENDOR), "utf8"));

for (const { file, package: name, version, license, from } of entries) {
  test(`vendor/${file} is ${from} of ${name}`, async () => {
    const folder = new URL(`${name}/`, PACKAGES);
    const manifest = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
    assert.deepEqual({ version, license }, { version: manifest.version, license: manifest.license });
    assert.ok((await readFile(new URL(file, VENDOR))).equals(await readFile(new URL(from, folder))));
  });
}

test("vendor.json lists every file", async () => {
  const files = (await readdir(VENDOR)).filter((file) => file.endsWith(".js"));
  assert.deepEqual(files.sort(), entries.map(({ file }) => file).sort());
});
