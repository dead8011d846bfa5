// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeIn } from "../../app/src/screens/account/rules.js";

test("a code is found in what is typed or pasted", () => {
  for (const text of ["123456", " 123 456\n", "123-456", "１２３４５６", "코드: 123456", "12345678"]) {
    assert.equal(codeIn(text), "123456");
  }
  assert.equal(codeIn("12a"), "12");
  assert.equal(codeIn(""), "");
});
