// @ts-check
import { adminClient, findCase } from "./admin.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("campus-api").Client} Client */
/** @typedef {import("./fixtures.js").Student} Student */
/** @typedef {Awaited<ReturnType<typeof prepare>>} Ids */

/**
 * A form that creates something, and how to use it.
 *
 * @typedef {object} WritingForm
 * @property {string} name
 * @property {string} path The path of the screen, with `:names` for what `prepare` returns.
 * @property {string} request The path of the request in the API, as a pattern.
 * @property {string[]} fields The labels of the text fields.
 * @property {string} button
 * @property {(api: Client, ids: Ids) => Promise<unknown[]>} sent What the student has created by the form.
 * @property {boolean} [hasNoDraft] Whether a reload forgets the text.
 * @property {boolean} [isOnce] Whether the form is gone for good when it was sent.
 * @property {boolean} [isUnseen] Whether the student does not see what was sent.
 * @property {(api: Client, other: Student, board: string) => Promise<{ removed: string, removedCase: string }>} [prepare] What else the form needs.
 * @property {(text: string, ids: Ids) => string} [write] Makes the text fit.
 * @property {(page: Page) => Promise<void>} [open] What to do on the screen to see the form.
 * @property {(page: Page) => Promise<void>} [choose] What to fill in besides the text fields.
 */

/** What a form needs: ids for the `:names` in its path. @param {Client} api @param {Student} other @param {WritingForm} form */
export async function prepare(api, other, form) {
  const name = `폼 ${other.loginId}`;
  const board = await api.post("/boards", { body: { category: "일반", name } });
  const question = { title: `질문 ${other.loginId}`, content: "학식 메뉴가 뭔가요?", is_anonymous: true };
  const post = await other.api.post("/boards/{id}/posts", { path: { id: board.id }, body: question });
  const thread = await api.post("/messages", { body: { post_id: post.id, content: "안녕하세요." } });
  const timetable = await api.post("/timetables", { body: { semester: "2026-2", name: "이번 학기" } });
  const { items } = await api.get("/lectures", { query: { semester: "2026-2", limit: 1 } });
  const lecture = items[0]?.id ?? "";
  await api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id: lecture } });
  const more = (await form.prepare?.(api, other, board.id)) ?? { removed: "", removedCase: "" };
  return { board: board.id, post: post.id, title: question.title, thread: thread.id, timetable: timetable.id, lecture, otherLoginId: other.loginId, ...more };
}

/** A post of the student that an admin has removed. @param {Client} api @param {Student} other @param {string} board */
async function removePost(api, other, board) {
  const body = { title: `삭제할 글 ${other.loginId}`, content: "규칙에 어긋나는 글이에요.", is_anonymous: true };
  const post = await api.post("/boards/{id}/posts", { path: { id: board }, body });
  await other.api.post("/reports", { body: { post_id: post.id, reason: "spam" } });
  const removedCase = (await findCase(body.title))?.id ?? "";
  await (await adminClient()).post("/moderation/cases/{id}/decision", { path: { id: removedCase }, body: { verdict: "remove", sanction: "none" } });
  return { removed: post.id, removedCase };
}

/** The case of the student's removed post. @param {Ids} ids */
async function caseOfRemoved({ removedCase: id }) {
  return (await adminClient()).get("/moderation/cases/{id}", { path: { id } });
}

/** The reports of the post of another student. @param {Ids} ids */
async function reports({ title }) {
  const found = await findCase(title);
  return found ? (await (await adminClient()).get("/moderation/cases/{id}", { path: { id: found.id } })).reports : [];
}

/** @param {Client} api @param {Ids} ids */
async function messages(api, ids) {
  const { items } = await api.get("/messages/{thread_id}", { path: { thread_id: ids.thread } });
  // The first two are the notice of the thread, and the message that `prepare` has sent.
  return items.slice(0, -2);
}

