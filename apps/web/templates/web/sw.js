/* Keeps the shell (styles, scripts, the page for no connection) and nothing else: no page, no answer, no data of a firm. */
"use strict";
const OFFLINE = "{% url 'web:offline' %}";
const KEPT = [OFFLINE{% for address in kept %}, "{{ address|escapejs }}"{% endfor %}];
const NAME = `dure-shell-${KEPT.join("|")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (request.method === "GET" && KEPT.includes(path)) event.respondWith(caches.match(path).then((found) => found ?? fetch(request)));
});
