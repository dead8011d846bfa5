// @ts-check
/**
 * The week grid of a timetable: which days and hours it shows, where each block lies, and what clashes.
 *
 * Times are minutes after midnight. A slot includes its start and excludes its end, as in the API.
 */

/** @typedef {"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"} Day */
/** @typedef {{ day: Day, start: string, end: string, place?: string | null }} Slot */
/** @typedef {{ title: string, slots: Slot[], id?: string | null }} WithSlots */
/**
 * @template T
 * @typedef {object} Block
 * @property {T} entry
 * @property {Day} day
 * @property {number} start
 * @property {number} end
 * @property {string[]} places
 * @property {number} lane The block's position among those beside it, from 0.
 * @property {number} lanes How many blocks share the width of the day.
 */
/**
 * @template T
 * @typedef {{ entry: T, day: Day, start: number, end: number }} Clash
 */

/** @type {readonly Day[]} */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The hours that every grid shows, so that a short timetable still looks like a day. */
const CORE = { from: 9 * 60, to: 17 * 60 };

/**
 * The minutes after midnight of a time such as `09:30`. `24:00` is 1440.
 * @param {string} time
 */
export function minutes(time) {
  const [hours, rest] = time.split(":");
  return Number(hours) * 60 + Number(rest);
}

/**
 * The time of some minutes after midnight, such as `09:30`.
 * @param {number} total
 */
