/** The texts of the first load, and those that load with the screens that name them. For types and tests. */
import index from "./index.js";
import exams from "./exams.js";
import grades from "./grades.js";
import moderation from "./moderation.js";
import cases from "./cases.js";
import notifications from "./notifications.js";
import search from "./search.js";
import takedowns from "./takedowns.js";

export default { ...index, exams, grades, moderation, cases, notifications, search, takedowns };
