import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

export const HOOK_WORKER = Symbol('HookWorker');

/** Tells what waits from before the start, and ends when the node does. */
@Injectable()
export class HookUpkeep implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(HOOK_WORKER) private readonly worker: { wake(): void; stop(): Promise<void> } | null) {}

  onApplicationBootstrap(): void {
    this.worker?.wake();
  }

  onApplicationShutdown(): Promise<void> | undefined {
    return this.worker?.stop();
  }
}
