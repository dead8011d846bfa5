// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressForUsers, match } from "../../app/src/router.js";
import { notFound, routes } from "../../app/src/routes.js";

const pathOf = (/** @type {string} */ path) => match(path).route.path;

test("a path leads to its screen, with or without a slash at the end", () => {
  assert.equal(pathOf("/"), "/");
  assert.equal(pathOf("/boards"), "/boards");
  assert.equal(pathOf("/boards/"), "/boards");
});

test("fixed paths go before parameters", () => {
  assert.equal(pathOf("/boards/new"), "/boards/new");
  assert.equal(pathOf("/boards/01a2"), "/boards/:id");
});

test("parameters are decoded, and broken ones are left as they are", () => {
  assert.deepEqual(match("/posts/a%2Fb").params, { id: "a/b" });
  assert.deepEqual(match("/posts/%E0%A4%A").params, { id: "%E0%A4%A" });
});

test("everything else is not found", () => {
  for (const path of ["/nothing", "/boards/a/b/c", "/Boards", "//evil.example"]) assert.equal(match(path).route, notFound, path);
});

test("each path has one screen", () => {
  assert.equal(new Set(routes.map(({ path }) => path)).size, routes.length);
});

test("a login leads only to screens of this app that users see", () => {
  const origin = "https://campus.example";
  assert.equal(addressForUsers("/posts/1?x=y#c", origin), `${origin}/posts/1?x=y#c`);
  for (const path of ["/signup", "/login?next=/login", "//evil.example", "/\t/evil.example", "/\\evil.example", "https://evil.example/", "//["]) {
    assert.equal(addressForUsers(path, origin), null, path);
  }
});
