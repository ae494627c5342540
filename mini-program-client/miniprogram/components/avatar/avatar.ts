import { colourOf, lettersOf } from '../../model/faces';

/** A picture of somebody, or letters where there is none, or none that can be loaded. */
Component({
  properties: {
    userId: String,
    name: String,
    picture: String,
    /** In px. */
    size: { type: Number, value: 40 },
    isRoom: Boolean,
    online: Boolean,
  },

  data: { letters: '', colour: 0, isBroken: false },

  observers: {
    'userId, name, isRoom'(userId: string, name: string, room: boolean) {
      this.setData({ letters: room ? '#' : lettersOf(name || userId), colour: colourOf(userId) });
    },
    picture() {
      this.setData({ isBroken: false });
    },
  },

  methods: {
    onError() {
      this.setData({ isBroken: true });
    },
  },
});
