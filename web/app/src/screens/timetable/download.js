// @ts-check
/** Files made in the page: the picture and the calendar of a timetable. */

/**
 * Saves text as a file.
 * @param {string | Blob} content
 * @param {string} type
 * @param {string} name
 */
export function saveFile(content, type, name) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // Safari reads the file after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * Draws an SVG picture as a PNG, at twice its size.
 * @param {string} svg
 * @returns {Promise<Blob>}
 */
export async function pngOf(svg) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth * 2, height: image.naturalHeight * 2 });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be drawn."))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * A name for a file, without the characters that file systems refuse.
 * @param {string} name
 * @param {string} extension
 */
export function fileName(name, extension) {
  const safe = name.replace(/[\\/:*?"<>|\p{Cc}]/gu, " ").replace(/\s+/g, " ").trim();
  return `${safe || "timetable"}.${extension}`;
}
