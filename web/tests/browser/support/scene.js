// @ts-check
import { createClient } from "../../../api/client.js";
import { appUrl, newStudent, verify } from "./accounts.js";
import { findCase } from "./admin.js";
import { requestTakedown } from "./takedowns.js";

const SEMESTER = "2026-2";

/** A student who has something on every screen. @param {string} schoolId */
export async function createScene(schoolId) {
  const [me, other] = await Promise.all([newClient(schoolId), newClient(schoolId)]);
  const name = me.student.nickname;
  const board = await me.api.post("/boards", { body: { category: "일반", name: `게시판 ${name}`, description: "우리 학과 이야기를 나누는 곳입니다." } });
  await me.api.put("/boards/{id}/pin", { path: { id: board.id } });
  const post = await writePosts(me.api, other.api, board.id);
  const thread = await other.api.post("/messages", { body: { post_id: post.id, content: "중간고사 범위가 어디까지인가요?" } });
  await me.api.post("/messages/{thread_id}", { path: { thread_id: thread.id }, body: { content: "3장까지예요." } });
  const friend = await makeFriends(me, other);
  const { lecture, share, timetable, club } = await takeLectures(me.api);
  const theirs = await takeLectures(other.api, "school");
  await enterGrades(me.api);
  await avoid(me.api, (await newClient(schoolId)).api, board.id);
  const found = await reportPost(other.api, post.id);
  const takedown = await requestTakedown(`/posts/${post.id}`, "제가 만든 자료를 허락 없이 올렸어요.");
  const paths = {
    "/boards/:id": `/boards/${board.id}`,
    "/boards/:id/write": `/boards/${board.id}/write`,
    "/boards/:id/settings": `/boards/${board.id}/settings`,
    "/posts/:id": `/posts/${post.id}`,
    "/posts/:id/edit": `/posts/${post.id}/edit`,
    "/moderation/cases/:id": `/moderation/cases/${found.id}`,
    "/moderation/takedowns/:id": `/moderation/takedowns/${takedown}`,
    "/messages/:id": `/messages/${thread.id}`,
    "/timetable/:id": `/timetable/${theirs.timetable.id}`,
    "/timetable/:id/add": `/timetable/${timetable.id}/add`,
    "/timetable/:id/custom": `/timetable/${timetable.id}/custom`,
    "/timetable/:id/entries/:entry": `/timetable/${timetable.id}/entries/${club.id}`,
    "/lectures/:id": `/lectures/${lecture.id}`,
    "/lectures/:id/review": `/lectures/${lecture.id}/review`,
    "/lectures/:id/exam-info": `/lectures/${lecture.id}/exam-info`,
    "/friends/:id/timetable": `/friends/${friend.id}/timetable`,
    "/shared": `/shared#${share.token}`,
    "/policies/:kind": "/policies/terms",
    "/grades/:semester": `/grades/${SEMESTER}`,
  };
  return { loginId: me.student.login_id, password: me.student.password, paths };
}

/** @param {string} schoolId */
async function newClient(schoolId) {
  const api = createClient({ baseUrl: `${appUrl()}/api` });
  const student = newStudent(schoolId);
  await api.session.signUp(student);
  await verify(api, student.email);
  return { api, student };
}

/** @typedef {import("campus-api").Client} Client */

/** Two posts with comments, likes and scraps. Returns the first. @param {Client} me @param {Client} other @param {string} board */
async function writePosts(me, other, board) {
  const path = { id: board };
  const post = await me.post("/boards/{id}/posts", { path, body: { title: "중간고사 범위 정리", content: "1장부터 3장까지입니다.\nhttps://example.com/notes", is_anonymous: false } });
  const theirs = await other.post("/boards/{id}/posts", { path, body: { title: "스터디원 구해요", content: "매주 수요일 저녁입니다.", is_anonymous: true, is_question: true } });
  const comment = await other.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "감사합니다!", is_anonymous: true } });
  await me.post("/posts/{id}/comments", { path: { id: post.id }, body: { content: "도움이 됐다니 다행이에요.", is_anonymous: false, parent_id: comment.id } });
  await me.post("/posts/{id}/comments", { path: { id: theirs.id }, body: { content: "저도 하고 싶어요.", is_anonymous: true } });
  await other.post("/posts/{id}/like", { path: { id: post.id } });
  await me.put("/posts/{id}/scrap", { path: { id: theirs.id } });
  return post;
}

