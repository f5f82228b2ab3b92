// The settings as component state, written back at each change.

import { useCallback, useState } from "preact/hooks";
import { loadSettings, type Settings, saveSettings } from "./settings.ts";

export function useSettings(defaultScript: string): [Settings, (change: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(() => loadSettings(localStorage, defaultScript));
  const update = useCallback((change: Partial<Settings>) => {
    setSettings((old) => {
      const changed = { ...old, ...change };
      saveSettings(localStorage, changed);
      return changed;
    });
  }, []);
  return [settings, update];
}
