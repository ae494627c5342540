import type { Row } from '../../model/rows';
import { words } from '../../service/system';

/** One line of a conversation: what somebody said, or what lies between. */
Component({
  properties: {
    row: { type: Object, value: {} as Partial<Row> },
    /** Others have a name and a picture here: in a room. */
    faces: Boolean,
  },

  data: { states: words().thread.states },

  methods: {
    onLongPress(event: WechatMiniprogram.TouchEvent) {
      const [touch] = event.changedTouches || [];
      const { key } = this.data.row;
      this.triggerEvent('menu', { key, y: touch ? touch.clientY : event.detail.y });
    },

    onState() {
      const { key, state } = this.data.row;
      if (state === 'failed') this.triggerEvent('failed', { key });
    },
  },
});
