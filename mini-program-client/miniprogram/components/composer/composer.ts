import { words } from '../../service/system';

/** Where one writes. It grows with the text, and stays above the keyboard. */
Component({
  properties: {
    /** Something that was written before, and not sent. */
    draft: String,
  },

  data: {
    words: words().thread,
    text: '',
    canSend: false,
    /** In px; what the keyboard covers. */
    keyboard: 0,
  },

  observers: {
    draft(text: string) {
      if (text && !this.data.text) this.setData({ text, canSend: text.trim() !== '' });
    },
  },

  methods: {
    onInput(event: WechatMiniprogram.TextareaInput) {
      const text = event.detail.value;
      const canSend = text.trim() !== '';
      if (canSend !== this.data.canSend) this.setData({ canSend });
      this.triggerEvent('typing', { text });
    },

    onSend() {
      const text = this.data.text.trim();
      if (text === '') return;
      this.setData({ text: '', canSend: false });
      this.triggerEvent('send', { text });
    },

    onLine() {
      this.triggerEvent('resize');
    },

    /** Only the composer and the end of the list go up; nothing that is not covered moves. */
    onKeyboard(event: WechatMiniprogram.TextareaKeyboardHeightChange) {
      const keyboard = event.detail.height || 0;
      if (keyboard === this.data.keyboard) return;
      this.setData({ keyboard }, () => this.triggerEvent('resize'));
    },

    onBlur() {
      if (this.data.keyboard !== 0) this.setData({ keyboard: 0 }, () => this.triggerEvent('resize'));
    },
  },
});
