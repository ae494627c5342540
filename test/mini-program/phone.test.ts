import { describe, expect, it } from 'vitest';
import { Phone } from '../support/wx-stand-in.js';
import { PhoneStorage } from '../support/wx-storage.js';

describe('a phone', () => {
  it('answers by callbacks or by a promise, and never at once', async () => {
    const { wx } = new Phone();
    const told: unknown[] = [];
    const given = wx.setStorage({
      key: 'a',
      data: 1,
      success: () => told.push('success'),
      complete: () => told.push('complete'),
    });
    expect(given).toBeUndefined();
    expect(told).toEqual([]);
    await expect(wx.getStorage({ key: 'a' })).resolves.toEqual({ data: 1, errMsg: 'getStorage:ok' });
    expect(told).toEqual(['success', 'complete']);
    await expect(wx.getStorage({ key: 'b' })).rejects.toEqual({ errMsg: 'getStorage:fail data not found' });
  });

  it('keeps 1 MB under a key and 10 MB in all, as JSON', () => {
    const { wx } = new Phone();
    const megabyte = 'x'.repeat(1024 * 1024 - 2);
    expect(() => wx.setStorageSync('large', `${megabyte}x`)).toThrow('setStorageSync:fail entry size limit reached');
    for (let key = 1; key <= 10; key++) wx.setStorageSync(`large-${key}`, megabyte);
    expect(() => wx.setStorageSync('one', 'more')).toThrow('setStorageSync:fail exceed storage max size 10Mb');
    wx.removeStorageSync('large-1');
    wx.setStorageSync('map', new Map([['lost', 1]]));
    expect(wx.getStorageSync('map')).toEqual({});
    expect(wx.getStorageSync('large-1')).toBe('');
  });

  it('may be full', () => {
    const storage = new PhoneStorage();
    const { wx } = new Phone({ storage });
    storage.isFull = true;
    expect(() => wx.setStorageSync('one', 'more')).toThrow('setStorageSync:fail');
  });

  it('says of its network, its memory, its motor and its clipboard what the test says', async () => {
    const { wx, device } = new Phone();
    const told: unknown[] = [];
    wx.onNetworkStatusChange((status) => told.push(status));
    wx.onMemoryWarning((warning) => told.push(warning));
    device.changeNetwork(true, '4g');
    device.runLowOnMemory(15);
    await expect(wx.getNetworkType()).resolves.toMatchObject({ networkType: '4g' });
    expect(told).toEqual([{ isConnected: true, networkType: '4g' }, { level: 15 }]);
    await wx.vibrateShort({ type: 'light' });
    await wx.setClipboardData({ data: 'copied' });
    expect([device.clipboard, device.vibrations]).toEqual(['copied', ['light']]);
  });

  it('lets timers run again and again, and not while the app is suspended', async () => {
    const { timers } = new Phone();
    let ran = 0;
    const handle = await new Promise((resolve) => {
      const made = timers.setInterval(() => {
        ran += 1;
        if (ran === 2) resolve(made);
      });
    });
    timers.suspend();
    timers.clearTimeout(handle);
    timers.wake();
    expect([ran, timers.running]).toEqual([2, 0]);
  });
});
