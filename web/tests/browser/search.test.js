// @ts-check
import { expect, expectAccessible, expectNoLayoutShift, screenshot, test } from "./support/fixtures.js";
import { problem } from "./support/forms.js";
import { painted } from "./support/scene_test.js";

/** @typedef {import("./support/fixtures.js").Student} Student */
/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {{ items: object[], next_cursor: string | null }} Answer */

/** @param {Page} page */
const field = (page) => page.getByRole("searchbox", { name: "제목과 내용에서 검색" });

/** @param {Page} page */
const results = (page) => page.getByRole("list", { name: "검색 결과" }).getByRole("listitem");

/** @param {Page} page @param {string} text */
async function search(page, text) {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** A hit as the service returns it. @param {string} id @param {string} title @param {string} [content] @param {object} [highlights] */
function hit(id, title, content = "내용입니다.", highlights = { title: [], content_preview: [] }) {
  const counts = { like_count: 3, comment_count: 2, scrap_count: 0 };
  const mine = { is_mine: false, liked: false, scrapped: false, hidden: false, muted: false };
  const author = { kind: "anonymous", name: "익명" };
  const more = { board_id: "b", author, is_question: false, media: [], state: "visible", moderation: null, edited_at: null, created_at: "2026-09-01T00:00:00.000Z" };
  return { id, title, content_preview: content, highlights, ...counts, ...mine, ...more };
}

/**
 * Answers searches. Returns the queries of those that were sent.
 * @param {Page} page
 * @param {(query: URLSearchParams) => Answer} answer
 */
async function answerSearches(page, answer) {
  /** @type {URLSearchParams[]} */
  const queries = [];
  await page.route(/\/api\/posts\/search\?/, async (route) => {
    const { searchParams } = new URL(route.request().url());
    queries.push(searchParams);
    await route.fulfill({ json: answer(searchParams) });
  });
  return queries;
}

/** @param {Student} student @param {string} name */
const newBoard = ({ api, loginId }, name) => api.post("/boards", { body: { category: "일반", name: `${name} ${loginId}` } });

test("what is found shows with its words highlighted, and going back keeps it", async ({ student }) => {
  const { page, api } = student;
  const board = await newBoard(student, "족보");
  const post = await api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title: "진짜 글", content: "내용", is_anonymous: true } });
  const long = `${"앞의 말 ".repeat(20)}족보는 여기 있어요.`;
  const queries = await answerSearches(page, () => ({
    items: [
      hit(post.id, "<b>중간고사</b> 족보 모음", long, { title: [{ start: 12, end: 14 }], content_preview: [{ start: 100, end: 102 }] }),
      ...Array.from({ length: 12 }, (_, index) => hit(`p${index}`, `${index}번째 글`)),
    ],
    next_cursor: null,
  }));
  await page.goto("/boards");
  await page.getByRole("link", { name: "글 검색" }).click();
  await expect(field(page)).toBeFocused();
  await expectAccessible(page, "the search before a search");
  await search(page, "족보");
  await expect(results(page)).toHaveCount(13);
  await expect(page).toHaveURL(`/search?q=${encodeURIComponent("족보")}`);
  await expect(page).toHaveTitle(/^‘족보’ 검색/);
  await expect(field(page), "the keyboard is put away").not.toBeFocused();
  // Texts of users are texts.
  await expect(results(page).first()).toContainText("<b>중간고사</b> 족보 모음");
  await expect(results(page).first().locator("b")).toHaveCount(0);
  await expect(results(page).first().locator("mark")).toHaveText(["족보", "족보"]);
  await expect(results(page).first().locator(".post-row-text")).toHaveText(/^…앞의 말 .*족보는 여기 있어요\.$/);
  await expectNoLayoutShift(page);

  await results(page).last().scrollIntoViewIfNeeded();
  await results(page).first().getByRole("link").scrollIntoViewIfNeeded();
  await page.mouse.wheel(0, 120);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(120);
  await results(page).first().getByRole("link").click();
  await expect(page.getByRole("heading", { name: "진짜 글", level: 2 })).toBeVisible();
  await page.goBack();
  await expect(results(page)).toHaveCount(13);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(120);
  await expect(field(page)).toHaveValue("족보");
  await page.reload();
  await expect(results(page)).toHaveCount(13);
  // Going back asks for what has changed.
  expect(queries.map(String)).toEqual(Array(3).fill(`query=${encodeURIComponent("족보")}`));
});

