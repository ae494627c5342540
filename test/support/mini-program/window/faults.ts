import { addGlobalErrorListener, addGlobalWarningListener, dispatchError, globalOptions } from 'glass-easel';

/** What went wrong in a mini-program while it ran. */
export class Faults {
  readonly errors: string[] = [];
  /** What a page asked of an element that it has not. */
  readonly warnings: string[] = [];

  constructor() {
    globalOptions.throwGlobalError = false;
    addGlobalErrorListener((error) => {
      this.errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return false;
    });
    addGlobalWarningListener((message) => {
      this.warnings.push(message);
      return false;
    });
  }

  /** Runs what the page brought along; what it throws is a fault of the page and goes no further. */
  readonly guard = (act: () => unknown): void => {
    try {
      const made = act();
      if (made instanceof Promise) made.catch((error) => dispatchError(error));
    } catch (error) {
      dispatchError(error);
    }
  };
}
