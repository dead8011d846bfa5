// The function that CloudFront runs for each request to the web client's distribution. `template.yaml` has a copy.
function handler(event) {
  const request = event.request;
  const path = request.uri;
  if (path.startsWith("/api/")) {
    // The API has no prefix. It believes the address, because the distribution also adds its secret.
    request.uri = path.slice("/api".length);
    request.headers["x-viewer-address"] = { value: event.viewer.ip };
  } else if (!path.startsWith("/assets/") && !path.slice(path.lastIndexOf("/")).includes(".")) {
    // A page: the web client decides what it shows.
    request.uri = "/index.html";
  }
  return request;
}