export function clock(total) {
  return `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}

/**
 * Whether two slots share any minute.
 * @param {Slot} a
 * @param {Slot} b
 */
export function overlaps(a, b) {
  return a.day === b.day && minutes(a.start) < minutes(b.end) && minutes(b.start) < minutes(a.end);
}

/**
 * The days of the grid: Monday to Friday, and the weekend as far as a slot uses it.
 * @param {WithSlots[]} entries
 * @returns {Day[]}
 */
export function shownDays(entries) {
  const used = new Set(entries.flatMap((entry) => entry.slots.map((slot) => slot.day)));
  if (used.has("sun")) return [...DAYS];
  return used.has("sat") ? DAYS.slice(0, 6) : DAYS.slice(0, 5);
}

/**
 * The whole hours that the grid spans: those of the entries, and at least 9 to 17.
 * @param {WithSlots[]} entries
 * @returns {{ from: number, to: number }}
 */
export function shownHours(entries) {
  const slots = entries.flatMap((entry) => entry.slots);
  const from = Math.min(CORE.from, ...slots.map((slot) => minutes(slot.start)));
  const to = Math.max(CORE.to, ...slots.map((slot) => minutes(slot.end)));
  return { from: Math.floor(from / 60) * 60, to: Math.ceil(to / 60) * 60 };
}

/**
 * The blocks of a week, ordered by day and time. Overlapping blocks share the width of the day. One time in two
 * rooms is one block.
 * @template {WithSlots} T
 * @param {T[]} entries
 * @returns {Block<T>[]}
 */
export function layOut(entries) {
  return DAYS.flatMap((day) => placeSideBySide(blocksOf(entries, day)));
}

/**
 * @template {WithSlots} T
 * @param {T[]} entries
 * @param {Day} day
 * @returns {Block<T>[]}
 */
function blocksOf(entries, day) {
  const blocks = entries.flatMap((entry) => {
    /** @type {Map<string, Block<T>>} */
    const byTime = new Map();
    for (const slot of entry.slots.filter((each) => each.day === day)) {
      const key = `${slot.start}-${slot.end}`;
      const block = byTime.get(key) ?? { entry, day, start: minutes(slot.start), end: minutes(slot.end), places: [], lane: 0, lanes: 1 };
      if (slot.place && !block.places.includes(slot.place)) block.places.push(slot.place);
      byTime.set(key, block);
    }
    return [...byTime.values()];
  });
  return blocks.sort((a, b) => a.start - b.start || b.end - a.end);
}

/**
 * Gives each block of a day the first free lane. Blocks that overlap, directly or through others, have equally wide lanes.
 * @template T
 * @param {Block<T>[]} blocks Ordered by start.
 */
function placeSideBySide(blocks) {
  /** @type {Block<T>[]} */
  let group = [];
  /** @type {number[]} */
  let laneEnds = [];
  const close = () => {
    for (const block of group) block.lanes = laneEnds.length;
    group = [];
    laneEnds = [];
  };
  for (const block of blocks) {
    if (laneEnds.every((end) => end <= block.start)) close();
    const free = laneEnds.findIndex((end) => end <= block.start);
    block.lane = free < 0 ? laneEnds.length : free;
    laneEnds[block.lane] = block.end;
    group.push(block);
  }
  close();
  return blocks;
}

/**
 * The times at which some slots overlap entries, ordered by day and time.
 * @template {WithSlots} T
 * @param {Slot[]} slots
 * @param {T[]} entries
 * @param {{ except?: string | null }} [options] `except` is the id of the entry that the slots replace.
 * @returns {Clash<T>[]}
 */
export function clashesOf(slots, entries, { except = null } = {}) {
  const clashes = entries
    .filter((entry) => except === null || entry.id !== except)
    .flatMap((entry) =>
      slots.flatMap((slot) => entry.slots.filter((taken) => overlaps(slot, taken)).map((taken) => commonTime(entry, slot, taken))),
    );
  // One time in two rooms clashes once.
  const isFirst = (/** @type {Clash<T>} */ clash, /** @type {number} */ index) =>
    clashes.findIndex((each) => each.entry === clash.entry && each.day === clash.day && each.start === clash.start && each.end === clash.end) === index;
  return clashes.filter(isFirst).sort((a, b) => DAYS.indexOf(a.day) - DAYS.indexOf(b.day) || a.start - b.start);
}

/**
 * The first hour from Monday to Friday, 9 to 18, in which there is nothing. If there is none, Monday at 9.
 * @param {WithSlots[]} entries
 * @returns {{ day: Day, start: string, end: string }}
 */
export function freeHour(entries) {
  const hours = DAYS.slice(0, 5).flatMap((day) =>
    Array.from({ length: 9 }, (_, hour) => ({ day, start: clock((9 + hour) * 60), end: clock((10 + hour) * 60) })),
  );
  return hours.find((hour) => clashesOf([hour], entries).length === 0) ?? hours[0];
}

/**
 * @template T
 * @param {T} entry
 * @param {Slot} a
 * @param {Slot} b
 * @returns {Clash<T>}
 */
function commonTime(entry, a, b) {
  return {
    entry,
    day: a.day,
    start: Math.max(minutes(a.start), minutes(b.start)),
    end: Math.min(minutes(a.end), minutes(b.end)),
  };
}

/**
 * The indices of the slots that overlap an earlier one. The API refuses such custom entries.
 * @param {Slot[]} slots
 * @returns {number[]}
 */
export function overlappingSlots(slots) {
  return slots.flatMap((slot, index) => (slots.slice(0, index).some((other) => overlaps(slot, other)) ? [index] : []));
}

/**
 * Slots for reading: those with the same times are one line with several days.
 * @param {Slot[]} slots
 * @returns {{ days: Day[], start: string, end: string, places: string[] }[]}
 */
export function groupTimes(slots) {
  /** @type {Map<string, { days: Day[], start: string, end: string, places: string[] }>} */
  const groups = new Map();
  for (const slot of inWeekOrder(slots)) {
    const key = `${slot.start}-${slot.end}`;
    const group = groups.get(key) ?? { days: [], start: slot.start, end: slot.end, places: [] };
    if (!group.days.includes(slot.day)) group.days.push(slot.day);
    if (slot.place && !group.places.includes(slot.place)) group.places.push(slot.place);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * @param {Slot[]} slots
 * @returns {Slot[]}
 */
function inWeekOrder(slots) {
  return [...slots].sort((a, b) => DAYS.indexOf(a.day) - DAYS.indexOf(b.day) || minutes(a.start) - minutes(b.start));
}

/**
 * The sum of the credits. Half credits stay exact.
 * @param {{ credit: number }[]} entries
 */
export function sumCredits(entries) {
  return entries.reduce((sum, entry) => sum + entry.credit, 0);
}
