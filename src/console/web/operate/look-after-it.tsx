import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/button.js';
import { useChanges } from '../shared/changes.js';
import { useWords } from '../shared/language.js';
import { Charts } from './charts.js';
import { LifeView } from './life-view.js';
import { Operator } from './operator.js';
import { Say } from './say.js';
import { SignIn } from './sign-in.js';
import { UserPanel } from './user-panel.js';
import { Users } from './users.js';
import { Watch } from './watch.js';
import { WORDS } from './words.js';
import './people.css';
import './operate.css';

/** @param isShown false while another view is looked at: nothing should be asked of the server then */
export function LookAfterIt({ isShown }: { isShown: boolean }) {
  const words = useWords(WORDS);
  const operator = useMemo(() => new Operator(), []);
  useChanges(operator.changes);
  const isLive = useIsVisible() && isShown;
  useEffect(() => {
    if (isShown && operator.state === 'out' && operator.hasKey) void operator.signIn();
  }, [isShown, operator]);
  return (
    <section class="operate" aria-labelledby="operate-title">
      <div class="operate-head">
        <h1 id="operate-title">{words.title}</h1>
        <p>{words.intro}</p>
        {operator.state === 'in' && (
          <Button kind="quiet" onClick={() => operator.signOut()}>
            {words.signOut}
          </Button>
        )}
      </div>
      {operator.state === 'in' ? (
        <Desk operator={operator} isLive={isLive} />
      ) : (
        <SignIn operator={operator} isShown={isShown} />
      )}
    </section>
  );
}

/** What whoever is signed in sees. */
function Desk({ operator, isLive }: { operator: Operator; isLive: boolean }) {
  const words = useWords(WORDS);
  const watch = useMemo(() => new Watch(operator), [operator]);
  useEffect(() => {
    if (!isLive) return undefined;
    watch.start();
    return () => watch.stop();
  }, [watch, isLive]);
  useChanges(watch.changes);
  const [userId, setUserId] = useState<string>();
  const [message, setMessage] = useState<{ readonly messageId: string }>();
  /** Set when the focus is to follow, since who was chosen stands elsewhere. */
  const isFollowed = useRef(false);
  const lookAt = (chosen: string, isFar = false) => {
    isFollowed.current = isFar;
    setUserId(chosen);
  };
  useEffect(() => {
    const title = document.getElementById('user-title');
    if (isFollowed.current) title?.focus();
    else title?.scrollIntoView({ block: 'nearest' });
  }, [userId]);
  const beat = watch.history.latest?.at ?? 0;
  const show = (messageId: string) => {
    setMessage({ messageId });
    document.getElementById('life-title')?.focus();
  };
  return (
    <>
      <LifeView
        operator={operator}
        chosen={message}
        onChoose={(messageId) => setMessage({ messageId })}
        onUser={(chosen) => lookAt(chosen, true)}
      />
      <Charts watch={watch} />
      <div class="people">
        <Users operator={operator} beat={beat} chosen={userId} onChoose={lookAt} />
        {userId === undefined ? (
          <section class="panel user-panel">
            <p class="empty">{words.chooseUser}</p>
          </section>
        ) : (
          <UserPanel key={userId} operator={operator} userId={userId} beat={beat} isLive={isLive} onMessage={show} />
        )}
      </div>
      <section class="panel to-everyone" aria-labelledby="everyone-title">
        <h2 id="everyone-title">{words.toEveryone}</h2>
        <Say operator={operator} onMessage={show} />
      </section>
    </>
  );
}

/** Whether the tab is in front. */
function useIsVisible(): boolean {
  const [isVisible, setVisible] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isVisible;
}
