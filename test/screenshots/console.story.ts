import { startBanner } from '../../src/ops/start-banner.js';
import { run } from '../stories/first-minute.js';
import { story } from '../support/screenshots/story.js';

/** The first minute of somebody who has never seen Minim. */
story('console', {
  looks: [
    { width: 1280, height: 800, theme: 'light', text: 'usual' },
    { width: 1280, height: 800, theme: 'dark', text: 'usual' },
  ],
  async tell({ browser, look, server, shoot }) {
    const { width, height, theme } = look;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: 'en-US',
      baseURL: server.url,
    });
    const page = await context.newPage();
    const printed = startBanner('::', server.port, { isOpen: true, hasConsole: true });
    await run(page, (name) => shoot(page, name), printed);
    await context.close();
  },
});
