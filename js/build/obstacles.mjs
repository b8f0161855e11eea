// Why a version cannot be released, from what git and the changelog say.

/** @param {string} changelog @returns {Map<string, string>} Sections by heading. */
function sectionsOf(changelog) {
  const sections = changelog.split(/^## /m).slice(1);
  return new Map(sections.map((section) => {
    const [heading] = section.split('\n', 1);
    return [heading.trim(), section.slice(heading.length)];
  }));
}

/** @param {string} section */
const hasEntries = (section) => /^- \S/m.test(section);

/**
 * @param {object} state
 * @param {string} state.version  Of package.json.
 * @param {string} state.changes  What `git status --porcelain` prints.
 * @param {string} state.tags  What `git tag` prints of this version's.
 * @param {string} state.changelog
 * @returns {string[]} None: it may be released.
 */
export function obstacles({ version, changes, tags, changelog }) {
  const found = [];
  if (changes !== '') found.push('There are changes that are not committed');
  if (tags !== '') found.push(`${version} has been released: package.json needs the next version`);
  const sections = sectionsOf(changelog);
  const heading = [...sections.keys()].find((each) =>
    each.startsWith(`${version} - `) && /^\d{4}-\d\d-\d\d$/.test(each.slice(version.length + 3)));
  if (heading === undefined) {
    found.push(`CHANGELOG.md has no section "## ${version} - <date>"`);
  } else if (!hasEntries(sections.get(heading) ?? '')) {
    found.push(`CHANGELOG.md says nothing of ${version}`);
  }
  if (hasEntries(sections.get('Unreleased') ?? '')) {
    found.push('CHANGELOG.md has entries under "Unreleased"');
  }
  return found;
}
