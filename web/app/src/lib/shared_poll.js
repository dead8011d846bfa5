// @ts-check
/**
 * Asks the service again and again while a page is visible, and less often while there is no news and nobody touches the
 * page. Of all tabs, one asks and tells the others.
 */

/** The longest pause after failures, in seconds. */
const MAX_PAUSE = 600;
/** The longest pause while nothing happens, in seconds. */
export const MAX_QUIET_PAUSE = 480;
/** The shortest pause, in seconds. */
const MIN_PAUSE = 1;

/** What users do to a page that they look at. */
const ACTIVITY = ["pointerdown", "keydown", "scroll"];
/** Activity counts once in this time, in milliseconds. */
const ACTIVITY_STEP = 1000;

/** How long to wait after an answer, in seconds. @param {number} interval What the service asks for. @param {number} quiet Answers in a row without news or activity. */
export const pauseAfterAnswer = (interval, quiet) => doubled(interval, quiet, MAX_QUIET_PAUSE);

/**
 * How long to wait after a failure, in seconds.
 *
 * @param {number} interval What the service asks for.
 * @param {number} failures In a row.
 * @param {number} [atLeast] What a refusal asks for.
 */
export const pauseAfterFailure = (interval, failures, atLeast = 0) => Math.max(doubled(interval, failures, MAX_PAUSE), atLeast);

/** @param {number} interval @param {number} times @param {number} longest */
function doubled(interval, times, longest) {
  const pause = Math.max(interval, MIN_PAUSE);
  return Math.min(pause * 2 ** times, Math.max(pause, longest));
}

/** A pause that can end early. @param {number} seconds */
function startPause(seconds) {
  const start = Date.now();
  let end = () => {};
  let timer = setTimeout(() => end(), seconds * 1000);
  const ended = new Promise((resolve) => (end = () => (clearTimeout(timer), resolve(undefined))));
  /** Shortens it to so many seconds since its start. @param {number} shorter */
  const shorten = (shorter) => {
    const left = start + Math.min(shorter, seconds) * 1000 - Date.now();
    if (left <= 0) return end();
    clearTimeout(timer);
    timer = setTimeout(() => end(), left);
  };
  return { ended, end: () => end(), shorten };
}

/**
 * @template A
 * @typedef {object} Polling
 * @property {() => void} poll Asks now, if a tab is visible.
 * @property {(answer: A) => void} tell Passes on what this tab knows from elsewhere.
 * @property {() => void} stop
 */

/**
 * Starts to ask, at once and whenever the page becomes visible.
 *
 * @template A
 * @param {object} options
 * @param {string} options.name Of the lock and the channel that the tabs share.
 * @param {(signal: AbortSignal) => Promise<{ answer: A, isNews: boolean, interval: number }>} options.ask The interval is in seconds.
 * @param {(answer: A) => void} options.onAnswer Called in each tab.
 * @param {(failure: any) => boolean} options.isFinal Whether there is nothing more to ask after a failure.
 * @param {EventTarget & { visibilityState: string }} [options.page]
 * @param {Pick<LockManager, "request">} [options.locks] Without locks, each visible tab asks.
 * @returns {Polling<A>}
 */
export function startPolling({ name, ask, onAnswer, isFinal, page = document, locks = navigator.locks }) {
  let channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  /** The tab's turn to ask, or its wait for it. @type {AbortController | null} */
  let turn = null;
  /** The pause of this tab's turn. @type {ReturnType<typeof startPause> | null} */
  let pause = null;
  /** Answers in a row without news or activity. */
  let quiet = 0;
  let failures = 0;
  let lastActivity = 0;
  /** An answer to a question from before the last one that was told is out of date. */
  let told = 0;
  let interval = 60;

  /** @param {A} answer */
  function take(answer) {
    told += 1;
    onAnswer(answer);
  }

  /** @param {A} answer */
  function tell(answer) {
    channel?.postMessage({ answer });
    take(answer);
  }

  /** Asks until the turn ends. @param {AbortSignal} signal */
  async function lead(signal) {
    [quiet, failures] = [0, 0];
    while (!signal.aborted) {
      const seconds = await askOnce(signal);
      if (signal.aborted) return;
      pause = startPause(seconds);
      await pause.ended;
      pause = null;
    }
  }

  /** Asks, and returns how long to wait then, in seconds. @param {AbortSignal} signal */
  async function askOnce(signal) {
    const before = told;
    try {
      const result = await ask(signal);
      interval = result.interval || interval;
      failures = 0;
      if (signal.aborted) return 0;
      if (told === before) tell(result.answer);
      if (result.isNews) quiet = 0;
      return pauseAfterAnswer(interval, quiet++);
    } catch (failure) {
      if (isFinal(failure)) stop();
      failures += 1;
      return pauseAfterFailure(interval, failures, /** @type {any} */ (failure)?.retryAfter ?? 0);
    }
  }

  /** Ends the pause, if this tab asks. */
  function wake() {
    quiet = 0;
    pause?.end();
  }

  /** Goes back to the interval of the service. After a failure, the pause stays. */
  function hurry() {
    quiet = 0;
    if (failures === 0) pause?.shorten(interval);
  }

  const poll = () => (pause ? wake() : channel?.postMessage({ ask: "now" }));

  function noticeActivity() {
    const now = Date.now();
    if (now - lastActivity < ACTIVITY_STEP) return;
    lastActivity = now;
    hurry();
    channel?.postMessage({ ask: "soon" });
  }

  function follow() {
    if (page.visibilityState !== "visible") {
      turn?.abort();
      turn = null;
      return wake();
    }
    poll();
    if (turn) return;
    const { signal } = (turn = new AbortController());
    const leading = locks ? locks.request(name, { signal }, () => lead(signal)) : lead(signal);
    leading.catch((failure) => {
      if (!signal.aborted) throw failure;
    });
  }

  function stop() {
    page.removeEventListener("visibilitychange", follow);
    globalThis.removeEventListener?.("online", poll);
    for (const kind of ACTIVITY) page.removeEventListener(kind, noticeActivity, { capture: true });
    turn?.abort();
    wake();
    channel?.close();
    channel = null;
  }

  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.ask === "now") wake();
      else if (data.ask === "soon") hurry();
      else take(data.answer);
    };
  }
  page.addEventListener("visibilitychange", follow);
  globalThis.addEventListener?.("online", poll);
  for (const kind of ACTIVITY) page.addEventListener(kind, noticeActivity, { capture: true, passive: true });
  follow();
  return { poll, tell, stop };
}
