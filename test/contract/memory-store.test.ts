import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { messageStoreContract } from './message-store.js';

messageStoreContract('memory', async (limits) => new MemoryStore('e1', limits));
