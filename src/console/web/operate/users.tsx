import { useState } from 'preact/hooks';
import { isObject } from '../shared/ask.js';
import { Button } from '../shared/button.js';
import { useLanguage, useWords } from '../shared/language.js';
import { isUserId, justBelow } from './online.js';
import type { Operator } from './operator.js';
import { useAnswer } from './use-answer.js';
import { WORDS } from './words.js';

const PAGE_USERS = 12;

interface UsersProps {
  readonly operator: Operator;
  /** Changes when it is time to look again. */
  readonly beat: number;
  readonly chosen: string | undefined;
  readonly onChoose: (userId: string) => void;
}

interface Page {
  readonly count: number;
  readonly users: readonly { readonly userId: string; readonly nickname: string }[];
  readonly next: string | undefined;
}

/** Who is online, by the beginning of the user id; and anybody else who is looked for by the whole of it. */
export function Users({ operator, beat, chosen, onChoose }: UsersProps) {
  const words = useWords(WORDS);
  const language = useLanguage();
  const [beginning, setBeginning] = useState('');
  /** Behind whom each page begins, up to the one that is shown. */
  const [pages, setPages] = useState<readonly string[]>([]);
  const behind = pages.at(-1) ?? (beginning === '' ? undefined : justBelow(beginning));
  const isWanted = beginning === '' || isUserId(beginning);

  const query = new URLSearchParams({ limit: String(PAGE_USERS), ...(behind !== undefined && { after: behind }) });
  const { answer, problem } = useAnswer(operator, isWanted ? `/api/v1/users/online?${query}` : undefined, beat);
  const page = answer === undefined ? undefined : pageFrom(answer, beginning);

  const search = (text: string) => {
    setBeginning(text.trim());
    setPages([]);
  };
  const users = isWanted ? (page?.users ?? []) : [];
  const { next } = page ?? {};
  const submit = (event: Event) => {
    event.preventDefault();
    if (isUserId(beginning)) onChoose(beginning);
  };
  return (
    <section class="panel users" aria-labelledby="users-title">
      <div class="section-head">
        <h2 id="users-title">{words.online}</h2>
        <span class="how-many" role="status">
          {page && words.onlineCount(page.count, page.count.toLocaleString(language))}
        </span>
      </div>
      <form class="users-form" onSubmit={submit}>
        <input
          class="field"
          type="search"
          aria-label={words.filter}
          placeholder={words.filter}
          value={beginning}
          maxLength={64}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={({ currentTarget }) => search(currentTarget.value)}
        />
        <Button type="submit" disabled={!isUserId(beginning)}>
          {words.look}
        </Button>
      </form>
      {problem !== '' && <p class="told bad">{problem}</p>}
      <ul class="user-list">
        {users.map(({ userId, nickname }) => (
          <li key={userId}>
            <button type="button" aria-pressed={userId === chosen} onClick={() => onChoose(userId)}>
              <b class="name">{userId}</b> {nickname}
            </button>
          </li>
        ))}
      </ul>
      {users.length === 0 && page !== undefined && (
        <p class="empty">{beginning === '' ? words.nobody : words.nobodyLike(beginning)}</p>
      )}
      {(pages.length > 0 || next !== undefined) && (
        <div class="pages">
          <Button kind="quiet" disabled={pages.length === 0} onClick={() => setPages(pages.slice(0, -1))}>
            {words.before}
          </Button>
          <Button
            kind="quiet"
            disabled={next === undefined}
            onClick={() => next !== undefined && setPages([...pages, next])}
          >
            {words.after}
          </Button>
        </div>
      )}
    </section>
  );
}

function pageFrom(answer: unknown, beginning: string): Page {
  const { count = 0, users = [], next } = isObject(answer) ? answer : {};
  const all = (Array.isArray(users) ? users : []).filter(isObject).map(({ userId, nickname }) => ({
    userId: String(userId),
    nickname: typeof nickname === 'string' ? nickname : '',
  }));
  const like = all.filter(({ userId }) => userId.startsWith(beginning));
  // Behind the first who is not like that there is nobody else who is.
  const hasMore = typeof next === 'string' && like.length === all.length;
  return { count: Number(count), users: like, next: hasMore ? next : undefined };
}
