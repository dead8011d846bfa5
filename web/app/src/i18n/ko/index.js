import common from "./common.js";
import account from "./account.js";
import home from "./home.js";
import boards from "./boards.js";
import posts from "./posts.js";
import comments from "./comments.js";
import messages from "./messages.js";
import timetable from "./timetable.js";
import lectures from "./lectures.js";
import friends from "./friends.js";
import shared from "./shared.js";
import verify from "./verify.js";
import recovery from "./recovery.js";
import policies from "./policies.js";

export default { common, account, home, boards, posts, comments, messages, timetable, lectures, friends, shared, verify, recovery, policies };
