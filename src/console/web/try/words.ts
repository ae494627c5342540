import type { Words } from '../shared/language.js';

const EN = { title: 'Two users, one server' };
export const WORDS: Words<typeof EN> = { en: EN, zh: { title: '两个用户，一个服务器' } };
