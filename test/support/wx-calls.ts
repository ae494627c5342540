interface Answer {
  readonly errMsg: string;
}

/** How a mini-program hears what came of a call; without any of them it is given a promise. */
export interface Callbacks<Result = unknown> {
  success?(result: Result & Answer): void;
  fail?(error: Answer): void;
  complete?(answer: Answer): void;
}

/** The platform understood, and does not do it; its words follow `name:fail`. */
export class PlatformRefusal extends Error {}

/** An asynchronous function of `wx`: answered by callbacks or a promise, as the caller likes, and never at once. */
export function wxCall<Options extends object, Result>(
  name: string,
  run: (options: Options) => Result | Promise<Result>,
): (options?: Options & Callbacks) => Promise<Result & Answer> | undefined {
  return (options) => {
    const given: Options & Callbacks = options ?? ({} as Options);
    const answer = (async () => ({ ...(await run(given)), errMsg: `${name}:ok` }))();
    const { success, fail, complete } = given;
    const refused = (error: unknown): Answer => {
      if (!(error instanceof PlatformRefusal)) throw error;
      return { errMsg: `${name}:fail ${error.message}` };
    };
    if (!success && !fail && !complete)
      return answer.catch((error) => {
        throw refused(error);
      }) as Promise<Result & Answer>;
    answer.then(
      (result) => {
        success?.(result);
        complete?.(result);
      },
      (error) => {
        const refusal = refused(error);
        fail?.(refusal);
        complete?.(refusal);
      },
    );
    return undefined;
  };
}
