// @ts-check
/** Asks the service again and again while a page is visible. Of all tabs, one asks and tells the others. */

/** The longest pause after failures, in seconds. */
const MAX_PAUSE = 600;
/** The shortest pause, in seconds. */
const MIN_PAUSE = 1;

/**
 * How long to wait before the next question, in seconds.
 *
 * @param {number} interval What the service asks for.
 * @param {number} failures In a row.
 * @param {number} [atLeast] What a refusal asks for.
 */
export function pauseAfter(interval, failures, atLeast = 0) {
  const pause = Math.max(interval, MIN_PAUSE);
  return Math.max(Math.min(pause * 2 ** failures, Math.max(pause, MAX_PAUSE)), atLeast);
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
 * @param {(signal: AbortSignal) => Promise<{ answer: A, interval: number }>} options.ask The interval is in seconds.
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
  /** Ends the pause of this tab's turn. @type {(() => void) | null} */
  let wake = null;
  /** An answer to a question from before the last one that was told is out of date. */
  let told = 0;
  let interval = 30;

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
    let failures = 0;
    while (!signal.aborted) {
      const before = told;
      let pause = 0;
      try {
        const result = await ask(signal);
        interval = result.interval || interval;
        failures = 0;
        if (signal.aborted) return;
        if (told === before) tell(result.answer);
        pause = pauseAfter(interval, 0);
      } catch (failure) {
        if (isFinal(failure)) return stop();
        failures += 1;
        pause = pauseAfter(interval, failures, /** @type {any} */ (failure)?.retryAfter ?? 0);
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, pause * 1000, undefined);
        wake = () => (clearTimeout(timer), resolve(undefined));
        if (signal.aborted) wake();
      });
      wake = null;
    }
  }

  const poll = () => (wake ? wake() : channel?.postMessage("ask"));

  function follow() {
    if (page.visibilityState !== "visible") {
      turn?.abort();
      turn = null;
      return wake?.();
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
    turn?.abort();
    wake?.();
    channel?.close();
    channel = null;
  }

  if (channel) channel.onmessage = ({ data }) => (data === "ask" ? wake?.() : take(data.answer));
  page.addEventListener("visibilitychange", follow);
  globalThis.addEventListener?.("online", poll);
  follow();
  return { poll, tell, stop };
}
