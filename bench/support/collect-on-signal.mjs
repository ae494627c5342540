/** Loaded into a server before its own program when its memory is measured. */
process.on('SIGUSR2', () => globalThis.gc());
