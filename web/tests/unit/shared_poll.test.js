// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { pauseAfterAnswer, pauseAfterFailure, startPolling } from "../../app/src/lib/shared_poll.js";

/** @typedef {{ answer: number, isNews: boolean, interval: number }} Result */

/** Locks of which one tab at a time has each, as in a browser. */
function fakeLocks() {
  /** @type {Map<string, Promise<unknown>>} */
  const last = new Map();
  const request = async (/** @type {string} */ name, /** @type {any} */ { signal }, /** @type {() => Promise<unknown>} */ work) => {
    const before = last.get(name) ?? Promise.resolve();
    const run = before.then(() => (signal.aborted ? undefined : work()));
    last.set(name, run);
    return run;
  };
  return /** @type {any} */ ({ request });
}

/** @param {import("node:test").TestContext} t @param {{ locks?: any, ask?: (signal: AbortSignal) => Promise<Result> }} options */
function open(t, { locks = fakeLocks(), ask }) {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  /** @type {number[]} */
  const answers = [];
  let asked = 0;
  const polling = startPolling({
    name: t.name,
    ask: async (signal) => (asked += 1, ask ? ask(signal) : { answer: asked, isNews: true, interval: 5 }),
    onAnswer: (answer) => answers.push(answer),
    isFinal: ({ status }) => status === 401,
    page,
    locks,
  });
  t.after(polling.stop);
  const show = (/** @type {string} */ state) => {
    page.visibilityState = state;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  const touch = () => page.dispatchEvent(new Event("pointerdown"));
  return { ...polling, answers, show, touch, asked: () => asked };
}

/** Lets promises and channels do their work. */
async function settle() {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** @param {import("node:test").TestContext} t */
function fakeTime(t) {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  t.after(() => mock.timers.reset());
  return async (/** @type {number} */ seconds) => {
    mock.timers.tick(seconds * 1000);
    await settle();
  };
}

test("failures make the pause longer, up to ten minutes", () => {
  assert.deepEqual([0, 1, 2, 3].map((failures) => pauseAfterFailure(30, failures)), [30, 60, 120, 240]);
  assert.equal(pauseAfterFailure(30, 20), 600);
  assert.equal(pauseAfterFailure(900, 3), 900);
});

test("the pause is at least a second, and what a refusal asks for", () => {
  assert.equal(pauseAfterFailure(0, 0), 1);
  assert.equal(pauseAfterFailure(-5, 0), 1);
  assert.equal(pauseAfterFailure(30, 0, 90), 90);
  assert.equal(pauseAfterFailure(1, 20, 3600), 3600);
});

test("answers without news or activity make the pause longer, up to eight minutes", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 50].map((quiet) => pauseAfterAnswer(60, quiet)), [60, 120, 240, 480, 480, 480]);
  assert.equal(pauseAfterAnswer(900, 2), 900);
});

/** Asks every minute, and hears nothing new. */
const quietly = async () => ({ answer: 1, isNews: false, interval: 60 });

test("without news or activity, the pause doubles", async (t) => {
  const pass = fakeTime(t);
  const tab = open(t, { ask: quietly });
  await settle();
  for (const pause of [60, 120, 240, 480, 480]) {
    const before = tab.asked();
    await pass(pause - 1);
    assert.equal(tab.asked(), before, `before ${pause} s`);
    await pass(1);
    assert.equal(tab.asked(), before + 1, `after ${pause} s`);
  }
});

test("news makes the pause as short as before", async (t) => {
  const pass = fakeTime(t);
  let isNews = false;
  const tab = open(t, { ask: async () => ({ answer: 1, isNews, interval: 60 }) });
  await settle();
  await pass(60);
  isNews = true;
  await pass(120);
  assert.equal(tab.asked(), 3);
  await pass(60);
  assert.equal(tab.asked(), 4);
});

test("a tab that is touched asks at once, if it has not asked for an interval", async (t) => {
  const pass = fakeTime(t);
  const tab = open(t, { ask: quietly });
  await settle();
  for (const pause of [60, 120, 240]) await pass(pause);
  assert.equal(tab.asked(), 4);
  await pass(100);
  tab.touch();
  await settle();
  assert.equal(tab.asked(), 5);
  await pass(60);
  assert.equal(tab.asked(), 6);
});

test("a tab that is touched asks at the interval", async (t) => {
  const pass = fakeTime(t);
  const tab = open(t, { ask: quietly });
  await settle();
  for (const pause of [60, 120]) await pass(pause);
  for (let i = 0; i < 4; i += 1) {
    await pass(20);
    tab.touch();
  }
  await settle();
  assert.equal(tab.asked(), 4, "80 s of a pause of 240 s");
  await pass(39);
  tab.touch();
  assert.equal(tab.asked(), 4);
  await pass(1);
  assert.equal(tab.asked(), 5);
});

