import { PlatformRefusal, wxCall } from './wx-calls.js';
import { Listeners } from './wx-listeners.js';

interface NetworkStatus {
  readonly isConnected: boolean;
  readonly networkType: string;
}

/** The rest of a phone that a mini-program can reach: its clipboard, its motor, what it knows of its network. */
export class PhoneDevice {
  clipboard = '';
  /** How often it shook, each `light`, `medium`, `heavy` or `long`. */
  readonly vibrations: string[] = [];
  private status: NetworkStatus = { isConnected: true, networkType: 'wifi' };
  private readonly network = new Listeners<NetworkStatus>();
  private readonly memory = new Listeners<{ readonly level: number }>();

  changeNetwork(isConnected: boolean, networkType = isConnected ? 'wifi' : 'none'): void {
    this.status = { isConnected, networkType };
    this.network.tell(this.status);
  }

  /** `level` is Android's: 5, 10 or 15, the higher the worse. */
  runLowOnMemory(level = 10): void {
    this.memory.tell({ level });
  }

  readonly wx = {
    onNetworkStatusChange: this.network.on,
    offNetworkStatusChange: this.network.off,
    getNetworkType: wxCall('getNetworkType', () => ({ networkType: this.status.networkType })),
    onMemoryWarning: this.memory.on,
    offMemoryWarning: this.memory.off,
    setClipboardData: wxCall('setClipboardData', ({ data }: { readonly data: string }) => {
      if (typeof data !== 'string') throw new PlatformRefusal('parameter error: data should be a string');
      this.clipboard = data;
    }),
    getClipboardData: wxCall('getClipboardData', () => ({ data: this.clipboard })),
    vibrateShort: wxCall('vibrateShort', ({ type = 'medium' }: { readonly type?: string }) => {
      this.vibrations.push(type);
    }),
    vibrateLong: wxCall('vibrateLong', () => void this.vibrations.push('long')),
  };
}
