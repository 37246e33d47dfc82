// What was once opened stays: the network first, what was kept after three seconds or without a network. Only files of this site.
const KEPT = "drillbook-1";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const asked = event.request;
  const url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== location.origin || url.pathname.includes("/livereload/")) return;
  event.respondWith((async () => {
    const kept = await caches.open(KEPT);
    const fresh = fetch(asked).then((answer) => {
      if (answer.ok) kept.put(asked, answer.clone()).catch(() => {}); // a full disk must not keep the page away
      return answer;
    });
    const late = new Promise((resolve) => setTimeout(resolve, 3000));
    try {
      const first = await Promise.race([fresh, late]);
      if (first) return first;
    } catch {
      // no network: what was kept follows
    }
    return (await kept.match(asked, { ignoreSearch: true })) || fresh;
  })());
});
