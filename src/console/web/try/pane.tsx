import type { ConnectionState } from '../../../../mini-program-client/src/browser.js';
import { Button } from '../shared/button.js';
import { useWords } from '../shared/language.js';
import { Composer } from './composer.js';
import type { Person } from './person.js';
import { TranscriptView } from './transcript-view.js';
import { WORDS } from './words.js';
import './pane.css';

interface PaneProps {
  readonly number: number;
  readonly person: Person;
  /** The other pane's user. */
  readonly other: string;
  readonly asksForToken: boolean;
}

/** One user: who it is, whether it is connected, what it sees and what it says. */
export function Pane({ number, person, other, asksForToken }: PaneProps) {
  const words = useWords(WORDS);
  const id = `pane-${number}`;
  return (
    <section class={`panel pane ${person.side}`} aria-labelledby={id}>
      <h2 id={id} class="for-readers">
        {words.pane(number)}
      </h2>
      <Identity id={id} person={person} asksForToken={asksForToken || person.wantsToken} />
      <TranscriptView person={person} />
      <Composer id={id} person={person} other={other} />
    </section>
  );
}

function Identity({ id, person, asksForToken }: { id: string; person: Person; asksForToken: boolean }) {
  const words = useWords(WORDS);
  const { isWanted, network } = person;
  const needsToken = asksForToken && !isWanted;
  const submit = (event: Event) => {
    event.preventDefault();
    if (isWanted) person.disconnect();
    else person.connect();
  };
  return (
    <form class={`identity ${needsToken ? 'with-token' : ''}`} onSubmit={submit}>
      <div class="who">
        <label class="label" for={`${id}-user`}>
          {words.user}
        </label>
        <input
          id={`${id}-user`}
          class="field user"
          value={person.userId}
          disabled={isWanted}
          maxLength={64}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-describedby={`${id}-state`}
          onInput={({ currentTarget }) => person.setUserId(currentTarget.value.trim())}
        />
      </div>
      {needsToken && <TokenField id={id} person={person} />}
      <div class="do">
        <button
          type="button"
          role="switch"
          class="switch"
          aria-checked={network.isOn}
          onClick={() => person.turnNetwork(!network.isOn)}
        >
          <span class="track" aria-hidden="true" />
          {words.network} {network.isOn ? words.on : words.off}
        </button>
        <Button kind={isWanted ? 'plain' : 'main'} type="submit">
          {isWanted ? words.disconnect : words.connect}
        </Button>
      </div>
      <p id={`${id}-state`} class={`state ${stateKind(person)}`} role="status">
        {person.mistake || stateWords(person, words.state)}
        {person.room?.isIn && <span class="where">{words.isIn(person.room.name, person.room.userIds.join(', '))}</span>}
      </p>
    </form>
  );
}

function TokenField({ id, person }: { id: string; person: Person }) {
  const words = useWords(WORDS);
  return (
    <div class="token">
      <label class="label" for={`${id}-token`}>
        {words.token}
      </label>
      <input
        id={`${id}-token`}
        class="field"
        type="password"
        autocomplete="off"
        required
        aria-describedby={`${id}-token-hint`}
        onInput={({ currentTarget }) => {
          person.token = currentTarget.value.trim();
        }}
      />
      <p id={`${id}-token-hint`} class="hint">
        {person.wantsToken ? words.tokenRefused : words.tokenHint} <code>npx minim token --user {person.userId}</code>
      </p>
    </div>
  );
}

function stateKind({ mistake, network, isConnected, isWanted }: Person): string {
  if (mistake) return 'bad';
  if (isConnected) return 'good';
  return isWanted || !network.isOn ? 'warn' : '';
}

function stateWords({ state, network }: Person, words: StateWords): string {
  if (!network.isOn) return words.off;
  if (state.phase === 'waiting') return words.waiting(Math.max(1, Math.ceil(state.retryInMs / 1_000)));
  if (state.phase === 'closed') return words.closed(state.word);
  return words[state.phase];
}

type StateWords = Readonly<Record<Exclude<ConnectionState['phase'], 'waiting' | 'closed'> | 'off', string>> & {
  readonly waiting: (s: number) => string;
  readonly closed: (word: string) => string;
};
