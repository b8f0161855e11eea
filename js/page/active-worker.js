/**
 * The active worker of a registration, also while it is being replaced.
 */

/**
 * The old worker turns redundant some tasks before its successor becomes the
 * registration's active worker. Without a successor by then, the registration
 * itself is gone.
 */
const kReplacementMs = 2_000;

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<ServiceWorker | null>}
 */
export async function activeWorker(registration) {
  if (registration.active?.state === 'redundant') await replacement(registration);
  return registration.active?.state === 'redundant' ? null : registration.active;
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<void>}
 */
function replacement(registration) {
  const { active, waiting } = registration;
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      waiting?.removeEventListener('statechange', check);
      resolve();
    };
    const check = () => {
      if (registration.active !== active) stop();
    };
    const timer = setTimeout(stop, kReplacementMs);
    // Its first change of state is to 'activating', when it has become active.
    waiting?.addEventListener('statechange', check);
  });
}
