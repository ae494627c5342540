import { useMemo } from 'preact/hooks';
import { CopyButton } from '../shared/copy.js';
import { useWords } from '../shared/language.js';
import { QrCode } from './qr-code.js';
import { WORDS } from './words.js';
import './take-home.css';

/** How one's own client gets here: the address, and three lines that use it. */
export function TakeHome({ userId, asksForToken }: { userId: string; asksForToken: boolean }) {
  const words = useWords(WORDS);
  const { origin, host, hostname } = location;
  const server = origin.replace(/^http/, 'ws');
  const page = `${origin}/`;
  const isLocal = /^(localhost|127\.|\[::1\])/.test(hostname);
  const samples = useMemo(() => samplesFor(server, userId, asksForToken), [server, userId, asksForToken]);
  return (
    <section class="take-home" aria-labelledby="own-title">
      <h2 id="own-title">{words.own}</h2>
      <p>{words.ownIntro}</p>
      <div class="cards">
        <div class="panel card phone">
          <QrCode text={page} label={words.qr(page)} />
          <div>
            <h3>{words.phone}</h3>
            <p>{isLocal ? words.phoneLocal : words.phoneText}</p>
            <p class="copy-line">
              <code>{host}</code>
              <CopyButton text={page} label={page} />
            </p>
          </div>
        </div>
        {(['miniProgram', 'anyClient', 'terminal'] as const).map((name) => (
          <div key={name} class="panel card">
            <div class="card-head">
              <h3>{words[name]}</h3>
              <CopyButton text={samples[name]} label={words.lines(words[name])} />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with a keyboard */}
            <pre tabIndex={0}>{samples[name]}</pre>
          </div>
        ))}
      </div>
    </section>
  );
}

function samplesFor(server: string, userId: string, asksForToken: boolean) {
  const token = asksForToken ? ', token: () => token' : '';
  const query = asksForToken ? '?token=…' : '';
  const address = `${server}/websocket/${userId}${query}`;
  return {
    miniProgram: `const { createMiniProgramClient } = require('./lib/minim.js')
const client = createMiniProgramClient({ url: '${server}', userId: '${userId}'${token}, wx })
client.connect()`,
    anyClient: `const socket = new WebSocket('${address}')
socket.onmessage = ({ data }) => console.log(data)
socket.onopen = () => socket.send('{"toUserId":"B","message":"hello"}')`,
    terminal: `npx wscat -c '${address}'
> {"toUserId":"B","message":"hello"}
> good morning, everyone`,
  };
}
