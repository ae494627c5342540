import { openInChromium } from '../support/mini-program/chromium-phone.js';
import { FONT_SIZES, PHONE_LOOKS } from '../support/screenshots/looks.js';
import { type Stage, story } from '../support/screenshots/story.js';

async function signIn({ browser, look, server }: Stage, userId: string) {
  const { width, height, theme, text } = look;
  const safeAreaBottom = height > 800 ? 34 : 0;
  const device = { statusBar: safeAreaBottom ? 54 : 20, safeAreaBottom, fontSize: FONT_SIZES[text] };
  const phone = await openInChromium(browser, { width, height, theme, scale: 2, device });
  await phone.page.getByLabel('Server').count();
  return { phone, page: phone.page, server, userId };
}

story('mini-program', {
  looks: PHONE_LOOKS,
  async tell(stage) {
    const { phone, page } = await signIn(stage, 'A');
    await stage.shoot(page, 'start');
    await phone.close();
  },
});
