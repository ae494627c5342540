/** Texts that outlive the app. None of these throws: what cannot be kept is asked of the server again. */
export interface Keep {
  /** Empty where there is nothing. */
  get(key: string): string;
  set(key: string, text: string): void;
  remove(key: string): void;
}

export function wxKeep(): Keep {
  return {
    get: (key) => {
      try {
        const text: unknown = wx.getStorageSync(key);
        return typeof text === 'string' ? text : '';
      } catch (_) {
        return '';
      }
    },
    set: (key, text) => {
      try {
        wx.setStorageSync(key, text);
      } catch (_) {}
    },
    remove: (key) => {
      try {
        wx.removeStorageSync(key);
      } catch (_) {}
    },
  };
}

/** What was kept under `key`, or null where that is nothing, or broken. */
export function kept(keep: Keep, key: string): unknown {
  try {
    return JSON.parse(keep.get(key));
  } catch (_) {
    return null;
  }
}
