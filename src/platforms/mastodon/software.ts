/**
 * Finds which software a server runs, and lists what each software is known to do where Mastodon's API promises nothing
 * (docs/networks/mastodon.md, section 6).
 */
import { z } from "zod";
import { OPTIONAL_MS } from "../call/request.ts";
import { PlatformError, type PlatformWorld } from "../platform.ts";
import { ask } from "./ask.ts";

/** Longer than any name or version in use. */
const LONGEST = 100;

export const softwareShape = z.object({
  /** In lower case: "mastodon", "gotosocial". */
  name: z.string().min(1).max(LONGEST).toLowerCase(),
  version: z.string().max(LONGEST).catch(""),
});
export type Software = z.infer<typeof softwareShape>;

const nodeinfoIndex = z.object({ links: z.array(z.object({ href: z.url() })).min(1) });
const nodeinfoShape = z.object({ software: softwareShape });
const instanceShape = z.object({ version: z.string().max(LONGEST) });

/** Returns the software that the server reports, or undefined if it reports none. @throws {PlatformError} */
export async function findSoftware(
  world: PlatformWorld,
  origin: string,
  timeoutMs?: number,
): Promise<Software | undefined> {
  const read = async (url: string) => (await ask(world, url, timeoutMs))?.body;
  const index = nodeinfoIndex.safeParse(await read(`${origin}/.well-known/nodeinfo`)).data;
  const href = index?.links[0]?.href;
  const told = href === undefined ? undefined : nodeinfoShape.safeParse(await read(href)).data;
  if (told !== undefined) return told.software;
  const instance = instanceShape.safeParse(await read(`${origin}/api/v1/instance`)).data;
  return instance && readCompatible(instance.version);
}

const COMPATIBLE = /\((?:compatible|not true); (?:really )?([^)]*)\)/i;

/** Software that calls itself Mastodon, but says somewhere what it is compatible with, is not Mastodon. */
export function unmask(software: Software | undefined, instanceVersion = ""): Software | undefined {
  if (software?.name !== "mastodon") return software;
  const truth = [software.version, instanceVersion].find((version) => COMPATIBLE.test(version));
  return truth === undefined ? software : readCompatible(truth);
}

/**
 * "4.2.1 (compatible; Iceshrimp.NET/2026.5.1)", snac's "4.2.0 (not true; really snac 2.94)", "WordPress/6.1.9,
 * EMA/1.6.1". A bare number is what any server says that wants to pass as Mastodon; Mastodon itself has NodeInfo.
 */
function readCompatible(version: string): Software | undefined {
  const [, inside = version] = COMPATIBLE.exec(version) ?? [];
  const [, name, own = ""] = /^([a-z][\w.-]*)(?:[ /]([^,]*))?/i.exec(inside) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), version: own.trim() };
}

/** Like `findSoftware`, but returns undefined on an error. */
export async function findSoftwareIfItTells(
  world: PlatformWorld,
  origin: string,
): Promise<Software | undefined> {
  return await findSoftware(world, origin, OPTIONAL_MS).catch((error: unknown) => {
    if (error instanceof PlatformError) return undefined;
    throw error;
  });
}

/** What a software does from a certain version on. */
interface Known {
  /** For how many seconds a repeat with the same key gets the first post. Absent if it cannot be relied on. */
  readonly keySeconds?: number;
  /** The key also works for a repeat that arrives while the first post is still being made. */
  readonly keyHoldsAtOnce?: true;
  /** Strangers see every public post, unless the server refuses strangers. */
  readonly showsPublicToAll?: true;
  /** Registered apps stay, so that one serves everybody. */
  readonly keepsApps?: true;
  /** Without this scope, the list of a person's own posts is refused, or says nothing. */
  readonly listNeeds?: "read:statuses";
  /** Posts for followers are missing in the list, even for their author. */
  readonly listHides?: "private";
  /** The only scopes that it accepts, if no metadata lists them. */
  readonly scopes?: readonly string[];
  /** Posts without a picture are refused. */
  readonly needsPicture?: true;
}

interface Row extends Known {
  readonly name: string;
  /** The first release that does so. If absent, every known one. */
  readonly since?: string;
}

const mastodon = { name: "mastodon", keySeconds: 3_600, showsPublicToAll: true } as const;

/** The first row of a name whose version is reached applies. Nothing is known about other names. */
const table: readonly Row[] = [
  { ...mastodon, since: "4.6.0", keyHoldsAtOnce: true, keepsApps: true },
  { ...mastodon, since: "4.3.0", keepsApps: true },
  { ...mastodon, since: "2.0.0" },
  { name: "gotosocial", keepsApps: true, listNeeds: "read:statuses" },
  { name: "hollo", since: "0.10.0", keySeconds: 3_600, listNeeds: "read:statuses" },
  { name: "hollo", listNeeds: "read:statuses" },
  { name: "takahe", listNeeds: "read:statuses", listHides: "private" },
  { name: "pixelfed", scopes: ["read", "write"], needsPicture: true },
];

export function whatIsKnownOf(software: Software | undefined): Known {
  if (software === undefined) return {};
  const { name, version } = software;
  return table.find((row) => row.name === name && hasReached(version, row.since)) ?? {};
}

/** A pre-release, "4.6.0-beta.1", has not reached its release. */
export function hasReached(version: string, since: string | undefined): boolean {
  if (since === undefined) return true;
  const [, numbers, before] = /^v?(\d+(?:\.\d+){0,2})(-[\w.]+)?/.exec(version) ?? [];
  if (numbers === undefined) return false;
  const [own, first] = [toParts(numbers), toParts(since)];
  const differing = first.findIndex((part, at) => part !== (own[at] ?? 0));
  if (differing === -1) return before === undefined;
  return (own[differing] ?? 0) > (first[differing] ?? 0);
}

function toParts(version: string): number[] {
  return version.split(".").map(Number);
}