/** Searches until the index has caught up. @param {Page} page @param {string} address @param {number} count Of the posts to find. */
const found = (page, address, count) =>
  expect(async () => {
    await page.goto(address);
    await expect(results(page)).toHaveCount(count, { timeout: 2000 });
  }).toPass();

test("a post is found after it was written, and its words are highlighted after an emoji", async ({ student }) => {
  const { page } = student;
  const board = await newBoard(student, "이모지");
  await page.goto(`/boards/${board.id}/write`);
  await page.getByRole("textbox", { name: "제목", exact: true }).fill("🎒👩‍👩‍👧 자전거 Bike 팔아요");
  await page.getByRole("textbox", { name: "내용", exact: true }).fill("👋🏽 거의 새것인 자전거예요. 🚲BIKE🚲");
  await page.getByRole("button", { name: "등록", exact: true }).click();
  await expect(page).toHaveURL(/\/posts\//);
  await found(page, `/search?board=${board.id}&q=${encodeURIComponent("자전거 bike")}`, 1);
  const marks = (/** @type {string} */ part) => results(page).first().locator(`${part} mark`);
  await expect(marks(".post-row-title")).toHaveText(["자전거", "Bike"]);
  await expect(marks(".post-row-text")).toHaveText(["자전거", "BIKE"]);
  await expect(results(page).first()).toContainText("🎒👩‍👩‍👧 자전거 Bike 팔아요");
  await expectAccessible(page, "a real result");
  await results(page).first().getByRole("link").click();
  await expect(page.getByRole("heading", { name: "🎒👩‍👩‍👧 자전거 Bike 팔아요", level: 2 })).toBeVisible();
});

test("what is deleted, or written by a blocked author, is gone after going back", async ({ student, another }) => {
  const { page } = student;
  const author = await another();
  const board = await newBoard(student, "되돌아가기");
  const write = (/** @type {string} */ title, isAnonymous = false) =>
    author.api.post("/boards/{id}/posts", { path: { id: board.id }, body: { title: `망원경 ${title}`, content: "내용", is_anonymous: isAnonymous } });
  await write("하나");
  await write("둘");
  const deleted = await write("셋", true);
  await write("넷", true);
  await found(page, `/search?board=${board.id}&q=${encodeURIComponent("망원경")}`, 4);
  await results(page).getByRole("link", { name: /넷/ }).click();
  await expect(page.getByRole("heading", { name: "망원경 넷", level: 2 })).toBeVisible();
  await author.api.delete("/posts/{id}", { path: { id: deleted.id } });
  await page.goBack();
  await expect(results(page)).toHaveText([/넷/, /둘/, /하나/]);
  await results(page).getByRole("link", { name: /둘/ }).click();
  await page.getByRole("button", { name: "글 메뉴", exact: true }).click();
  await page.getByRole("menuitem", { name: "차단", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "차단" }).click();
  await expect(results(page)).toHaveText([/넷/]);
});

test("a search is for all boards, or for the board that the user comes from", async ({ student }) => {
  const { page, api } = student;
  const [board, pinned] = [await newBoard(student, "여기"), await newBoard(student, "고정")];
  await api.put("/boards/{id}/pin", { path: { id: pinned.id } });
  const queries = await answerSearches(page, (query) => ({ items: query.has("board_id") ? [] : [hit("p", "다른 게시판의 글")], next_cursor: null }));
  await page.goto(`/boards/${board.id}`);
  await page.getByRole("link", { name: "글 검색" }).click();
  const boards = page.getByRole("group", { name: "검색할 게시판" });
  await expect(boards.getByRole("button")).toHaveText(["모든 게시판", board.name, pinned.name]);
  await expect(boards.getByRole("button", { pressed: true })).toHaveText([board.name]);
  await search(page, "학식");
  await expect(page.getByText("찾는 글이 없어요")).toBeVisible();
  await expectAccessible(page, "no results");
  await screenshot(page, "search-none");
  await page.getByRole("button", { name: "모든 게시판에서 검색" }).click();
  await expect(results(page)).toHaveText([/다른 게시판의 글/]);
  await expect(boards.getByRole("button", { pressed: true })).toHaveText(["모든 게시판"]);
  await boards.getByRole("button", { name: pinned.name }).click();
  await expect(page.getByText("찾는 글이 없어요")).toBeVisible();
  await expect(page).toHaveURL(`/search?q=${encodeURIComponent("학식")}&board=${pinned.id}`);
  expect(queries.map((query) => query.get("board_id"))).toEqual([board.id, null, pinned.id]);
  await page.getByRole("button", { name: "뒤로" }).click();
  await expect(page).toHaveURL(`/boards/${board.id}`);
});

test("short and empty pages are followed, a few for each tap", async ({ student: { page }, guard }) => {
  guard.expect(/^429 GET \/api\/posts\/search/);
  /** The hits of each page, by cursor. */
  const pages = [[], [], [], [], ["하나"], ["둘", "셋"], ["넷"], []];
  let isLimited = false;
  await page.route(/\/api\/posts\/search\?/, async (route) => {
    if (isLimited) return route.fulfill(problem(429, "rate_limited"));
    const number = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const items = (pages[number] ?? []).map((title) => hit(title, title));
    return route.fulfill({ json: { items, next_cursor: number + 1 < pages.length ? `${number + 1}` : null } });
  });
  let requests = 0;
  page.on("request", (request) => (requests += Number(request.url().includes("/posts/search"))));
  await page.goto(`/search?q=${encodeURIComponent("드문 말")}`);
  await expect(page.getByText("아직 찾지 못했어요")).toBeVisible();
  expect(requests).toBe(3);
  await expectAccessible(page, "nothing found so far");
  await screenshot(page, "search-none-yet");
  const more = page.getByRole("button", { name: "더 찾아보기" });
  await more.click();
  await expect(results(page)).toHaveText([/하나/, /둘/, /셋/]);
  expect(requests).toBe(6);
  await expect(more).toBeEnabled();
  isLimited = true;
  await more.click();
  await expect(page.getByRole("alert")).toHaveText("rate_limited");
  isLimited = false;
  await more.click();
  await expect(results(page)).toHaveText([/하나/, /둘/, /셋/, /넷/]);
  await expect(more).toHaveCount(0);
  await expect(page.getByRole("alert")).toHaveCount(0);
  expect(requests).toBe(9);
});

test("nothing is sent for less than two characters, and nothing before Enter", async ({ student: { page } }) => {
  const queries = await answerSearches(page, () => ({ items: [], next_cursor: null }));
  await page.goto("/search");
  await search(page, "  가 ");
  await expect(field(page)).toHaveAccessibleDescription("띄어쓰기를 빼고 두 글자 이상 입력해 주세요.");
  await expect(field(page)).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page, "a short query");
  await screenshot(page, "search-short");
  await field(page).fill("가나다라");
  // Longer than the pause after which other searches start.
  await page.clock.install();
  await page.clock.runFor(2000);
  expect(queries).toHaveLength(0);
  await field(page).press("Enter");
  await expect(page.getByText("찾는 글이 없어요")).toBeVisible();
  await expect(field(page)).not.toHaveAttribute("aria-invalid");
  await page.goto(`/search?q=${"가".repeat(101)}`);
  await expect(field(page)).toHaveAccessibleDescription("100자까지 검색할 수 있어요.");
  expect(queries.map((query) => query.get("query"))).toEqual(["가나다라"]);
});

