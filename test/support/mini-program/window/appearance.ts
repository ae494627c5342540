import { wxCall } from '../../wx-calls.js';
import { Listeners } from '../../wx-listeners.js';
import type { Badge, Device, Frame } from './frame.js';
import type { Themes } from './themes.js';

const CAPSULE = { width: 87, height: 32, right: 7, top: 6 };

/** What a mini-program asks about the screen, and what it changes around its pages. */
export class Appearance {
  private readonly sizes = new Listeners<{ readonly size: object }>();

  constructor(
    private readonly window: Window,
    private readonly themes: Themes,
    private readonly device: Device,
    private readonly frame: Frame,
  ) {
    window.addEventListener('resize', () => {
      const { windowWidth, windowHeight } = this.windowInfo();
      this.sizes.tell({ size: { windowWidth, windowHeight } });
    });
  }

  get wx() {
    return {
      getWindowInfo: () => this.windowInfo(),
      getAppBaseInfo: () => this.appInfo(),
      getDeviceInfo: () => DEVICE,
      getSystemInfoSync: () => this.systemInfo(),
      getSystemInfo: wxCall('getSystemInfo', () => this.systemInfo()),
      getSystemSetting: () => ({ bluetoothEnabled: false, locationEnabled: false, wifiEnabled: true }),
      getMenuButtonBoundingClientRect: () => {
        const right = this.window.innerWidth - CAPSULE.right;
        const top = this.device.statusBar + CAPSULE.top;
        const { width, height } = CAPSULE;
        return { width, height, top, right, bottom: top + height, left: right - width };
      },
      onThemeChange: this.themes.changes.on,
      offThemeChange: this.themes.changes.off,
      onWindowResize: this.sizes.on,
      offWindowResize: this.sizes.off,
      setNavigationBarTitle: wxCall('setNavigationBarTitle', ({ title }: { readonly title: string }) =>
        this.frame.setTitle(title),
      ),
      setNavigationBarColor: wxCall(
        'setNavigationBarColor',
        ({ frontColor, backgroundColor }: { readonly frontColor: string; readonly backgroundColor: string }) =>
          this.frame.setColors({
            navigationBarTextStyle: frontColor === '#ffffff' ? 'white' : 'black',
            navigationBarBackgroundColor: backgroundColor,
          }),
      ),
      setBackgroundColor: wxCall('setBackgroundColor', () => {}),
      setBackgroundTextStyle: wxCall('setBackgroundTextStyle', () => {}),
      showNavigationBarLoading: wxCall('showNavigationBarLoading', () => {}),
      hideNavigationBarLoading: wxCall('hideNavigationBarLoading', () => {}),
      setTabBarBadge: this.badge('setTabBarBadge', ({ text = '' }) => ({ text })),
      removeTabBarBadge: this.badge('removeTabBarBadge', () => null),
      showTabBarRedDot: this.badge('showTabBarRedDot', () => 'dot'),
      hideTabBarRedDot: this.badge('hideTabBarRedDot', () => null),
      showTabBar: wxCall('showTabBar', () => this.frame.hideTabs(false)),
      hideTabBar: wxCall('hideTabBar', () => this.frame.hideTabs(true)),
    };
  }

  private badge(name: string, made: (options: { readonly text?: string }) => Badge | null) {
    return wxCall(name, (options: { readonly index: number; readonly text?: string }) =>
      this.frame.setBadge(options.index, made(options)),
    );
  }

  private windowInfo() {
    const { innerWidth, innerHeight, devicePixelRatio } = this.window;
    const { statusBar, safeAreaBottom } = this.device;
    const bottom = innerHeight - safeAreaBottom;
    return {
      pixelRatio: devicePixelRatio,
      screenWidth: innerWidth,
      screenHeight: innerHeight,
      windowWidth: innerWidth,
      windowHeight: this.frame.pageHeight,
      statusBarHeight: statusBar,
      screenTop: 0,
      safeArea: { left: 0, right: innerWidth, top: statusBar, bottom, width: innerWidth, height: bottom - statusBar },
    };
  }

  private appInfo() {
    const theme = this.themes.darkmode ? { theme: this.themes.now } : {};
    return {
      SDKVersion: '2.33.0',
      language: this.device.language,
      version: '8.0.50',
      enableDebug: false,
      host: { env: 'WeChat' },
      fontSizeSetting: this.device.fontSize,
      fontSizeScaleFactor: this.device.fontSize / 16,
      ...theme,
    };
  }

  private systemInfo() {
    return { ...this.windowInfo(), ...this.appInfo(), ...DEVICE };
  }
}

const DEVICE = { brand: 'devtools', model: 'iPhone', platform: 'devtools', system: 'iOS 15.0', benchmarkLevel: 40 };
