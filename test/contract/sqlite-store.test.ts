import { sqliteStoreContract } from './store-on-sqlite.js';

await sqliteStoreContract('SQLite', 65_536);
