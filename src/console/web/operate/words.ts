import type { Words } from '../shared/language.js';
import { EN, type OperateWords } from './words-en.js';
import { ZH } from './words-zh.js';

export const WORDS: Words<OperateWords> = { en: EN, zh: ZH };
