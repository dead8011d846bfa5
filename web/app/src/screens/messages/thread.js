// @ts-check
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { api } from "../../api.js";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { removeEverywhere } from "../../lib/cache.js";
import { useForm } from "../../lib/form.js";
import { usePagedList } from "../../lib/paged_list.js";
import { useResource } from "../../lib/resource.js";
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
import { Screen } from "../../ui/screen.js";
import { ErrorState, Skeleton } from "../../ui/states.js";
import { toast, toastFailure } from "../../ui/toast.js";
import { checkMessage } from "./check_message.js";
import { sourceText } from "./source_text.js";

/** @typedef {import("campus-api").Schema<"Message">} Message */

const POLL_SECONDS = 10;

/** A thread of messages, the newest at the bottom. @param {{ params: { id: string } }} props */
export default function Thread({ params: { id } }) {
  const path = { thread_id: id };
  const messages = usePagedList(`messages:${id}`, (cursor, signal) => api.get("/messages/{thread_id}", { path, query: { cursor }, signal }));
  const thread = useResource(`thread:${id}`, (signal) => findThread(id, signal));
  useEffect(() => void (messages.items.length > 0 && refreshUnread()), [messages.items[0]?.id]);
  usePolling(async () => {
    const page = await api.get("/messages/{thread_id}", { path });
    page.items.toReversed().forEach(messages.prepend);
  });

  const partner = thread.data?.partner.name ?? t("messages.title");
  return html`<${Screen} title=${partner} subtitle=${thread.data ? sourceText(thread.data.source) : ""} back="/messages"
    actions=${html`<${ThreadMenu} id=${id} source=${thread.data?.source} />`}>
    ${messages.items.length === 0 && messages.status === "failed" && html`<${ErrorState} problem=${messages.problem} retry=${messages.retry} />`}
    ${messages.items.length === 0 && messages.status === "loading" && html`<${Skeleton} rows=${5} lines=${1} />`}
    ${messages.items.length > 0 && html`<${Log} messages=${messages} partner=${partner} />`}
    <${MessageForm} id=${id} onSent=${messages.prepend} />
  <//>`;
}

/** The thread among the newest ones; null if it is older. @param {string} id @param {AbortSignal} signal */
async function findThread(id, signal) {
  const { items } = await api.get("/messages", { query: { limit: 50 }, signal });
  return items.find((thread) => thread.id === id) ?? null;
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

/** @param {{ messages: import("../../lib/paged_list.js").PagedListState<Message>, partner: string }} props */
function Log({ messages, partner }) {
  const newest = messages.items[0]?.id;
  useLayoutEffect(() => {
    requestAnimationFrame(() => window.scrollTo(0, document.documentElement.scrollHeight));
  }, [newest]);
  const shown = messages.items.toReversed();
  return html`<section class="log" aria-label=${t("messages.log")} aria-live="polite">
    ${!messages.complete && html`<${Button} small kind="ghost" busy=${messages.status === "loading"} onClick=${messages.status === "failed" ? messages.retry : messages.more}>${t("messages.older")}<//>`}
    ${shown.map((message, index) => html`
      ${day(message) !== (shown[index - 1] && day(shown[index - 1])) && html`<p class="log-day" key=${`day ${message.id}`}>${day(message)}</p>`}
      <${Bubble} key=${message.id} message=${message} partner=${partner} />`)}
  </section>`;
}

/** @param {Message} message */
const day = ({ created_at }) => longDate(created_at);

/** @param {{ message: Message, partner: string }} props */
function Bubble({ message, partner }) {
  const { kind, content, source, is_mine, created_at } = message;
  if (kind === "source" && source) {
    return html`<p class="log-source">${source.title === null ? sourceText(source) : html`<a class="link" href="/posts/${source.post_id}">${sourceText(source)}</a>`}</p>`;
  }
  return html`<div class="bubble" data-mine=${is_mine}>
    <p class="bubble-text"><span class="visually-hidden">${is_mine ? t("messages.by_you") : t("messages.by_partner", { name: partner })}: </span><${UserText} text=${content ?? ""} /></p>
    <time class="bubble-time nums" dateTime=${created_at}>${clockTime(created_at)}</time>
  </div>`;
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

/** @param {{ id: string, source?: import("campus-api").Schema<"Source"> }} props */
function ThreadMenu({ id, source }) {
  const path = { thread_id: id };
  const write = useSubmit(async (/** @type {{ send: () => Promise<unknown>, done: string, leave?: boolean }} */ { send, done, leave }) => {
    try {
      await send();
    } catch (failure) {
      toastFailure(failure);
      return;
    }
    toast(done);
    if (!leave) return;
    removeEverywhere(id);
    goBack("/messages");
  });
  const block = async () => {
    if (await confirm({ title: t("messages.block_title"), text: t("messages.block_text"), action: t("messages.block"), danger: true })) {
      write.run({ send: () => api.post("/messages/{thread_id}/block", { path }), done: t("messages.blocked") });
    }
  };
  const remove = async () => {
    if (await confirm({ title: t("messages.delete_title"), text: t("messages.delete_text"), action: t("messages.delete"), danger: true })) {
      write.run({ send: () => api.delete("/messages/{thread_id}", { path }), done: t("messages.deleted"), leave: true });
    }
  };
  return html`<${Menu} label=${t("messages.menu")} items=${[
    source && source.title !== null && { label: t("messages.to_source"), icon: "comment", onSelect: () => navigate(`/posts/${source.post_id}`) },
    { label: t("messages.block"), icon: "block", onSelect: block },
    { label: t("messages.unblock"), icon: "check", onSelect: () => write.run({ send: () => api.delete("/messages/{thread_id}/block", { path }), done: t("messages.unblocked") }) },
    { label: t("messages.delete"), icon: "trash", danger: true, onSelect: remove },
  ]} />`;
}
