/**
 * Between a page and the driver: hears orders, posts results and reports.
 * Lives on the driver's origin and exactly as long as its page.
 */

(() => {
  const page = new URLSearchParams(location.search).get('page') ?? '';
  const name = `page=${encodeURIComponent(page)}`;
  const documentId = String(crypto.getRandomValues(new Uint32Array(2)).join('-'));

  addEventListener('message', ({ ports: [port] }) => {
    port.onmessage = ({ data: { report, result } }) => {
      if (report) post('/driver/reports', report);
      if (result) post(`/driver/results?${name}`, result);
    };
    const orders = new EventSource(`/driver/orders?${name}&document=${documentId}`);
    orders.onmessage = ({ data }) => port.postMessage(JSON.parse(data));
  }, { once: true });

  /** @param {string} path @param {unknown} message */
  function post(path, message) {
    return fetch(path, { method: 'POST', body: JSON.stringify(message) });
  }
})();
