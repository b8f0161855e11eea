// Where a click on a title in the tray leads. The pages see to it themselves:
// browsers let a service worker open one only after a click on a notification.

/** @param {string} id  of a fetch, of whichever page: a tray shows those of all. */
function pageOf(id) {
  if (id === 'course') return '/course/';
  return id.startsWith('lab-') ? '/lab/' : '/player/';
}

/** @param {(id: string) => void} [show]  What this page has of a fetch of its own. */
export function followTrayClicks(show = () => {}) {
  const tray = document.querySelector('background-fetch-tray');
  tray?.addEventListener('backgroundfetchclick', (event) => {
    event.preventDefault();
    const { id } = event.detail.registration;
    const page = pageOf(id);
    if (page === location.pathname) show(id);
    else location.href = page;
  });
}
