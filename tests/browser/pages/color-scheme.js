/**
 * Light or dark, whatever the system prefers: what pages make depend on it, and
 * what engines do.
 *
 * @param {'light' | 'dark'} scheme
 */
self.setColorScheme = (scheme) => {
  document.documentElement.style.colorScheme = scheme;
  for (const { cssRules } of document.styleSheets) {
    for (const rule of cssRules) {
      if (rule instanceof CSSMediaRule && /prefers-color-scheme|^(not )?all$/.test(rule.media.mediaText)) {
        rule.media.mediaText = scheme === 'dark' ? 'all' : 'not all';
      }
    }
  }
};
