// The index of the search is large: it is asked for when somebody first searches, and not by every page.
(function () {
  "use strict";
  const proto = XMLHttpRequest.prototype;
  const { open, send } = proto;
  let waiting = [];
  proto.open = function (method, url, ...rest) {
    this.drillbookAsks = String(url);
    return open.call(this, method, url, ...rest);
  };
  proto.send = function (...body) {
    if (waiting && /\/search\/search_index\.json$/.test(this.drillbookAsks)) waiting.push(() => send.apply(this, body));
    else send.apply(this, body);
  };
  function go() {
    if (!waiting) return;
    const held = waiting;
    waiting = null;
    Object.assign(proto, { open, send });
    held.forEach((each) => each());
  }
  const near = (target) => target.closest && target.closest(".md-search, [for=__search], [data-md-toggle=search]");
  for (const kind of ["focusin", "pointerdown", "change"]) addEventListener(kind, (event) => near(event.target) && go(), true);
  addEventListener("keydown", (event) => "fs/".includes(event.key) && go(), true);
  if (new URLSearchParams(location.search).has("q")) go();
})();