/** The student blocks a stranger, and hides a post of theirs. @param {Client} me @param {Client} stranger @param {string} board */
async function avoid(me, stranger, board) {
  const path = { id: board };
  const named = await stranger.post("/boards/{id}/posts", { path, body: { title: "광고입니다", content: "싸게 팝니다.", is_anonymous: false } });
  const anonymous = await stranger.post("/boards/{id}/posts", { path, body: { title: "보기 싫은 글", content: "내용입니다.", is_anonymous: true } });
  await me.post("/blocks", { body: { post_id: named.id } });
  await me.put("/posts/{id}/hide", { path: { id: anonymous.id } });
}

/** Reports a post. Returns the case. @param {Client} reporter @param {string} post */
async function reportPost(reporter, post) {
  await reporter.post("/reports", { body: { post_id: post, reason: "other", detail: "시험 문제를 그대로 옮긴 것 같아요." } });
  const found = await findCase("중간고사 범위 정리");
  if (!found) {
    throw new Error("the report is not in the queue");
  }
  return found;
}

/** @param {Awaited<ReturnType<typeof newClient>>} me @param {Awaited<ReturnType<typeof newClient>>} other */
async function makeFriends(me, other) {
  const request = await me.api.post("/friends/requests", { body: { login_id: other.student.login_id } });
  await other.api.post("/friends/requests/{id}/accept", { path: { id: request.id } });
  const { items } = await me.api.get("/friends");
  if (!items[0]) {
    throw new Error("the accepted friend is not in the list");
  }
  return items[0];
}

/** Two semesters, so that there is something to draw. @param {Client} api */
async function enterGrades(api) {
  for (const [semester, grade] of /** @type {const} */ ([["2026-1", "B+"], [SEMESTER, "A0"]])) {
    const courses = ["자료구조", "대학 글쓰기"].map((title, index) => ({ title, credit: 2.5, grade, is_major: index === 0, is_retake: index === 0 }));
    await api.put("/grades/{semester}", { path: { semester }, body: { courses } });
  }
  await api.patch("/grades", { body: { goal_credits: 130 } });
}

/**
 * A shared timetable with a lecture that has a review, and an entry of the student's own.
 * @param {Client} api
 * @param {"friends" | "school"} [visibility]
 */
async function takeLectures(api, visibility = "friends") {
  const { items } = await api.get("/lectures", { query: { semester: SEMESTER, limit: 1 } });
  const lecture = items[0];
  if (!lecture) {
    throw new Error("the demo data has no lecture");
  }
  const timetable = await api.post("/timetables", { body: { semester: SEMESTER, name: "이번 학기" } });
  const path = { id: timetable.id };
  await api.patch("/timetables/{id}", { path, body: { visibility } });
  await api.post("/timetables/{id}/entries", { path, body: { lecture_id: lecture.id } });
  const club = await api.post("/timetables/{id}/entries", { path, body: { title: "동아리", slots: [{ day: "sun", start: "18:00", end: "20:00", place: "학생회관" }] } });
  const share = await api.post("/timetables/{id}/share", { path });
  await api.post("/lectures/{id}/reviews", {
    path: { id: lecture.id },
    body: { rating: 4, content: "과제가 많지만 배우는 것도 많은 수업입니다.", semester: SEMESTER },
  });
  return { lecture, share, timetable, club };
}
