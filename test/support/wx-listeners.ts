type Listener<Value> = (value: Value) => void;

/** An event of `wx`, with its `on…` and `off…`. */
export class Listeners<Value> {
  private readonly all = new Set<Listener<Value>>();
  readonly on = (listener: Listener<Value>): void => void this.all.add(listener);
  readonly off = (listener?: unknown): void => {
    for (const known of this.all) if (listener === undefined || known === listener) this.all.delete(known);
  };
  tell(value: Value): void {
    for (const listener of this.all) listener(value);
  }
}
