// @ts-check
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { loadTexts, switchLanguage, t } from "../../app/src/i18n/index.js";
import { hiddenText } from "../../app/src/lib/hidden.js";
import { checkReport, REASONS, reasonText, reportTitle } from "../../app/src/lib/report.js";
import { activeRestrictions, barringRestriction } from "../../app/src/lib/restrictions.js";
import { decisionOf, isOverdue, reasonsText, verdictText } from "../../app/src/screens/moderation/cases.js";

before(async () => {
  await switchLanguage("ko");
  await loadTexts(["moderation", "cases"]);
});

test("texts that load later follow the language", async () => {
  assert.equal(t("moderation.report"), "신고");
  await switchLanguage("en");
  assert.equal(t("moderation.report"), "Report");
  await switchLanguage("ko");
  assert.equal(t("moderation.report"), "신고");
});

test("a place says how it was hidden", () => {
  const texts = /** @type {const} */ (["blinded", "removed", "restricted", "visible", null]).map(hiddenText);
  assert.equal(new Set(texts).size, 4);
  assert.equal(texts[3], texts[4]);
});

test("a report needs a reason, and another reason needs words", () => {
  const fields = (/** @type {string} */ reason, /** @type {string} */ detail) =>
    Object.entries(checkReport({ reason, detail })).flatMap(([name, text]) => (text ? [name] : []));
  assert.deepEqual(fields("", ""), ["reason"]);
  assert.deepEqual(fields("other", " \n"), ["detail"]);
  assert.deepEqual(fields("other", "거짓말이에요."), []);
  assert.deepEqual(fields("spam", ""), []);
});

test("every reason has a text of its own", () => {
  assert.equal(new Set(REASONS.map(reasonText)).size, REASONS.length);
});

test("a report names what it is about", () => {
  const subjects = [{ post_id: "p" }, { comment_id: "c" }, { thread_id: "t", message_id: "m" }, { review_id: "r" }, { exam_info_id: "e" }];
  assert.equal(new Set(subjects.map((subject) => reportTitle(/** @type {any} */ (subject)))).size, 5);
});

test("only a removal has a sanction, and a note of spaces is none", () => {
  assert.deepEqual(decisionOf({ verdict: "restore", reason: "spam", sanction: true, note: "  " }), { verdict: "restore", sanction: "none", note: null });
  assert.deepEqual(decisionOf({ verdict: "remove", reason: "", sanction: false, note: "" }), { verdict: "remove", reason: null, sanction: "none", note: null });
  assert.deepEqual(decisionOf({ verdict: "remove", reason: "illegal_media", sanction: true, note: " 욕설 " }), { verdict: "remove", reason: "illegal_media", sanction: "apply", note: "욕설" });
});

test("decisions differ in words", () => {
  const texts = [verdictText({ verdict: "restore", sanction: "none" }), verdictText({ verdict: "remove", sanction: "none" }), verdictText({ verdict: "remove", sanction: "apply" })];
  assert.equal(new Set(texts).size, 3);
});

test("an open case is overdue after 24 hours", () => {
  const at = new Date("2026-09-02T00:00:00Z");
  assert.equal(isOverdue({ state: "open", updated_at: "2026-09-01T00:00:00Z" }, at), false);
  assert.equal(isOverdue({ state: "open", updated_at: "2026-08-31T23:59:59Z" }, at), true);
  assert.equal(isOverdue({ state: "decided", updated_at: "2026-08-01T00:00:00Z" }, at), false);
});

test("the reasons of a case have counts", () => {
  assert.equal(reasonsText([{ reason: "abuse", count: 3 }, { reason: "spam", count: 1 }]), "욕설·괴롭힘 3 · 광고·도배 1");
});

test("restrictions that have ended do not count", () => {
  const at = new Date("2026-09-02T00:00:00Z");
  const ended = /** @type {const} */ ({ kind: "read_only", reason: "spam", until: "2026-09-02T00:00:00Z" });
  const running = { ...ended, until: "2026-09-02T00:00:01Z" };
  const warning = /** @type {const} */ ({ kind: "warning", reason: "abuse", until: "2026-09-03T00:00:00Z" });
  assert.deepEqual(activeRestrictions([ended, running, warning], at), [running, warning]);
  const suspended = /** @type {const} */ ({ kind: "suspended", reason: "abuse", until: null });
  assert.deepEqual(activeRestrictions([suspended, ended], at), [suspended]);
  assert.deepEqual(activeRestrictions(undefined, at), []);
});

test("the longest restriction that bars writing is shown", () => {
  const until = (/** @type {number} */ days) => new Date(Date.now() + days * 86_400_000).toISOString();
  const warning = /** @type {const} */ ({ kind: "warning", reason: "abuse", until: until(30) });
  const short = /** @type {const} */ ({ kind: "read_only", reason: "spam", until: until(3) });
  const long = { ...short, until: until(7) };
  const suspended = /** @type {const} */ ({ kind: "suspended", reason: "abuse", until: null });
  assert.equal(barringRestriction([warning]), undefined);
  assert.equal(barringRestriction([warning, short, long]), long);
  assert.equal(barringRestriction([warning, suspended, long]), suspended);
});
