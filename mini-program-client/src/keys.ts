/** What a client keeps, each under its name and the address of its device. */
export const CURSOR_KEY = 'minim-cursor ';
export const OUTBOX_KEY = 'minim-outbox ';
