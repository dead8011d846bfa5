// @ts-check
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { CAMPUS } from "../browser/support/service.js";

const SCHEMA = new URL("../../api/schema.d.ts", import.meta.url);

/** With `CAMPUS_BLESS=1`, the test writes the file instead. */
test("schema.d.ts is what the OpenAPI document says", async () => {
  const document = execFileSync(CAMPUS, ["openapi"], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  // A request may leave out what has a default.
  const types = COMMENT_HEADER + astToString(await openapiTS(document, { defaultNonNullable: false }));
  if (process.env.CAMPUS_BLESS === "1") {
    await writeFile(SCHEMA, types);
  }
  assert.ok((await readFile(SCHEMA, "utf8")) === types, "web/api/schema.d.ts is out of date: run CAMPUS_BLESS=1 cargo xtask web");
});
