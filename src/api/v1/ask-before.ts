import type { Allowed, AskFirst } from '../../messaging/ask-first.js';
import type { Addressee, UncheckedSend } from '../../messaging/ports/content-check.js';
import { Refusal } from '../../model/refusal.js';

/** Messages of a batch about which is asked at once: a quarter of all that are, so that others get their turn. */
const AT_ONCE = 16;

type Askable = Omit<UncheckedSend, 'to'>;

/** Has what is sent over HTTP looked at before, where somebody wants to. */
export class AskBefore {
  /** `ask` is absent where nobody does. */
  constructor(private readonly ask: Pick<AskFirst, 'admit'> | undefined) {}

  /** What is to be sent; rejects with a `Refusal` if it is not. */
  async one<Send extends Askable>(send: Send, to: Addressee): Promise<Send & Partial<Allowed>> {
    if (this.ask === undefined) return send;
    const { fromUserId, content } = send;
    return { ...send, ...(await this.ask.admit({ fromUserId, to, content })) };
  }

  /**
   * The same for a batch, before any of it is sent. If it is `busy` for one it is for all that could have been sent, because they
   * would overtake it; then nobody is asked about the rest.
   */
  async all<Send extends Askable>(
    batch: readonly Send[],
    to: (send: Send) => Addressee,
  ): Promise<readonly (Send | Refusal)[]> {
    if (this.ask === undefined) return batch;
    let busy: Refusal | undefined;
    const asked = await inTurns(batch, async (send) => {
      if (busy !== undefined) return busy;
      const answer = await this.one(send, to(send)).catch(refusalIn);
      if (answer instanceof Refusal && answer.code === 'busy') busy = answer;
      return answer;
    });
    return asked.map((each) => (each instanceof Refusal ? each : (busy ?? each)));
  }
}

function refusalIn(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

/** What becomes of each, in their order. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  each: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const rest = items.entries();
  const work = async () => {
    for (const [at, item] of rest) results.set(at, await each(item));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
}