test("the last searches stay on this device until a logout", async ({ student: { page } }) => {
  const queries = await answerSearches(page, () => ({ items: [hit("p", "찾은 글")], next_cursor: null }));
  /** @type {string[]} */
  const sent = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  await page.goto("/search");
  for (const text of ["하나하나", "둘둘", "셋셋"]) {
    await search(page, text);
    await expect(results(page)).toHaveCount(1);
    await page.getByRole("button", { name: "지우기", exact: true }).click();
    await expect(field(page)).toBeFocused();
  }
  const recent = page.locator(".search-recent");
  await expect(recent).toHaveText(["셋셋", "둘둘", "하나하나"]);
  await expectAccessible(page, "recent searches");
  await screenshot(page, "search-recent");
  // With the keyboard: the focus stays among the searches.
  await page.getByRole("button", { name: "‘둘둘’ 지우기" }).press("Enter");
  await expect(page.getByRole("button", { name: "‘하나하나’ 지우기" })).toBeFocused();
  await page.reload();
  await expect(recent).toHaveText(["셋셋", "하나하나"]);
  await recent.getByRole("button", { name: "하나하나", exact: true }).click();
  await expect(results(page)).toHaveCount(1);
  await page.getByRole("button", { name: "지우기", exact: true }).click();
  await expect(recent).toHaveText(["하나하나", "셋셋"]);
  await page.getByRole("button", { name: "모두 지우기" }).click();
  await expect(page.getByText("최근 검색어가 없어요.")).toBeVisible();
  await page.getByRole("switch", { name: "최근 검색어 저장" }).uncheck();
  await search(page, "넷넷");
  await page.getByRole("button", { name: "지우기", exact: true }).click();
  await expect(page.getByText("최근 검색어를 저장하지 않아요.")).toBeVisible();
  await page.getByRole("switch", { name: "최근 검색어 저장" }).check();
  await search(page, "다섯다섯");
  await expect(results(page)).toHaveCount(1);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).toContain("다섯다섯");

  await page.goto("/me");
  await page.getByRole("button", { name: "로그아웃" }).click();
  await expect(page.getByRole("heading", { name: "로그인", level: 1 })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/하나하나|다섯다섯|recent-searches/);
  // Each search was sent once, as a search, and nothing else had it.
  expect(queries.map((query) => query.get("query"))).toEqual(["하나하나", "둘둘", "셋셋", "하나하나", "넷넷", "다섯다섯"]);
  expect(sent.filter((request) => /셋셋/.test(decodeURIComponent(request)))).toHaveLength(1);
});

