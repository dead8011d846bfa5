// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { switchLanguage } from "../../app/src/i18n/index.js";
import { loadTexts } from "../../app/src/i18n/index.js";
import { actorName, KINDS, pathOf, titleOf } from "../../app/src/lib/notification.js";

/** @param {object} parts @returns {any} */
const notification = (parts) => ({ id: "n", count: 1, created_at: "2026-11-28T00:00:00Z", is_read: false, ...parts });

test("a notification leads to what it is about", () => {
  const paths = [
    [{ kind: "comment", post_id: "p", comment_id: "c" }, "/posts/p?comment=c"],
    [{ kind: "reply", post_id: "p", comment_id: "c" }, "/posts/p?comment=c"],
    [{ kind: "message", thread_id: "t", post_id: "p" }, "/messages/t"],
    [{ kind: "hot", post_id: "p" }, "/posts/p"],
    [{ kind: "friend_request" }, "/friends"],
    [{ kind: "friend_accepted" }, "/friends"],
    [{ kind: "moderation", post_id: "p" }, "/posts/p"],
    [{ kind: "moderation" }, "/me"],
    [{ kind: "lecture", lecture_id: "l" }, "/lectures/l"],
    [{ kind: "lecture" }, "/timetable"],
  ];
  for (const [parts, path] of paths) assert.equal(pathOf(notification(/** @type {object} */ (parts))), path);
});

test("each kind has a title, also one that a later version adds", async () => {
  await switchLanguage("ko");
  await loadTexts(["notifications"]);
  for (const kind of KINDS) assert.doesNotMatch(titleOf(notification({ kind })), /notifications\.|undefined/);
  assert.equal(titleOf(notification({ kind: "comment" })), "새 댓글");
  assert.equal(titleOf(notification({ kind: "comment", count: 3 })), "새 댓글 3개");
  assert.equal(titleOf(notification({ kind: "poll" })), "새 알림");
  const lecture = (/** @type {string[]} */ ...changes) => titleOf(notification({ kind: "lecture", changes }));
  assert.equal(lecture("time"), "강의 시간이 바뀌었어요");
  assert.equal(lecture("place"), "강의실이 바뀌었어요");
  assert.equal(lecture("time", "place"), "강의 시간과 강의실이 바뀌었어요");
  assert.equal(lecture("cancelled"), "강의가 폐강됐어요");
  assert.equal(lecture("withdrawn"), "강의가 학교 강의 목록에서 빠졌어요");
  assert.equal(lecture("moved"), "시간표의 강의가 바뀌었어요");
  assert.equal(lecture("listed", "time"), "강의가 다시 열려요");
  assert.equal(titleOf(notification({ kind: "moderation" })), "계정에 관한 안내가 있어요");
  assert.equal(titleOf(notification({ kind: "moderation", post_id: "p", comment_id: "c", state: "blinded" })), "내 댓글: 신고로 가려졌어요");
  assert.equal(titleOf(notification({ kind: "moderation", review_id: "r", state: "visible" })), "내 강의평: 다시 보여요");
});

test("names of those who are anonymous are in the user's language, and no others", async () => {
  await switchLanguage("en");
  assert.deepEqual(["익명", "익명3", "익명(글쓴이)", "(알수없음)", "별빛", "익명이"].map(actorName), ["Anonymous", "Anonymous 3", "Anonymous (author)", "(unknown)", "별빛", "익명이"]);
});