/** @type {WritingForm[]} */
export const forms = [
  {
    name: "board",
    path: "/boards/new",
    request: "/boards",
    fields: ["이름", "분류"],
    button: "만들기",
    // The name of a board is unique within the school.
    write: (text, ids) => `${text} ${ids.board.slice(-6)}`,
    sent: async (api, ids) => (await api.get("/boards", { query: { limit: 50 } })).items.filter(({ id, can_manage }) => can_manage && id !== ids.board),
  },
  {
    name: "post",
    path: "/boards/:board/write",
    request: "/boards/*/posts",
    fields: ["제목", "내용"],
    button: "등록",
    sent: async (api, ids) => (await api.get("/boards/{id}/posts", { path: { id: ids.board } })).items.filter(({ is_mine }) => is_mine),
  },
  {
    name: "comment",
    path: "/posts/:post",
    request: "/posts/*/comments",
    fields: ["댓글"],
    button: "댓글 등록",
    sent: async (api, ids) => (await api.get("/posts/{id}/comments", { path: { id: ids.post } })).items,
  },
  { name: "message", path: "/messages/:thread", request: "/messages/*", fields: ["쪽지"], button: "보내기", sent: messages },
  {
    name: "message to an author",
    path: "/posts/:post",
    request: "/messages",
    fields: ["쪽지"],
    button: "보내기",
    sent: messages,
    async open(page) {
      await page.getByRole("button", { name: "글 메뉴" }).click();
      await page.getByRole("menuitem", { name: "쪽지 보내기" }).click();
    },
  },
  {
    name: "entry",
    path: "/timetable/:timetable/custom",
    request: "/timetables/*/entries",
    fields: ["제목"],
    button: "추가하기",
    sent: async (api, ids) => (await api.get("/timetables/{id}", { path: { id: ids.timetable } })).entries.slice(1),
  },
  {
    name: "review",
    path: "/lectures/:lecture/review",
    request: "/lectures/*/reviews",
    fields: ["강의평"],
    button: "올리기",
    write: (text) => text.padEnd(20, "!"),
    choose: (page) => page.getByRole("radio", { name: /^4점/ }).check(),
    sent: async (api, ids) => (await api.get("/lectures/{id}/reviews", { path: { id: ids.lecture } })).items.filter(({ is_mine }) => is_mine),
  },
  {
    name: "friend request",
    path: "/friends",
    request: "/friends/requests",
    fields: ["친구의 아이디"],
    button: "요청 보내기",
    hasNoDraft: true,
    isUnseen: true,
    write: (_, ids) => ids.otherLoginId,
    sent: async (api) => (await api.get("/friends/requests", { query: { direction: "out" } })).items,
  },
  {
    name: "report",
    path: "/posts/:post",
    request: "/reports",
    fields: ["자세한 설명"],
    button: "신고",
    hasNoDraft: true,
    isUnseen: true,
    sent: (_, ids) => reports(ids),
    async open(page) {
      await page.getByRole("button", { name: "글 메뉴" }).click();
      await page.getByRole("menuitem", { name: "신고" }).click();
      await page.getByRole("radio", { name: "그 밖의 이유" }).check();
    },
  },
  {
    name: "appeal",
    path: "/posts/:removed",
    request: "/appeals",
    fields: ["이의 내용"],
    button: "이의 제기",
    isOnce: true,
    isUnseen: true,
    prepare: removePost,
    sent: async (_, ids) => [(await caseOfRemoved(ids)).appeal].filter(Boolean),
    open: (page) => page.getByRole("main").getByRole("button", { name: "이의 제기" }).click(),
  },
];

/** The path of the form's screen. @param {WritingForm} form @param {Ids} ids */
export const pathOf = (form, ids) => form.path.replace(/:(\w+)/g, (_, name) => /** @type {any} */ (ids)[name]);

/** @param {WritingForm} form @param {Ids} ids @param {string} text */
export const textFor = (form, ids, text) => form.write?.(text, ids) ?? text;

/** Opens the form and fills its fields. @param {Page} page @param {WritingForm} form @param {Ids} ids @param {string} text */
export async function fillIn(page, form, ids, text) {
  await page.goto(pathOf(form, ids));
  await form.open?.(page);
  for (const field of form.fields) {
    await fieldOf(page, field).fill(textFor(form, ids, text));
  }
  await form.choose?.(page);
}

/** @param {Page} page @param {string} label */
export const fieldOf = (page, label) => page.getByRole("textbox", { name: label, exact: true });

/** The last button of the name: the one before it can open the dialog with the form. @param {Page} page @param {WritingForm} form */
export const buttonOf = (page, form) => page.getByRole("button", { name: form.button, exact: true }).last();

/** The requests of the form that the page sends from now on. @param {Page} page @param {WritingForm} form */
export function recordRequests(page, form) {
  /** @type {import("@playwright/test").Request[]} */
  const requests = [];
  const pattern = new RegExp(`/api${form.request.replace(/\*/g, "[^/]+")}$`);
  page.on("request", (request) => {
    if (request.method() === "POST" && pattern.test(new URL(request.url()).pathname)) {
      requests.push(request);
    }
  });
  return requests;
}

/**
 * Answers the first POST of the form in another way than the service.
 * @param {Page} page
 * @param {WritingForm} form
 * @param {(route: import("@playwright/test").Route) => Promise<void>} answer
 */
export async function interceptOnce(page, form, answer) {
  let isFirst = true;
  await page.route(`**/api${form.request}`, async (route) => {
    if (isFirst && route.request().method() === "POST") {
      isFirst = false;
      await answer(route);
    } else {
      await route.fallback();
    }
  });
}

/** A problem as the service sends it. @param {number} status @param {string} code */
export function problem(status, code) {
  const body = { type: `urn:campus:problem:${code}`, title: code, status, detail: code, code, request_id: "r" };
  return { status, contentType: "application/problem+json", body: JSON.stringify(body) };
}
