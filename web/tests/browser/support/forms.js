// @ts-check

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("campus-api").Client} Client */

/**
 * A form that creates something, and how to use it.
 *
 * @typedef {object} WritingForm
 * @property {string} name
 * @property {string} path The path of the screen, for `prepare`'s result.
 * @property {string} request The path of the request in the API, as a pattern.
 * @property {string[]} fields The labels of the text fields.
 * @property {string} button
 * @property {boolean} [hasDraft] Whether a reload keeps the text.
 * @property {(page: Page) => Promise<void>} [open] What to do on the screen to see the form.
 * @property {(page: Page) => Promise<void>} [choose] What to fill in besides the text fields.
 */

/** What the forms need: ids for the `:names` in their paths. @param {Client} api @param {Client} other */
export async function prepare(api, other) {
  const name = `폼 ${Math.random().toString(36).slice(2, 10)}`;
  const board = await api.post("/boards", { body: { category: "일반", name } });
  const post = await other.post("/boards/{id}/posts", { path: { id: board.id }, body: { title: "질문 있어요", content: "학식 메뉴가 뭔가요?", is_anonymous: true } });
  const thread = await api.post("/messages", { body: { post_id: post.id, content: "안녕하세요." } });
  const timetable = await api.post("/timetables", { body: { semester: "2026-2", name } });
  const { items } = await api.get("/lectures", { query: { semester: "2026-2", limit: 1 } });
  const lecture = items[0]?.id ?? "";
  await api.post("/timetables/{id}/entries", { path: { id: timetable.id }, body: { lecture_id: lecture } });
  return { board: board.id, post: post.id, thread: thread.id, timetable: timetable.id, lecture };
}

/** @typedef {Awaited<ReturnType<typeof prepare>>} Ids */

/** @type {WritingForm[]} */
export const forms = [
  {
    name: "post",
    path: "/boards/:board/write",
    request: "/boards/*/posts",
    fields: ["제목", "내용"],
    button: "등록",
    hasDraft: true,
  },
  { name: "comment", path: "/posts/:post", request: "/posts/*/comments", fields: ["댓글"], button: "댓글 등록", hasDraft: true },
  { name: "message", path: "/messages/:thread", request: "/messages/*", fields: ["쪽지"], button: "보내기", hasDraft: true },
];

/** The path of the form's screen. @param {WritingForm} form @param {Ids} ids */
export const pathOf = (form, ids) => form.path.replace(/:(\w+)/g, (_, name) => /** @type {any} */ (ids)[name]);

/** Opens the form and fills its fields. @param {Page} page @param {WritingForm} form @param {Ids} ids @param {string} text */
export async function fillIn(page, form, ids, text) {
  await page.goto(pathOf(form, ids));
  await form.open?.(page);
  for (const field of form.fields) {
    await fieldOf(page, field).fill(text);
  }
  await form.choose?.(page);
}

/** @param {Page} page @param {string} label */
export const fieldOf = (page, label) => page.getByRole("textbox", { name: label, exact: true });

/** @param {Page} page @param {WritingForm} form */
export const buttonOf = (page, form) => page.getByRole("button", { name: form.button, exact: true });

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

/** What a form has sent so far, by all its requests that the service accepted. @param {Client} api @param {Ids} ids @param {string} name */
export async function countSent(api, ids, name) {
  const lists = {
    post: async () => (await api.get("/boards/{id}/posts", { path: { id: ids.board } })).items.filter((post) => post.is_mine),
    comment: async () => (await api.get("/posts/{id}/comments", { path: { id: ids.post } })).items,
    message: async () => (await api.get("/messages/{thread_id}", { path: { thread_id: ids.thread } })).items.slice(0, -2),
  };
  return (await lists[/** @type {keyof typeof lists} */ (name)]()).length;
}
