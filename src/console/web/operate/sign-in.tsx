import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask, isObject } from '../shared/ask.js';
import { Button } from '../shared/button.js';
import { CopyButton } from '../shared/copy.js';
import { useWords } from '../shared/language.js';
import type { Operator } from './operator.js';
import { WORDS } from './words.js';
import './sign-in.css';

/** Asks for an API key, and says where one comes from. */
export function SignIn({ operator, isShown }: { operator: Operator; isShown: boolean }) {
  const words = useWords(WORDS);
  const [hasKeys, setHasKeys] = useState<boolean>();
  const [typed, setTyped] = useState('');
  const suggested = useMemo(newKey, []);
  useEffect(() => {
    if (!isShown) return;
    ask('/console/server').then(
      (facts) => setHasKeys(isObject(facts) && facts.hasApiKeys === true),
      () => setHasKeys(undefined),
    );
  }, [isShown, operator.problem]);
  const isWithout = hasKeys === false || operator.problem === 'no-keys';
  const submit = (event: Event) => {
    event.preventDefault();
    void operator.signIn(typed.trim() || undefined);
  };
  return (
    <div class="panel sign-in">
      {isWithout && (
        <div class="no-keys">
          <h2>{words.noKeysTitle}</h2>
          <p>{words.noKeys}</p>
          <Lines text={`MINIM_API_KEYS=me:send+broadcast+read+admin:${suggested} npm start`} label={words.noKeysLine} />
          <p class="hint">{words.noKeysThen}</p>
        </div>
      )}
      <form class="sign-in-form" onSubmit={submit}>
        <label class="label" for="api-key">
          {words.apiKey}
        </label>
        <input
          id="api-key"
          class="field code"
          type="password"
          value={typed}
          required={!operator.hasKey}
          autocomplete="off"
          aria-describedby="api-key-hint api-key-problem"
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Button kind="main" type="submit" disabled={operator.state === 'checking'}>
          {words.signIn}
        </Button>
        <p id="api-key-hint" class="hint">
          {words.apiKeyHint}
        </p>
        <p id="api-key-problem" class="state bad" role="alert" hidden={operator.problem === undefined}>
          <span>
            {operator.problem && words.problems[operator.problem]} <span lang="en">{operator.detail}</span>
          </span>
        </p>
      </form>
      {!isWithout && (
        <details>
          <summary>{words.whereKey}</summary>
          <p>{words.whereKeyText}</p>
          <Lines text={`MINIM_API_KEYS=me:send+broadcast+read+admin:${suggested}`} label="MINIM_API_KEYS" />
          <p class="hint">{words.scopes}</p>
        </details>
      )}
    </div>
  );
}

function Lines({ text, label }: { text: string; label: string }) {
  return (
    <div class="copy-line">
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}

/** Made here and told to nobody: 192 bits. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
