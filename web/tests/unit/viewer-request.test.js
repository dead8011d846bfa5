// @ts-check
// The CloudFront function of the distribution. `front_door` in `cli/local` serves the same URLs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const source = readFileSync(new URL("../../edge/viewer-request.js", import.meta.url), "utf8");
// CloudFront calls the function `handler` of the file, which is no module.
const handler = new Function(`${source}; return handler;`)();

/** The request as CloudFront sends it to the origin. @param {string} uri @param {Record<string, { value: string }>} [headers] */
function forward(uri, headers = {}, ip = "198.51.100.1") {
  return handler({ viewer: { ip }, request: { method: "GET", uri, querystring: {}, headers, cookies: {} } });
}

test("paths without a dot in their last part are pages", () => {
  for (const uri of ["/", "/login", "/boards/01a2/posts", "/a.b/c", "/share/", "/api", "/apiary", "/assets"]) {
    assert.equal(forward(uri).uri, "/index.html", uri);
  }
});

test("files keep their paths", () => {
  const files = ["/index.html", "/sw.js", "/manifest.webmanifest", "/favicon.ico", "/unknown.html"];
  for (const uri of [...files, "/assets/01a2/main.js", "/assets/01a2/client/index.js", "/assets/", "/assets/01a2/main"]) {
    assert.equal(forward(uri).uri, uri);
  }
});

test("the API gets its paths without the prefix", () => {
  assert.equal(forward("/api/boards").uri, "/boards");
  assert.equal(forward("/api/boards/").uri, "/boards/");
  assert.equal(forward("/api/shared-timetables/t/picture.svg").uri, "/shared-timetables/t/picture.svg");
  assert.equal(forward("/api/api/boards").uri, "/api/boards");
  assert.equal(forward("/api/%2e%2e/%ED%95%9C").uri, "/%2e%2e/%ED%95%9C");
  assert.equal(forward("/api/").uri, "/");
});

test("the API gets the viewer's address, whatever the viewer sends", () => {
  for (const ip of ["198.51.100.1", "2001:db8::1"]) {
    const forged = { "x-viewer-address": { value: "203.0.113.7", multiValue: [{ value: "203.0.113.7" }] } };
    assert.deepEqual(forward("/api/auth/login", forged, ip).headers, { "x-viewer-address": { value: ip } });
  }
  assert.deepEqual(forward("/login").headers, {});
});

test("nothing else of a request changes", () => {
  const request = {
    method: "POST",
    uri: "/api/boards",
    querystring: { cursor: { value: "a%2Fb" } },
    headers: { authorization: { value: "Bearer token" } },
    cookies: { refresh_token: { value: "secret" } },
  };
  const { uri, headers, ...others } = handler({ viewer: { ip: "198.51.100.1" }, request: structuredClone(request) });
  const { uri: _uri, headers: sent, ...expected } = request;
  assert.deepEqual(others, expected);
  assert.deepEqual(headers, { ...sent, "x-viewer-address": { value: "198.51.100.1" } });
});
