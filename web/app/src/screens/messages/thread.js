// @ts-check
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { authorName } from "../../lib/authors.js";
import { remembered, removeEverywhere } from "../../lib/cache.js";
import { useForm } from "../../lib/form.js";
import { hiddenText } from "../../lib/hidden.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useSubmit } from "../../lib/submit.js";
import { clockTime, longDate } from "../../lib/time.js";
import { refreshUnread } from "../../live.js";
import { goBack, navigate } from "../../router.js";
import { Button } from "../../ui/button.js";
import { confirm } from "../../ui/dialog.js";
import { UserText } from "../../ui/elements.js";
import { Form, TextArea } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { OwnHiddenButton } from "../../ui/own_hidden.js";
import { ReportButton } from "../../ui/report.js";
import { RestrictionNotice } from "../../ui/restriction_notice.js";
import { Screen } from "../../ui/screen.js";
import { ErrorState, Skeleton } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { checkMessage } from "./check_message.js";
import { sourceText } from "./source_text.js";

/** @typedef {import("campus-api").Schema<"Message">} Message */
/** @typedef {import("campus-api").Schema<"OpenThread">} OpenThread */

const POLL_SECONDS = 10;
/** How near the end of the page counts as the end, in px. */
const END_DISTANCE = 160;

/** A thread of messages, the newest at the bottom. @param {{ params: { id: string } }} props */
export default function Thread({ params: { id } }) {
  const { thread, setBlocked, messages } = useThread(id);
  useEffect(() => void (messages.items.length > 0 && refreshUnread()), [messages.items[0]?.id]);

  const hasFailed = messages.items.length === 0 && messages.status === "failed";
  const partner = thread ? authorName(thread.partner) : t("messages.title");
  return html`<${Screen} title=${partner} subtitle=${thread ? sourceText(thread.source) : ""} back="/messages"
    actions=${thread && html`<${ThreadMenu} thread=${thread} setBlocked=${setBlocked} />`}>
    ${hasFailed && html`<${ErrorState} problem=${messages.problem} retry=${messages.retry} />`}
    ${messages.items.length === 0 && messages.status === "loading" && html`<${Skeleton} rows=${5} lines=${1} />`}
    ${messages.items.length > 0 && html`<${Log} id=${id} messages=${messages} partner=${partner} />`}
    <${RestrictionNotice} />
    ${!hasFailed && html`<${MessageForm} id=${id} onSent=${messages.prepend} />`}
  <//>`;
}

/** The thread, which comes with each page of its messages, and the messages. @param {string} id */
function useThread(id) {
  const state = useMemo(() => remembered(`thread:${id}`, { data: /** @type {OpenThread | null} */ (null) }), [id]);
  const load = async (/** @type {string | undefined} */ cursor, /** @type {AbortSignal | undefined} */ signal) => {
    const page = await api.get("/messages/{thread_id}", { path: { thread_id: id }, query: { cursor }, signal });
    state.value = { data: page.thread };
    return page;
  };
  const messages = usePagedList(`messages:${id}`, load);
  usePolling(async () => {
    const { items } = await load(undefined, undefined);
    const known = new Set(messages.items.map((message) => message.id));
    const added = items.filter((message) => !known.has(message.id)).length;
    // There may be others between a page of new messages and the known ones.
    if (added === items.length) messages.refresh();
    else if (added > 0) items.toReversed().forEach(messages.prepend);
  });
  const setBlocked = (/** @type {boolean} */ isBlocked) => {
    const { data } = state.peek();
    if (data) state.value = { data: { ...data, is_blocked: isBlocked } };
  };
  return { thread: state.value.data, setBlocked, messages };
}

/** Runs while the page is visible. @param {() => Promise<void>} refresh */
function usePolling(refresh) {
  const latest = useRef(refresh);
  latest.current = refresh;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && latest.current().catch(() => {}), POLL_SECONDS * 1000);
    return () => clearInterval(timer);
  }, []);
}

