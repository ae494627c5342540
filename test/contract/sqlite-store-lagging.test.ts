import { sqliteStoreContract } from './store-on-sqlite.js';

await sqliteStoreContract('SQLite with indexes that lag a little', 3);
