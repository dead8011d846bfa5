// @ts-check
import { expect } from "@playwright/test";

/** A picture of one pixel. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");

/** Uploads a picture. Returns its id. @param {import("campus-api").Client} api */
export async function uploadPicture(api) {
  const { id, upload_url, headers } = await api.post("/media", { body: { content_type: "image/png", size: PICTURE.length } });
  const response = await fetch(upload_url, { method: "PUT", headers, body: PICTURE });
  expect(response.ok).toBe(true);
  return id;
}
