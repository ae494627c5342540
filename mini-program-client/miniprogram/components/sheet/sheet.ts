import { words } from '../../service/system';

/** Something that comes up over the page, with what its slot holds. It asks to be closed; the page closes it. */
Component({
  properties: { open: Boolean, title: String, keyboard: Number },
  data: { close: words().room.close },
  methods: {
    onClose() {
      this.triggerEvent('close');
    },
    onMove() {},
  },
});
