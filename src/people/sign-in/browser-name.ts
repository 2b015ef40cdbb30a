/** Names a browser from its user agent. */
import Bowser from "bowser";
import type { Words } from "../../words/words.ts";

const browsers: readonly string[] = Object.values(Bowser.BROWSER_MAP);
const systems: readonly string[] = Object.values(Bowser.OS_MAP);

/** "Firefox on Linux". Uses known names only, since a stranger can send any user agent. */
export function nameBrowser(userAgent: string, { t }: Words): string {
  if (userAgent === "") return t("An unknown browser");
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name === undefined || !browsers.includes(browser.name)) return t("An unknown browser");
  return os.name === undefined || !systems.includes(os.name)
    ? browser.name
    : t("{browser} on {system}", { browser: browser.name, system: os.name });
}
