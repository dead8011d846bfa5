import common from "./common.js";
import home from "./home.js";
import boards from "./boards.js";
import posts from "./posts.js";
import timetable from "./timetable.js";
import lectures from "./lectures.js";
import verify from "./verify.js";
import policies from "./policies.js";

export default { common, home, boards, posts, timetable, lectures, verify, policies };