/** @param {{ id: string, messages: import("../../lib/paged_list.js").PagedListState<Message>, partner: string }} props `id`: of the thread. */
function Log({ id, messages, partner }) {
  const newest = messages.items[0];
  const { current: first } = useRef(newest);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const onScroll = () => (isAtEnd.current = window.innerHeight + window.scrollY > document.documentElement.scrollHeight - END_DISTANCE);
    addEventListener("scroll", onScroll, { passive: true });
    return () => removeEventListener("scroll", onScroll);
  }, []);
  useLayoutEffect(() => {
    // Somebody who reads older messages stays there.
    if (isAtEnd.current || newest?.is_mine) requestAnimationFrame(() => window.scrollTo(0, document.documentElement.scrollHeight));
  }, [newest?.id]);
  const shown = messages.items.toReversed();
  return html`<section class="log" aria-label=${t("messages.log")}>
    ${!messages.complete && html`<${Button} small kind="ghost" busy=${messages.status === "loading"} onClick=${messages.status === "failed" ? messages.retry : messages.more}>${t("messages.older")}<//>`}
    ${shown.map((message, index) => html`
      ${day(message) !== (shown[index - 1] && day(shown[index - 1])) && html`<p class="log-day" key=${`day ${message.id}`}>${day(message)}</p>`}
      <${Bubble} key=${message.id} threadId=${id} message=${message} partner=${partner}
        onChange=${(/** @type {Partial<Message>} */ changes) => messages.update(message.id, changes)} />`)}
    <p class="visually-hidden" aria-live="polite">${newest !== first && !newest?.is_mine && newest && `${t("messages.by_partner", { name: partner })}: ${newest.content ?? hiddenText(newest.state)}`}</p>
  </section>`;
}

/** @param {Message} message */
const day = ({ created_at }) => longDate(created_at);

/**
 * @param {object} props
 * @param {string} props.threadId
 * @param {Message} props.message
 * @param {string} props.partner
 * @param {(changes: Partial<Message>) => void} props.onChange
 */
function Bubble({ threadId, message, partner, onChange }) {
  const { kind, content, source, is_mine, created_at, state, moderation } = message;
  const subject = { thread_id: threadId, message_id: message.id };
  if (kind === "source" && source) {
    return html`<p class="log-source">${source.title === null ? sourceText(source) : html`<a class="link" href="/posts/${source.post_id}">${sourceText(source)}</a>`}</p>`;
  }
  return html`<div class="bubble" data-mine=${is_mine} data-hidden=${content === null || undefined}>
    <p class="bubble-text"><span class="visually-hidden">${is_mine ? t("messages.by_you") : t("messages.by_partner", { name: partner })}: </span><${UserText} text=${content ?? hiddenText(state)} /></p>
    <time class="bubble-time nums" dateTime=${created_at}>${clockTime(created_at)}</time>
    ${!is_mine && content !== null && html`<${ReportButton} subject=${subject} label=${t("moderation.report_message")} />`}
  </div>
  ${moderation &&
  html`<div class="bubble-hidden">
    <${OwnHiddenButton} ...${{ subject, state, moderation }} onChange=${(/** @type {Message["moderation"]} */ changed) => onChange({ moderation: changed })} />
  </div>`}`;
}

/** @param {{ id: string, onSent: (message: Message) => void }} props */
function MessageForm({ id, onSent }) {
  const form = useForm({
    initial: { content: "" },
    draft: `thread:${id}`,
    check: checkMessage,
    send: ({ content }, idempotencyKey) => api.post("/messages/{thread_id}", { path: { thread_id: id }, body: { content }, idempotencyKey }),
    onSuccess(message) {
      form.reset();
      onSent(message);
    },
  });
  return html`<${Form} form=${form} class="comment-form" label=${t("messages.content")}>
    <div class="comment-form-row">
      <div class="grow"><${TextArea} form=${form} name="content" label=${t("messages.content")} hideLabel rows=${1} max=${1000} placeholder=${t("messages.content_hint")} /></div>
      <button type="submit" class="send-button" aria-label=${t("messages.send")} aria-busy=${form.busy}><${Icon} name="send" /></button>
    </div>
  <//>`;
}

/** @param {{ thread: OpenThread, setBlocked: (isBlocked: boolean) => void }} props */
function ThreadMenu({ thread: { id, source, is_blocked: isBlocked }, setBlocked }) {
  const path = { thread_id: id };
  const write = useSubmit((/** @type {{ send: () => Promise<unknown>, done: string, then: () => void }} */ { send }) => send(), {
    onSuccess(_, { done, then }) {
      toast(done);
      then();
    },
    onFailure: toastFailure,
  });
  const leave = () => {
    removeEverywhere(id);
    goBack("/messages");
  };
  const block = async () => {
    if (await confirm({ title: t("messages.block_title"), text: t("messages.block_text"), action: t("messages.block"), danger: true })) {
      write.run({ send: () => api.post("/messages/{thread_id}/block", { path }), done: t("messages.blocked"), then: () => setBlocked(true) });
    }
  };
  const unblock = () => {
    write.run({ send: () => api.delete("/messages/{thread_id}/block", { path }), done: t("messages.unblocked"), then: () => setBlocked(false) });
  };
  const remove = async () => {
    if (await confirm({ title: t("messages.delete_title"), text: t("messages.delete_text"), action: t("messages.delete"), danger: true })) {
      write.run({ send: () => api.delete("/messages/{thread_id}", { path }), done: t("messages.deleted"), then: leave });
    }
  };
  return html`<${Menu} label=${t("messages.menu")} items=${[
    source.title !== null && { label: t("messages.to_source"), icon: "comment", onSelect: () => navigate(`/posts/${source.post_id}`) },
    isBlocked ? { label: t("messages.unblock"), icon: "check", onSelect: unblock } : { label: t("messages.block"), icon: "block", onSelect: block },
    { label: t("messages.delete"), icon: "trash", danger: true, onSelect: remove },
  ]} />`;
}
