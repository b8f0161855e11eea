/**
 * Storage that no registration owns any more: unregistered while nobody was
 * there to delete it. Only pages know all registrations of an origin.
 */

import { clearScope, scopeOf } from '../shared/scope-storage.js';

/**
 * @param {ServiceWorkerContainer} container
 * @returns {Promise<void>} Never rejects: what cannot be deleted now, the next
 *   page tries again.
 */
export async function collectOrphans(container) {
  try {
    const databases = (await indexedDB.databases?.()) ?? [];
    const scopes = new Set(databases.map(({ name }) => scopeOf(name ?? '')));
    scopes.delete('');
    if (scopes.size === 0) return;
    // Looked up afterwards: a scope registered in between is not among ours,
    // or is found here.
    for (const { scope } of await container.getRegistrations()) scopes.delete(scope);
    await Promise.all([...scopes].map((scope) => clearScope(scope)));
  } catch {
    // Storage that may not be looked at, in sandboxed frames and private modes.
  }
}
