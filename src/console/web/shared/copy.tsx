import { useState } from 'preact/hooks';
import { Button } from './button.js';
import { useWords, type Words } from './language.js';

const EN = { copy: 'Copy', copied: 'Copied', failed: 'Select and copy it by hand' };
const WORDS: Words<typeof EN> = { en: EN, zh: { copy: '复制', copied: '已复制', failed: '请手动选中复制' } };

/** @param label says what is copied, to those who don't see what stands beside it */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const words = useWords(WORDS);
  const [state, setState] = useState<'copy' | 'copied' | 'failed'>('copy');
  const copy = async () => {
    setState((await putOnClipboard(text)) ? 'copied' : 'failed');
    setTimeout(() => setState('copy'), 2_000);
  };
  return (
    <>
      <Button kind="quiet" label={`${words.copy}: ${label}`} onClick={copy}>
        {words[state]}
      </Button>
      <span class="for-readers" role="status">
        {state === 'copy' ? '' : words[state]}
      </span>
    </>
  );
}

/** A page that came over plain HTTP from another machine has no clipboard; the old way still works there. */
async function putOnClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    const before = document.activeElement;
    area.value = text;
    area.className = 'for-readers';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}
