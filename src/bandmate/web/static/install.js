// Lets the page be installed and opened while the service is away: `worker.js` keeps its files.
// A browser that does not trust the certificate refuses; the page then works as any other.

if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("worker.js").catch(() => {}));
}
