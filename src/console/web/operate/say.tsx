import { useState } from 'preact/hooks';
import { isObject } from '../shared/ask.js';
import { Button } from '../shared/button.js';
import { useWords } from '../shared/language.js';
import { Confirm } from './confirm.js';
import { type Operator, wordsOf } from './operator.js';
import { WORDS } from './words.js';

interface SayProps {
  readonly operator: Operator;
  /** Left out: to everyone, after having been asked once more. */
  readonly toUserId?: string;
  readonly onMessage: (messageId: string) => void;
}

type Fate = { readonly messageId: string } | { readonly problem: string } | undefined;

/** A message from the key's own user, to one user or to everyone. */
export function Say({ operator, toUserId, onMessage }: SayProps) {
  const words = useWords(WORDS);
  const [text, setText] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [fate, setFate] = useState<Fate>();
  const field = `say-${toUserId === undefined ? 'everyone' : 'user'}`;
  const send = async () => {
    setAsking(false);
    const told = await say(operator, toUserId, text);
    setFate(told);
    if (told !== undefined && 'messageId' in told) setText('');
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    if (toUserId === undefined) setAsking(true);
    else void send();
  };
  return (
    <>
      <form class="say" onSubmit={submit}>
        <label class={toUserId === undefined ? 'for-readers' : 'label'} for={field}>
          {toUserId === undefined ? words.sayEveryone : words.sayTo(toUserId)}
        </label>
        <input
          id={field}
          class="field"
          value={text}
          autocomplete="off"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button type="submit">{toUserId === undefined ? words.broadcast : words.send}</Button>
        <p class="said" role="status">
          {fate !== undefined && 'problem' in fate && <span class="bad">{fate.problem}</span>}
          {fate !== undefined && 'messageId' in fate && (
            <>
              {words.storedAs}{' '}
              <button type="button" class="as-link code" onClick={() => onMessage(fate.messageId)}>
                {fate.messageId}
              </button>
            </>
          )}
        </p>
      </form>
      {isAsking && (
        <Confirm title={words.broadcastTitle} act={words.broadcast} onAct={send} onCancel={() => setAsking(false)}>
          <p>{words.broadcastText}</p>
          <blockquote>{text}</blockquote>
        </Confirm>
      )}
    </>
  );
}

/** Under a name of its own, so that the same send never counts twice. */
async function say(operator: Operator, toUserId: string | undefined, message: string): Promise<Fate> {
  const id = `console-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  const path = toUserId === undefined ? `/api/v1/broadcasts/${id}` : `/api/v1/messages/${id}`;
  try {
    const answer = await operator.ask(path, { method: 'PUT', body: { ...(toUserId && { toUserId }), message } });
    return { messageId: isObject(answer) ? String(answer.messageId) : '' };
  } catch (error) {
    return { problem: wordsOf(error) };
  }
}
