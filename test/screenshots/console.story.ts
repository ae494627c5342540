import { startBanner } from '../../src/ops/start-banner.js';
import { run } from '../stories/first-minute.js';
import { story } from '../support/screenshots/story.js';

/** The first minute of somebody who has never seen Minim. */
story('console', {
  looks: [
    { width: 1280, height: 900, theme: 'light', text: 'usual' },
    { width: 1280, height: 900, theme: 'dark', text: 'usual' },
  ],
  chosen: {
    '1-opened-1280x900-light': 'console-opened',
    '2-connected-1280x900-light': 'console-connected',
    '3-sent-1280x900-light': 'console-sent',
    '4-cut-off-1280x900-light': 'console-cut-off',
    '5-back-1280x900-light': 'console-back',
    '6-in-a-room-1280x900-dark': 'console-in-a-room-dark',
  },
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
