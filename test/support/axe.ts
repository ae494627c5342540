import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds, by rule and place. */
export async function axeFindings(page: Page): Promise<string[]> {
  const found: unknown = await page.evaluate(`(async () => {
    ${axe.source};
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' ')));
  })()`);
  return Array.isArray(found) ? found.map(String) : ['axe-core has not run'];
}
