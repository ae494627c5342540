import { useEffect, useState } from 'preact/hooks';

export type View = 'try' | 'operate';

/** Where each view is, for links. */
export const ADDRESS: Readonly<Record<View, string>> = { try: '#/', operate: '#/operate' };

/** The view that the address bar says. What stands behind it, as in `#/operate/users`, is that view's own. */
export function useView(): View {
  const [view, setView] = useState(fromAddress);
  useEffect(() => {
    const look = () => setView(fromAddress());
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return view;
}

function fromAddress(): View {
  return /^#\/operate(\/|$)/.test(location.hash) ? 'operate' : 'try';
}
