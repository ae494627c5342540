import { topBar, words } from '../../service/system';

/** The upper edge of a page that draws its own: room for the status bar, a way back, and beside WeChat's buttons the slot. */
Component({
  properties: { back: Boolean },
  data: { label: words().back, ...topBar() },
  methods: {
    onBack() {
      // Opened from outside, there is nothing to go back to.
      if (getCurrentPages().length > 1) wx.navigateBack();
      else wx.reLaunch({ url: '/pages/conversations/conversations' });
    },
  },
});
