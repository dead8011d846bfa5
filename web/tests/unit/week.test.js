// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { clashesOf, clock, freeHour, groupTimes, layOut, minutes, overlappingSlots, overlaps, shownDays, shownHours, sumCredits } from "../../app/src/lib/week.js";

/**
 * @param {import("../../app/src/lib/week.js").Day} day
 * @param {string} start
 * @param {string} end
 * @param {string | null} [place]
 */
const slot = (day, start, end, place = null) => ({ day, start, end, place });

/**
 * @param {string} title
 * @param {ReturnType<typeof slot>[]} slots
 */
const entry = (title, ...slots) => ({ id: title, title, slots });

test("times become minutes and back, with 24:00 as the end of the day", () => {
  assert.equal(minutes("09:05"), 545);
  assert.equal(minutes("24:00"), 1440);
  assert.equal(clock(545), "09:05");
  assert.equal(clock(1440), "24:00");
});

test("a slot that starts when another one ends does not overlap it", () => {
  assert.equal(overlaps(slot("mon", "09:00", "10:00"), slot("mon", "10:00", "11:00")), false);
  assert.equal(overlaps(slot("mon", "09:00", "10:01"), slot("mon", "10:00", "11:00")), true);
  assert.equal(overlaps(slot("mon", "09:00", "12:00"), slot("tue", "09:00", "12:00")), false);
});

test("the weekend is shown only as far as it is used", () => {
  assert.deepEqual(shownDays([]), ["mon", "tue", "wed", "thu", "fri"]);
  assert.equal(shownDays([entry("a", slot("sat", "09:00", "10:00"))]).length, 6);
  assert.equal(shownDays([entry("a", slot("sun", "09:00", "10:00"))]).length, 7);
});

test("the hours are whole, include the core of the day, and grow to the entries", () => {
  assert.deepEqual(shownHours([]), { from: 540, to: 1020 });
  assert.deepEqual(shownHours([entry("a", slot("mon", "11:00", "12:00"))]), { from: 540, to: 1020 });
  assert.deepEqual(shownHours([entry("a", slot("mon", "07:30", "08:00"), slot("tue", "20:00", "21:10"))]), { from: 420, to: 1320 });
  assert.deepEqual(shownHours([entry("a", slot("mon", "22:00", "24:00"))]), { from: 540, to: 1440 });
});

test("blocks are ordered by day and time, and alone on their width", () => {
  const blocks = layOut([entry("b", slot("tue", "09:00", "10:00"), slot("mon", "13:00", "14:00")), entry("a", slot("mon", "09:00", "10:00"))]);
  assert.deepEqual(
    blocks.map((block) => [block.entry.title, block.day, block.lane, block.lanes]),
    [["a", "mon", 0, 1], ["b", "mon", 0, 1], ["b", "tue", 0, 1]],
  );
});

test("entries that clash stand side by side, and a later block is wide again", () => {
  const blocks = layOut([
    entry("long", slot("mon", "09:00", "12:00")),
    entry("early", slot("mon", "09:30", "10:30")),
    entry("next", slot("mon", "10:30", "11:30")),
    entry("after", slot("mon", "12:00", "13:00")),
  ]);
  assert.deepEqual(
    blocks.map((block) => [block.entry.title, block.lane, block.lanes]),
    [["long", 0, 2], ["early", 1, 2], ["next", 1, 2], ["after", 0, 1]],
  );
});

test("one time in two rooms is one block with both rooms", () => {
  const blocks = layOut([entry("lab", slot("mon", "09:00", "11:00", "실험실 1"), slot("mon", "09:00", "11:00", "실험실 2"))]);
  assert.equal(blocks.length, 1);
  assert.deepEqual(blocks[0]?.places, ["실험실 1", "실험실 2"]);
});

test("a candidate is compared with every slot of every entry", () => {
  const entries = [entry("a", slot("mon", "09:00", "10:15"), slot("wed", "09:00", "10:15")), entry("b", slot("wed", "10:15", "12:00"))];
  const clashes = clashesOf([slot("wed", "10:00", "11:00"), slot("fri", "09:00", "10:00")], entries);
  assert.deepEqual(
    clashes.map((clash) => [clash.entry.title, clash.day, clock(clash.start), clock(clash.end)]),
    [["a", "wed", "10:00", "10:15"], ["b", "wed", "10:15", "11:00"]],
  );
});

test("a class in two rooms clashes once at a time", () => {
  const rooms = [slot("mon", "09:00", "11:00", "실험실 1"), slot("mon", "09:00", "11:00", "실험실 2")];
  const clashes = clashesOf(rooms, [entry("a", slot("mon", "10:00", "12:00", "101"), slot("mon", "10:00", "12:00", "102"))]);
  assert.deepEqual(clashes.map((clash) => [clash.entry.title, clock(clash.start), clock(clash.end)]), [["a", "10:00", "11:00"]]);
});

test("an entry that is edited does not clash with itself", () => {
  const entries = [entry("a", slot("mon", "09:00", "10:00"))];
  assert.equal(clashesOf([slot("mon", "09:00", "11:00")], entries, { except: "a" }).length, 0);
});

test("a lecture without times never clashes", () => {
  assert.deepEqual(clashesOf([], [entry("a", slot("mon", "09:00", "10:00"))]), []);
});

test("slots of one entry that overlap an earlier one are named", () => {
  assert.deepEqual(overlappingSlots([slot("mon", "09:00", "10:00"), slot("mon", "10:00", "11:00"), slot("mon", "10:30", "12:00")]), [2]);
});

test("slots with the same times read as one line", () => {
  assert.deepEqual(groupTimes([slot("wed", "13:30", "14:45", "101"), slot("mon", "13:30", "14:45", "101"), slot("fri", "09:00", "10:00")]), [
    { days: ["mon", "wed"], start: "13:30", end: "14:45", places: ["101"] },
    { days: ["fri"], start: "09:00", end: "10:00", places: [] },
  ]);
});

test("half credits add up", () => {
  assert.equal(sumCredits([{ credit: 0.5 }, { credit: 3 }, { credit: 1.5 }]), 5);
});

test("the first free hour is on a weekday between 9 and 18", () => {
  assert.deepEqual(freeHour([]), { day: "mon", start: "09:00", end: "10:00" });
  assert.deepEqual(freeHour([entry("a", slot("mon", "09:30", "11:00"))]), { day: "mon", start: "11:00", end: "12:00" });
  const monday = entry("a", slot("mon", "00:00", "17:01"));
  assert.deepEqual(freeHour([monday, entry("b", slot("tue", "10:00", "18:00"))]), { day: "tue", start: "09:00", end: "10:00" });
  const week = ["mon", "tue", "wed", "thu", "fri"].map((day) => slot(/** @type {"mon"} */ (day), "09:00", "18:00"));
  assert.deepEqual(freeHour([entry("all", ...week)]), { day: "mon", start: "09:00", end: "10:00" });
});
