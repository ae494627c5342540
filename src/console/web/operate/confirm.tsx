import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../shared/button.js';
import { useWords } from '../shared/language.js';
import { WORDS } from './words.js';
import './confirm.css';

interface ConfirmProps {
  readonly title: string;
  readonly act: string;
  readonly isDanger?: boolean;
  readonly onAct: () => void;
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}

/** Asks once more before something that cannot be taken back. The focus goes where it was when it closes. */
export function Confirm({ title, act, isDanger = false, onAct, onCancel, children }: ConfirmProps) {
  const words = useWords(WORDS);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    onAct();
  };
  return (
    <dialog ref={dialog} class="panel confirm" aria-labelledby="confirm-title" onCancel={onCancel}>
      <form onSubmit={submit}>
        <h2 id="confirm-title">{title}</h2>
        {children}
        <div class="confirm-do">
          <Button onClick={onCancel}>{words.cancel}</Button>
          <Button kind={isDanger ? 'danger' : 'main'} type="submit">
            {act}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
