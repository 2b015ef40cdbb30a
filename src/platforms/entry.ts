/** What each network’s folder exports to the registry. Other code imports nothing else from the folder. */
import type { z } from "zod";
import type { PlatformAbout } from "./about.ts";
import type { PlatformWorld, SocialPlatform } from "./platform.ts";
import type { CardSource, LinkCard } from "./posts/link-card.ts";

/** Settings by name, as the environment has them. */
export type PlatformSettings = Readonly<Record<string, string | undefined>>;

/** A network’s logo, as one SVG path. */
export interface NetworkIcon {
  readonly path: string;
  /** By default, "0 0 24 24". */
  readonly viewBox?: string;
  /** The network’s own colour for it. By default, the colour of the text. */
  readonly colour?: string;
}

/** Everything the registry needs to know about a network. */
export interface NetworkEntry {
  readonly about: PlatformAbout;
  readonly icon: NetworkIcon;
  readonly settings: z.ZodObject;
  /** Draws the card that a post with this link will have there. */
  drawCard(source: CardSource): LinkCard;
  /** @throws {z.ZodError} if a setting is missing or invalid */
  create(settings: PlatformSettings, world: PlatformWorld): SocialPlatform;
}

/** Returns an entry whose `create` parses the settings first. */
export function networkEntry<Settings extends z.ZodObject>({
  create,
  ...parts
}: Omit<NetworkEntry, "settings" | "create"> & {
  readonly settings: Settings;
  create(settings: z.infer<Settings>, world: PlatformWorld): SocialPlatform;
}): NetworkEntry {
  return { ...parts, create: (settings, world) => create(parts.settings.parse(settings), world) };
}
