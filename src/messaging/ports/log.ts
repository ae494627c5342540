/** Names and numbers that belong to an event: never what somebody wrote, and no secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * What happens on a node, for whoever runs it: one line an event. `event` is one of few texts that never change, told in
 * docs/deployment.md; what differs is in the fields. Of a flood of one event only some are written, and the others
 * counted. Nothing here throws or waits.
 */
export interface Log {
  debug(fields: LogFields, event: string): void;
  info(fields: LogFields, event: string): void;
  warn(fields: LogFields, event: string): void;
}
