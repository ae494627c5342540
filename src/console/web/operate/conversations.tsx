import { useState } from 'preact/hooks';
import { isObject } from '../shared/ask.js';
import { useLanguage, useWords } from '../shared/language.js';
import type { Operator } from './operator.js';
import { Scrolling } from './scrolling.js';
import { timeAndDay } from './times.js';
import { useAnswer } from './use-answer.js';
import { WORDS } from './words.js';

const SHOWN = 10;

interface ConversationsProps {
  readonly operator: Operator;
  readonly userId: string;
  readonly beat: number;
  readonly onMessage: (messageId: string) => void;
}

interface Last {
  readonly peerId: string;
  readonly messageId: string;
  readonly fromUserId: string;
  readonly sentAt: number;
  readonly unread: number;
}

/** The last message with each of the user's peers, for whoever has no messageId; asked for only when somebody looks. */
export function Conversations({ operator, userId, beat, onMessage }: ConversationsProps) {
  const words = useWords(WORDS);
  const language = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const path = `/api/v1/users/${encodeURIComponent(userId)}/conversations?limit=${SHOWN}`;
  const { answer, problem } = useAnswer(operator, isOpen ? path : undefined, beat);
  const lasts = lastsFrom(answer);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.lastMessages}</summary>
      {problem !== '' && <p class="told bad">{problem}</p>}
      {answer !== undefined && lasts.length === 0 && <p class="hint">{words.noMessages}</p>}
      {lasts.length > 0 && (
        <Scrolling title={words.lastMessages} heads={words.lastHeads}>
          {lasts.map(({ peerId, messageId, fromUserId, sentAt, unread }) => (
            <tr key={peerId}>
              <th scope="row">{peerId}</th>
              <td>
                <button type="button" class="as-link code" onClick={() => onMessage(messageId)}>
                  {messageId}
                </button>
              </td>
              <td>{fromUserId}</td>
              <td>{timeAndDay(sentAt, language)}</td>
              <td>{unread}</td>
            </tr>
          ))}
        </Scrolling>
      )}
    </details>
  );
}

function lastsFrom(answer: unknown): readonly Last[] {
  if (!isObject(answer) || !Array.isArray(answer.items)) return [];
  return answer.items.filter(isObject).flatMap(({ peerId, last, unread }): readonly Last[] => {
    if (!isObject(last)) return [];
    const { messageId, fromUserId, sentAt } = last;
    const texts = { peerId: String(peerId), messageId: String(messageId), fromUserId: String(fromUserId) };
    return [{ ...texts, sentAt: Number(sentAt), unread: Number(unread) }];
  });
}
