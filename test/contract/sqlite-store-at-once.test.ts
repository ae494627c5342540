import { sqliteStoreContract } from './store-on-sqlite.js';

await sqliteStoreContract('SQLite with indexes that follow at once', 0);
