// @ts-check
/**
 * Prepares pictures in the browser: scaled down, and drawn again, which leaves out metadata such as the place and the
 * camera. Animated GIFs stay as they are; the service strips what it serves.
 */
const MAX_EDGE = 1920;
/** The service's limit for a picture, in bytes. */
export const MAX_BYTES = 5 * 1024 * 1024;

/** @type {("unreadable" | "too_large")[]} */
export const REASONS = ["unreadable", "too_large"];

export class PictureError extends Error {
  /** @param {(typeof REASONS)[number]} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * The picture as it is sent. Throws a `PictureError`.
 *
 * @param {File} file
 * @returns {Promise<Blob>}
 */
export async function preparePicture(file) {
  if (file.type === "image/gif") {
    if (file.size > MAX_BYTES) throw new PictureError("too_large");
    return file;
  }
  const canvas = await draw(file);
  for (const quality of [0.85, 0.7, 0.5]) {
    const blob = await encode(canvas, quality);
    if (blob && blob.size <= MAX_BYTES) return blob;
  }
  throw new PictureError("too_large");
}

/** @param {File} file */
async function draw(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureError("unreadable");
  });
  const scale = Math.min(1, MAX_EDGE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/** WebP, or JPEG in browsers that cannot encode it. @param {HTMLCanvasElement} canvas @param {number} quality */
async function encode(canvas, quality) {
  const webp = await toBlob(canvas, "image/webp", quality);
  if (webp?.type === "image/webp") return webp;
  fillWhite(canvas);
  return toBlob(canvas, "image/jpeg", quality);
}

/** Puts white behind the picture: JPEG has no transparency, and shows black instead. @param {HTMLCanvasElement} canvas */
function fillWhite(canvas) {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
}

/** @param {HTMLCanvasElement} canvas @param {string} type @param {number} quality @returns {Promise<Blob | null>} */
const toBlob = (canvas, type, quality) => new Promise((resolve) => canvas.toBlob(resolve, type, quality));

/**
 * Sends a picture to its upload URL. `fetch` cannot tell the progress.
 *
 * @param {{ upload_url: string, headers: Record<string, string> }} upload
 * @param {Blob} blob
 * @param {{ onProgress: (share: number) => void, signal: AbortSignal }} options The share is from 0 to 1.
 * @returns {Promise<void>}
 */
export function sendPicture({ upload_url, headers }, blob, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", upload_url);
    for (const [name, value] of Object.entries(headers)) {
      // Browsers set this header themselves.
      if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(`The upload was answered with ${request.status}.`)));
    request.onerror = () => reject(new Error("The upload failed."));
    signal.addEventListener("abort", () => request.abort());
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    request.send(blob);
  });
}
