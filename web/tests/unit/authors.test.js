// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { switchLanguage } from "../../app/src/i18n/index.js";
import { authorName } from "../../app/src/lib/authors.js";

/** The names that the service gives to authors. @type {import("campus-api").Schema<"Author">[]} */
const AUTHORS = [
  { kind: "anonymous", name: "익명" },
  { kind: "anonymous", name: "익명12" },
  { kind: "anonymous", name: "익명(글쓴이)" },
  { kind: "withdrawn", name: "(알수없음)" },
  { kind: "user", name: "마루7" },
];

test("authors have names in the user's language", async () => {
  await switchLanguage("ko");
  assert.deepEqual(AUTHORS.map(authorName), AUTHORS.map(({ name }) => name));
  await switchLanguage("en");
  assert.deepEqual(AUTHORS.map(authorName), ["Anonymous", "Anonymous 12", "Anonymous (author)", "(unknown)", "마루7"]);
});
