/** The texts of the first load, and those that load with the screens that name them. For types and tests. */
import index from "./index.js";
import account from "./account.js";
import cases from "./cases.js";
import comments from "./comments.js";
import exams from "./exams.js";
import friends from "./friends.js";
import grades from "./grades.js";
import messages from "./messages.js";
import moderation from "./moderation.js";
import notifications from "./notifications.js";
import recovery from "./recovery.js";
import search from "./search.js";
import shared from "./shared.js";
import takedowns from "./takedowns.js";

export default { ...index, account, cases, comments, exams, friends, grades, messages, moderation, notifications, recovery, search, shared, takedowns };
