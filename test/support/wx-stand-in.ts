import { atEnd } from './meanwhile.js';
import { MiniProgramPhone, type PhoneOptions } from './wx-phone.js';

export type { PhoneOptions };

/** The phone of one test: switched off when the test is over. */
export class Phone extends MiniProgramPhone {
  constructor(options: PhoneOptions = {}) {
    super(options);
    atEnd(() => this.switchOff());
  }
}