test("a search without a network or beyond the limit says so, and can be tried again", async ({ student: { page, context }, guard }) => {
  guard.expect(/^net::ERR_INTERNET_DISCONNECTED/, /^429 GET \/api\/posts\/search/);
  await page.goto("/search");
  await expect(field(page)).toBeFocused();
  await context.setOffline(true);
  await search(page, "학식");
  await expect(page.getByText("인터넷에 연결되지 않았어요")).toBeVisible();
  await context.setOffline(false);
  await page.route(/\/api\/posts\/search\?/, (route) => route.fulfill(problem(429, "rate_limited")), { times: 1 });
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "rate_limited" })).toBeVisible();
  await answerSearches(page, () => ({ items: [hit("p", "찾은 글")], next_cursor: null }));
  await page.getByRole("button", { name: "다시 시도" }).click();
  await expect(results(page)).toHaveCount(1);
});

test("the keyboard is enough to search, to choose a board, and to open a post", async ({ student }) => {
  const { page } = student;
  const board = await newBoard(student, "키보드");
  await answerSearches(page, () => ({ items: [hit("p1", "첫째 글"), hit("p2", "둘째 글")], next_cursor: null }));
  await page.goto(`/search?board=${board.id}`);
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("학식");
  await page.keyboard.press("Enter");
  await expect(results(page)).toHaveCount(2);
  await expect(page.getByRole("button", { name: board.name })).toBeVisible();
  await field(page).focus();
  const focused = page.locator(":focus");
  for (const name of ["지우기", "모든 게시판", board.name]) {
    await page.keyboard.press("Tab");
    await expect(focused).toHaveAccessibleName(name);
  }
  await page.keyboard.press("Tab");
  await expect(focused).toHaveAttribute("href", "/posts/p1");
});

test("the search looks right on a phone and a desktop, light and dark, in both languages", async ({ student }) => {
  const { page } = student;
  const board = await newBoard(student, "보기");
  const content = "기출은 도서관 1층에 있어요. 작년 중간고사는 서술형 세 문제였고, 올해는 객관식이 더해진대요.";
  const items = ["중간고사 기출 정리", "운영체제 중간고사 어땠어요?", "교양 추천 부탁드려요"].map((title, index) => {
    const at = [title.indexOf("중간고사"), content.indexOf("중간고사")].map((start) => (start < 0 ? [] : [{ start, end: start + 4 }]));
    return hit(`p${index}`, title, content, { title: at[0], content_preview: at[1] });
  });
  await answerSearches(page, () => ({ items, next_cursor: "more" }));
  for (const language of ["ko", "en"]) {
    await page.addInitScript((language) => localStorage.setItem("campus.preferences", JSON.stringify({ theme: "system", language })), language);
    await page.goto(`/search?board=${board.id}&q=${encodeURIComponent("중간고사")}`);
    await expect(page.locator("mark")).toHaveCount(5);
    for (const [width, height] of [[360, 740], [1280, 800]]) {
      await page.setViewportSize({ width: width ?? 0, height: height ?? 0 });
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        await page.emulateMedia({ colorScheme });
        await painted(page);
        await expectAccessible(page, `${language}, ${width} px, ${colorScheme}`);
        await screenshot(page, `search-results-${language}-${width}-${colorScheme}`);
      }
    }
  }
});
