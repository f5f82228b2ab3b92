// Stand-ins for the browser's storage in tests.

/** A storage in memory. */
export function fakeStorage(content: Record<string, string> = {}): Storage {
  const items = new Map(Object.entries(content));
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => items.delete(key),
    setItem: (key, value) => items.set(key, value),
  };
}

/** A storage that throws, as with cookies blocked. */
export function fullStorage(): Storage {
  const refuse = () => {
    throw new DOMException("refused", "SecurityError");
  };
  return { ...fakeStorage(), getItem: refuse, setItem: refuse };
}
