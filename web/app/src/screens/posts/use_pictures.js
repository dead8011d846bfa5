// @ts-check
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../api.js";
import { t } from "../../i18n/index.js";
import { MAX_BYTES, PictureError, preparePicture, sendPicture } from "../../lib/pictures.js";
import { randomId } from "../../lib/random.js";
import { failureText, toast } from "../../ui/toast.js";

const MAX_COUNT = 10;
/** The service's limit for all pictures of a post, in bytes. */
const MAX_TOTAL = 4 * MAX_BYTES;

/**
 * @typedef {object} Picture
 * @property {string} key
 * @property {File} file
 * @property {string} [preview] The URL of the picture as it is sent.
 * @property {"sending" | "ready" | "failed"} status
 * @property {number} progress From 0 to 1.
 * @property {string} [id] Of the upload, once it is ready.
 * @property {number} [size] In bytes, as sent.
 */

/** The pictures of a new post. They upload as soon as they are chosen, all at once. */
export function usePictures() {
  const [pictures, setPictures] = useState(/** @type {Picture[]} */ ([]));
  const current = useRef(pictures);
  const running = useRef(/** @type {Map<string, AbortController>} */ (new Map()));
  /** Changes with the list, so that a form that is sent again with other pictures has another idempotency key. */
  const revision = useRef(0);

  const change = (/** @type {(pictures: Picture[]) => Picture[]} */ edit) => setPictures((current.current = edit(current.current)));
  const update = (/** @type {string} */ key, /** @type {Partial<Picture>} */ changes) =>
    change((all) => all.map((picture) => (picture.key === key ? { ...picture, ...changes } : picture)));

  useEffect(
    () => () => {
      running.current.forEach((controller) => controller.abort());
      current.current.forEach(forget);
    },
    [],
  );

  /** @param {Picture} picture */
  async function upload({ key, file, preview }) {
    const controller = new AbortController();
    running.current.set(key, controller);
    update(key, { status: "sending", progress: 0 });
    try {
      const blob = await preparePicture(file);
      if (controller.signal.aborted) return;
      if (!preview) update(key, { preview: URL.createObjectURL(blob) });
      const upload = await api.post("/media", { body: { content_type: /** @type {any} */ (blob.type), size: blob.size }, signal: controller.signal });
      await sendPicture(upload, blob, { onProgress: (progress) => update(key, { progress }), signal: controller.signal });
      revision.current += 1;
      update(key, { status: "ready", id: upload.id, size: blob.size });
    } catch (failure) {
      if (controller.signal.aborted) return;
      if (failure instanceof PictureError) {
        remove(key);
        toast(t(`posts.picture_${failure.reason}`));
        return;
      }
      update(key, { status: "failed" });
      toast(failureText(failure));
    }
  }

  /** @param {string} key */
  function remove(key) {
    running.current.get(key)?.abort();
    const picture = current.current.find((picture) => picture.key === key);
    if (picture) forget(picture);
    revision.current += 1;
    change((all) => all.filter((picture) => picture.key !== key));
  }

  return {
    pictures,
    canAdd: pictures.length < MAX_COUNT,
    remove,
    /** @param {string} key */
    retry(key) {
      const picture = current.current.find((picture) => picture.key === key);
      if (picture?.status === "failed") upload(picture);
    },
    /** @param {Iterable<File>} files */
    add(files) {
      const chosen = [...files].slice(0, MAX_COUNT - current.current.length);
      if (chosen.length < [...files].length) toast(t("posts.pictures_too_many", { count: MAX_COUNT }));
      const added = chosen.map((file) => /** @type {Picture} */ ({ key: randomId(), file, status: "sending", progress: 0 }));
      change((all) => [...all, ...added]);
      added.forEach(upload);
    },
    /** Why the pictures cannot be published yet, in words for the user; null if they can. */
    obstacle() {
      const all = current.current;
      if (all.some(({ status }) => status === "failed")) return t("posts.failed_pictures");
      if (all.some(({ status }) => status === "sending")) return t("posts.wait_for_pictures");
      const total = all.reduce((sum, { size = 0 }) => sum + size, 0);
      return total > MAX_TOTAL ? t("posts.pictures_too_large") : null;
    },
    ids: () => current.current.flatMap(({ id }) => id ?? []),
    revision: () => revision.current,
  };
}

/** @param {Picture} picture */
const forget = ({ preview }) => preview && URL.revokeObjectURL(preview);
