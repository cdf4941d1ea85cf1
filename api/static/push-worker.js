// Shows what was pushed to this phone while no page is open, and opens its answer when it is tapped.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  event.waitUntil(self.registration.showNotification(said.title ?? "颐安", {
    body: said.body ?? "",
    tag: said.tag ?? "",
    renotify: Boolean(said.tag),
    requireInteraction: Boolean(said.urgent),
    vibrate: said.urgent ? [400, 150, 400, 150, 800] : [200],
    icon: "/static/icon.svg",
    data: { url: said.url ?? "/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