test("touching another tab counts, too", async (t) => {
  const pass = fakeTime(t);
  const locks = fakeLocks();
  const first = open(t, { locks, ask: quietly });
  await settle();
  const second = open(t, { locks, ask: quietly });
  await settle();
  for (const pause of [60, 120]) await pass(pause);
  const before = first.asked();
  await pass(70);
  second.touch();
  await settle();
  assert.equal(first.asked(), before + 1);
  assert.equal(second.asked(), 0);
});

test("touching a tab does not shorten the pause after a failure", async (t) => {
  const pass = fakeTime(t);
  const tab = open(t, { ask: () => Promise.reject(Object.assign(new Error(), { status: 429, retryAfter: 300 })) });
  await settle();
  await pass(200);
  tab.touch();
  await settle();
  assert.equal(tab.asked(), 1);
  await pass(100);
  assert.equal(tab.asked(), 2);
});

test("a visible page asks at once, and then at the interval of the service", async (t) => {
  const pass = fakeTime(t);
  const tab = open(t, {});
  await settle();
  assert.deepEqual(tab.answers, [1]);
  await pass(4.9);
  assert.equal(tab.asked(), 1);
  await pass(0.1);
  assert.deepEqual(tab.answers, [1, 2]);
});

test("a hidden page does not ask, and asks at once when it is visible again", async (t) => {
  const pass = fakeTime(t);
  const tab = open(t, {});
  await settle();
  tab.show("hidden");
  await pass(60);
  assert.equal(tab.asked(), 1);
  tab.show("visible");
  await settle();
  assert.equal(tab.asked(), 2);
});

test("one tab asks for all, and another one goes on when it is hidden", async (t) => {
  const pass = fakeTime(t);
  const locks = fakeLocks();
  const [first, second] = [open(t, { locks }), open(t, { locks, ask: async () => ({ answer: 70, isNews: true, interval: 5 }) })];
  await settle();
  await pass(5);
  assert.equal(second.asked(), 0);
  assert.deepEqual(second.answers, first.answers);
  first.show("hidden");
  await settle();
  const before = first.asked();
  assert.equal(second.asked(), 1);
  assert.equal(first.answers.at(-1), 70);
  await pass(5);
  assert.equal(first.asked(), before);
  assert.equal(second.asked(), 2);
});

test("a tab that becomes visible has the tab that asks do so at once", async (t) => {
  fakeTime(t);
  const locks = fakeLocks();
  const first = open(t, { locks });
  await settle();
  const second = open(t, { locks });
  await settle();
  assert.equal(first.asked(), 2);
  assert.deepEqual([first.answers.at(-1), second.answers.at(-1)], [2, 2]);
});

test("without locks, each visible tab asks", async (t) => {
  fakeTime(t);
  const tabs = [open(t, { locks: null }), open(t, { locks: null })];
  await settle();
  assert.ok(tabs.every((tab) => tab.asked() >= 1));
});

test("after failures the tab waits longer, and after a success as before", async (t) => {
  const pass = fakeTime(t);
  let fails = false;
  const tab = open(t, {
    async ask() {
      if (fails) throw Object.assign(new Error(), { status: 503 });
      return { answer: 1, isNews: true, interval: 5 };
    },
  });
  await settle();
  fails = true;
  await pass(5);
  assert.equal(tab.asked(), 2);
  await pass(9);
  assert.equal(tab.asked(), 2);
  fails = false;
  await pass(1);
  assert.equal(tab.asked(), 3);
  await pass(5);
  assert.equal(tab.asked(), 4);
});

test("after the end of the session, nothing is asked", async (t) => {
  const pass = fakeTime(t);
  const tab = open(t, { ask: () => Promise.reject(Object.assign(new Error(), { status: 401 })) });
  await settle();
  await pass(3600);
  tab.show("hidden");
  tab.show("visible");
  await settle();
  assert.equal(tab.asked(), 1);
});

test("what a tab tells counts more than an answer to a question from before", async (t) => {
  fakeTime(t);
  /** @type {(result: Result) => void} */
  let answer = () => {};
  const locks = fakeLocks();
  const asking = open(t, { locks, ask: () => new Promise((resolve) => (answer = resolve)) });
  const other = open(t, { locks });
  await settle();
  other.tell(0);
  await settle();
  answer({ answer: 3, isNews: true, interval: 5 });
  await settle();
  assert.deepEqual([asking.answers, other.answers], [[0], [0]]);
});
