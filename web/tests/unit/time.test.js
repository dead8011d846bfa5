// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { relativeTime, seoulNow } from "../../app/src/lib/time.js";

const NOW = new Date("2026-11-28T03:00:00Z");

/** @param {number} minutes */
const ago = (minutes) => relativeTime(new Date(NOW.getTime() - minutes * 60_000).toISOString(), NOW);

test("times are told by how long ago they were, then by their date in Seoul", () => {
  // Without loaded texts, a text is its key.
  assert.equal(ago(0), "common.just_now");
  assert.equal(ago(-3), "common.just_now");
  assert.equal(ago(3), "common.minutes_ago");
  assert.equal(ago(11 * 60), "common.hours_ago");
  assert.equal(ago(12 * 60 + 1), "11/27");
  assert.equal(relativeTime("2025-12-31T16:00:00Z", NOW), "01/01");
  assert.equal(relativeTime("2025-12-31T14:00:00Z", NOW), "25/12/31");
});

test("the weekday and the clock are those of Seoul", () => {
  assert.deepEqual(seoulNow(new Date("2026-11-28T15:30:00Z")), { day: "sun", minutes: 30 });
  assert.deepEqual(seoulNow(new Date("2026-11-30T00:05:00Z")), { day: "mon", minutes: 545 });
});
