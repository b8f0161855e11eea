/**
 * Storage that no registration owns any more: unregistered while nobody was
 * there to delete it. Only pages know all registrations of an origin.
 */

import { clearUnowned, storedScopes } from '../shared/scope-storage.js';

/**
 * @param {ServiceWorkerContainer} container
 * @returns {Promise<void>} Never rejects: what cannot be deleted now, the next
 *   page tries again.
 */
export async function collectOrphans(container) {
  if (!seesRegistrations()) return;
  /** @param {string} scope */
  const isOwned = async (scope) => (await container.getRegistration(scope))?.scope === scope;
  // Storage may not be looked at in sandboxed frames and private modes.
  const scopes = await storedScopes().catch(() => null);
  for (const scope of scopes ?? []) {
    try {
      // Looked up first, so that the locks of those that live are left alone.
      if (!(await isOwned(scope))) await clearUnowned(scope, () => isOwned(scope));
    } catch {
      // Not a scope of this origin, say: of an app that uses our names.
    }
  }
}

/**
 * In WebKit, workers and documents of blob: and about: URLs see the databases
 * of their origin, but none of its registrations.
 */
function seesRegistrations() {
  return 'document' in globalThis && /^https?:$/.test(location.protocol);
}
