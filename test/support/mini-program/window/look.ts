/** How a phone looks around and under the pages. */
export const LOOK = `
html { --rpx: calc(100vw / 750); --nav-background: #ededed; --nav-color: #000; font-size: 16px; }
html, body { margin: 0; height: 100%; overflow: hidden; }
body { display: flex; flex-direction: column; background: #ededed;
  font-family: -apple-system, "Noto Sans CJK SC", "Noto Sans", sans-serif, "Noto Color Emoji"; -webkit-text-size-adjust: none; }
[hidden] { display: none !important; }
wx-bar { display: block; flex: none; box-sizing: border-box; background: var(--nav-background); color: var(--nav-color);
  padding-top: var(--status-bar); height: calc(var(--status-bar) + 44px); position: relative; text-align: center;
  font: 600 17px/44px "Noto Sans CJK SC", sans-serif; }
wx-bar > button { position: absolute; left: 8px; bottom: 8px; width: 28px; height: 28px; border: 0; padding: 0;
  background: none; color: inherit; font: 24px/28px sans-serif; }
wx-bar > i { position: absolute; right: 7px; bottom: 6px; width: 85px; height: 30px; border: 1px solid #9996;
  border-radius: 16px; font: 700 14px/30px sans-serif; letter-spacing: 2px; }
wx-stack { display: block; flex: 1; min-height: 0; position: relative; overflow: hidden; transform: translateY(0); }
wx-page { display: block; position: absolute; inset: 0; overflow-x: hidden; overflow-y: auto; line-height: 1.5; }
wx-view, wx-scroll-view, wx-form, wx-swiper, wx-cover-view, wx-navigator, wx-checkbox-group, wx-radio-group { display: block; }
wx-text { display: inline; white-space: pre-line; user-select: none; }
wx-text[user-select], wx-text[selectable] { user-select: text; }
wx-label { display: inline-block; }
wx-page-meta, wx-navigation-bar { display: none; }
wx-scroll-view { -webkit-overflow-scrolling: touch; outline: none; }
wx-scroll-view:not([enable-flex]) { display: block !important; }
wx-scroll-view[no-scrollbar]::-webkit-scrollbar { display: none; }
wx-input, wx-textarea { display: block; overflow: hidden; text-align: initial; }
wx-field { display: block; position: relative; width: 100%; height: 100%; }
wx-input input::placeholder, wx-textarea textarea::placeholder { color: transparent; }
wx-placeholder { position: absolute; inset: 0 auto auto 0; color: gray; white-space: pre; pointer-events: none; }
wx-input wx-placeholder { bottom: 0; display: flex; align-items: center; }
wx-input { min-height: 1.4em; height: 1.4em; }
wx-textarea { width: 300px; min-height: 1.4em; }
wx-input input, wx-textarea textarea { display: block; box-sizing: border-box; width: 100%; height: 100%; margin: 0;
  padding: 0; border: 0; outline: none; background: none; font: inherit; color: inherit; text-align: inherit; resize: none; }
wx-button { display: block; position: relative; box-sizing: border-box; margin: 0 auto; padding: 0 14px; overflow: hidden;
  border-radius: 5px; background: #f8f8f8; color: #000; font-size: 18px; line-height: 2.55555556; text-align: center;
  text-decoration: none; user-select: none; -webkit-tap-highlight-color: transparent; }
wx-button::after { content: ''; position: absolute; inset: 0; border: 1px solid #0003; border-radius: inherit; pointer-events: none; }
wx-button[size=mini] { display: inline-block; font-size: 13px; line-height: 2.3; padding: 0 1.32em; }
wx-button[type=primary] { background: #07c160; color: #fff; }
wx-button[type=warn] { background: #fa5151; color: #fff; }
wx-button[plain] { background: transparent; border: 1px solid #353535; color: #353535; }
wx-button[disabled] { opacity: .4; }
wx-image { display: inline-block; width: 320px; height: 240px; overflow: hidden; }
wx-image > img { display: block; width: 100%; height: 100%; }
wx-image[mode=widthFix], wx-image[mode=heightFix] { height: auto; }
wx-image[mode=widthFix] > img { height: auto; }
wx-switch { display: inline-block; width: 52px; height: 32px; border-radius: 16px; background: #dfdfdf; position: relative; }
wx-switch::after { content: ''; position: absolute; top: 1px; left: 1px; width: 30px; height: 30px; border-radius: 15px; background: #fff; }
wx-switch[aria-checked=true] { background: var(--switch-color); }
wx-switch[aria-checked=true]::after { left: 21px; }
wx-tabs { display: flex; flex: none; box-sizing: border-box; height: calc(50px + var(--safe-bottom)); padding-bottom: var(--safe-bottom);
  border-top: 1px solid #0002; font: 11px/14px "Noto Sans CJK SC", sans-serif; }
wx-tabs > button { flex: 1; position: relative; border: 0; padding: 0; background: none; font: inherit; }
wx-tabs img { display: block; width: 26px; height: 26px; margin: 2px auto; }
wx-tabs b { position: absolute; top: 2px; left: 54%; min-width: 10px; padding: 0 4px; border-radius: 9px; background: #fa5151; color: #fff; }
wx-tabs b:empty { min-width: 8px; width: 8px; height: 8px; padding: 0; }
wx-dialog { position: fixed; inset: 0; z-index: 1000; display: flex; background: #0009; font: 17px/1.4 "Noto Sans CJK SC", sans-serif; color: #000; }
wx-dialog > div { margin: auto; width: 280px; border-radius: 12px; background: #fff; text-align: center; overflow: hidden; }
wx-dialog[kind=sheet] > div { margin: auto 0 0; width: 100%; border-radius: 12px 12px 0 0; padding-bottom: var(--safe-bottom); }
wx-dialog p { margin: 20px 24px; color: #0008; white-space: pre-line; } wx-dialog h1 { margin: 24px 24px -8px; font: 700 17px/1.4 inherit; font-size: 17px; }
wx-dialog input { box-sizing: border-box; width: 232px; margin-bottom: 20px; padding: 8px; border: 0; background: #0001; font: inherit; }
wx-dialog footer { display: flex; border-top: 1px solid #0001; }
wx-dialog button { display: block; width: 100%; border: 0; border-top: 1px solid #0001; padding: 16px; background: none; font: inherit; color: inherit; }
wx-dialog footer button { border-top: 0; font-weight: 700; }
wx-toast { position: fixed; z-index: 1001; top: 40%; left: 50%; transform: translate(-50%, -50%); max-width: 70%; padding: 14px 18px;
  border-radius: 8px; background: #4c4c4c; color: #fff; font: 16px/1.4 "Noto Sans CJK SC", sans-serif; text-align: center; }
wx-keyboard { position: fixed; z-index: 900; left: 0; right: 0; bottom: 0; background: #d1d4da; }
@media (prefers-color-scheme: dark) {
  html[darkmode] body { background: #111; color: #fffc; }
  html[darkmode] wx-button:not([type=primary], [type=warn]) { background: #ffffff14; color: #fffc; }
  html[darkmode] wx-dialog > div { background: #2c2c2c; color: #fffc; } html[darkmode] wx-dialog p { color: #fff8; }
  html[darkmode] wx-switch { background: #fff3; } html[darkmode] wx-keyboard { background: #2b2b2d; }
}
`;
