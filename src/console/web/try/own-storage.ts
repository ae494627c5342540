/** A part of `storage` under names of its own, so that two clients on one page are two devices. */
export function ownStorage(storage: Storage, prefix: string): Storage {
  const names = () => Object.keys(storage).filter((name) => name.startsWith(prefix));
  return {
    get length() {
      return names().length;
    },
    key: (index) => names()[index]?.slice(prefix.length) ?? null,
    getItem: (name) => storage.getItem(prefix + name),
    setItem: (name, text) => storage.setItem(prefix + name, text),
    removeItem: (name) => storage.removeItem(prefix + name),
    clear: () => {
      for (const name of names()) storage.removeItem(name);
    },
  };
}
