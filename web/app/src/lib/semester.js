// @ts-check
/** Semesters, such as `2026-1`, `2026-summer`, `2026-2` and `2026-winter`. */

/** @typedef {"1" | "summer" | "2" | "winter"} Term */

/** @type {readonly Term[]} */
export const TERMS = ["1", "summer", "2", "winter"];

/**
 * The year and term of a semester, or null if the text is not a semester.
 * @param {string} semester
 * @returns {{ year: number, term: Term } | null}
 */
export function parseSemester(semester) {
  const match = /^(20\d{2})-(1|summer|2|winter)$/.exec(semester);
  return match ? { year: Number(match[1]), term: /** @type {Term} */ (match[2]) } : null;
}

/**
 * The semester that an address names, or null if it names none.
 * @param {URLSearchParams} query
 */
export function semesterIn(query) {
  const semester = query.get("semester") ?? "";
  return parseSemester(semester) ? semester : null;
}

/**
 * Orders semesters from the earliest to the latest.
 * @param {string} a
 * @param {string} b
 */
export function compareSemesters(a, b) {
  return position(a) - position(b);
}

/** @param {string} semester */
function position(semester) {
  const parsed = parseSemester(semester);
  return parsed ? parsed.year * TERMS.length + TERMS.indexOf(parsed.term) : -1;
}

/** @param {number} index */
function semesterAt(index) {
  return `${Math.floor(index / TERMS.length)}-${TERMS[index % TERMS.length]}`;
}

/**
 * The semester of a date: March to June is the first, July and August summer, September to December the second, and
 * January and February the winter of the year before.
 * @param {Date} [day]
 */
export function currentSemester(day = new Date()) {
  const [year, month] = day.toLocaleDateString("en-CA", { timeZone: "Asia/Seoul" }).split("-").map(Number);
  if (month <= 2) return `${year - 1}-winter`;
  if (month <= 6) return `${year}-1`;
  return month <= 8 ? `${year}-summer` : `${year}-2`;
}

/**
 * The semesters to choose from, latest first: those in use, a year back from the current one, and the next two.
 * @param {Date} day
 * @param {string[]} [used]
 */
export function semesterChoices(day, used = []) {
  const current = position(currentSemester(day));
  const near = [2, 1, 0, -1, -2, -3, -4].map((step) => semesterAt(current + step));
  return [...new Set([...near, ...used])].sort((a, b) => compareSemesters(b, a));
}

/**
 * The semesters since the first one of a year, latest first, up to the next but one.
 * @param {number} year
 * @param {Date} day
 */
export function semestersSince(year, day) {
  const last = position(currentSemester(day)) + 2;
  const first = Math.min(position(`${year}-1`), last);
  return Array.from({ length: last - first + 1 }, (_, step) => semesterAt(last - step));
}

/**
 * The semester to show first: the current one if it is in use, otherwise the latest in use, otherwise the current one.
 * @param {Date} day
 * @param {string[]} used
 */
export function firstSemester(day, used) {
  const current = currentSemester(day);
  if (used.length === 0 || used.includes(current)) return current;
  return [...used].sort((a, b) => compareSemesters(b, a))[0] ?? current;
}
