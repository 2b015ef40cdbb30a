/**
 * The page of a network or app on which anybody starts a post by a link, without connecting an account here
 * (docs/networks/share-pages.md).
 */
import type { Told } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";
import type { NetworkIcon } from "../entry.ts";
import { withAddress } from "./address-in-text.ts";

/** A way to share a page that needs no account here. */
export interface ShareWay {
  /** Its name in addresses and settings: "whatsapp". */
  readonly name: string;
  readonly label: string | Told;
  readonly icon: NetworkIcon;
  /**
   * The address of the page to start a post on, with `{url}`, `{title}` and `{text}`, which is both. On networks with
   * many servers, only its path.
   */
  readonly sharePage: string;
  /** The question for the person's server, on networks with many. */
  readonly server?: PlatformAbout["server"];
}

/** Returns the address that starts a post about this page. Leaves out what the page does not have. */
export function fillSharePage(
  template: string,
  { url, title }: { readonly url: string; readonly title: string },
): string {
  const values = new Map([
    ["url", url],
    ["title", title],
    ["text", withAddress(title, url)],
  ]);
  return template.replace(/\{([\w-]+)\}/g, (_all, name: string) =>
    encodeURIComponent(values.get(name) ?? ""),
  );
}
