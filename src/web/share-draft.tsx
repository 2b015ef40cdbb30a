/** Reads what the form of the share page sends, and measures it. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Connection, listConnections } from "../connections/connection.ts";
import {
  type PageLink,
  type PageReading,
  readPageLink,
  type SharedPage,
  withoutTracking,
} from "../pages/page.ts";
import type { KnownPage } from "../pages/reader.ts";
import type { Person } from "../people/people.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { type Fit, fitText, shortenMessage } from "../sharing/compose.ts";
import type { WebContext } from "./context.ts";
import type { When } from "./parts/when-field.tsx";

/** Characters that are taken at all; networks take fewer. */
export const LONGEST_MESSAGE = 10_000;

export interface Draft {
  readonly message: string;
  /** By connection, in the place of the message. */
  readonly ownMessages: Readonly<Record<string, string>>;
  readonly connectionIds: readonly string[];
  /** Connections to which the person wants to share this page again. */
  readonly repeat: readonly string[];
  readonly idempotencyKey: string;
  readonly when: When;
  /** The link is posted with the parameters that tell how its readers came. */
  readonly keepTracking: boolean;
}

export function createDraft(person: Person): Draft {
  const when = { isLater: false, at: "", zone: person.timeZone ?? "UTC" };
  return {
    message: "",
    ownMessages: {},
    connectionIds: [],
    repeat: [],
    idempotencyKey: randomUUID(),
    when,
    keepTracking: false,
  };
}

const text = z.string().optional().catch(undefined);
const pageShape = z.object({ url: text, title: text, description: text, image: text });

const ids = z
  .unknown()
  .default([])
  .transform((values) => [values].flat().filter((value) => typeof value === "string"))
  .transform((values) => values.filter((value) => z.uuid().safeParse(value).success));

/** Browsers send a line end as CR LF; networks count it as one character. */
const words = z
  .string()
  .catch("")
  .transform((written) => written.replace(/\r\n?/g, "\n"));

const draftShape = z.object({
  message: words,
  account: ids,
  repeat: ids,
  idempotency_key: z.uuid().catch(() => randomUUID()),
  when: z.enum(["now", "later"]).catch("now"),
  at: z.string().max(40).catch(""),
  zone: z.string().max(60).optional().catch(undefined),
  tracking: z.literal("keep").optional().catch(undefined),
});

export async function readDraft(c: WebContext): Promise<{ reading: PageReading; draft: Draft }> {
  const body = await c.req.parseBody({ all: true });
  const { message, account, repeat, at, zone, tracking, ...more } = draftShape.parse(body);
  const when = { isLater: more.when === "later", at, zone: zone ?? c.var.person.timeZone ?? "UTC" };
  return {
    reading: readPageLink(pageShape.parse(body)),
    draft: {
      ...{ message, repeat, when },
      ownMessages: readOwnMessages(body),
      connectionIds: account,
      idempotencyKey: more.idempotency_key,
      keepTracking: tracking !== undefined,
    },
  };
}

/** In a form: what is written for that connection alone. */
export function ownMessageField(connectionId: string): string {
  return `message-${connectionId}`;
}

function readOwnMessages(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const prefix = ownMessageField("");
  const written = Object.entries(body).flatMap(([name, value]) => {
    const id = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    const message = words.parse(value).trim();
    return z.uuid().safeParse(id).success && message !== "" ? [[id, message] as const] : [];
  });
  return Object.fromEntries(written);
}

/**
 * The page behind a link, as it will be shared.
 * @param patienceMs then it is described by what is known
 */
export async function describePage(
  c: WebContext,
  link: PageLink,
  options: { readonly keepTracking: boolean; readonly patienceMs: number },
): Promise<KnownPage> {
  // Read without them, so that no visit is counted twice and every such link is one page.
  const clean = withoutTracking(link.url);
  const known = await c.var.runtime.pages.describe({ ...link, url: clean }, options);
  return options.keepTracking ? { ...known, page: { ...known.page, url: link.url } } : known;
}

export interface Measured {
  readonly connections: readonly Connection[];
  /** Networks that can be shared to at present. */
  readonly available: ReadonlySet<PlatformName>;
  /** For every chosen account: how long the text is there. */
  readonly fits: readonly Fit[];
}

export async function measureDraft(c: WebContext, page: SharedPage, draft: Draft): Promise<Measured> {
  const { runtime, person } = c.var;
  const connections = await listConnections(runtime, person);
  const available = new Set(runtime.platforms.availablePlatforms().map(({ name }) => name));
  const fits = connections
    .filter(({ id, platform }) => draft.connectionIds.includes(id) && available.has(platform))
    .map((connection) => fitText(runtime, connection, { ...draft, url: page.url }));
  return { connections, available, fits };
}

export interface Offered extends Measured {
  /** With the words that are offered in the place of what was too long. */
  readonly draft: Draft;
  /** The accounts that they are offered for. */
  readonly offered: ReadonlySet<string>;
}

/** Of a draft that was refused: for texts that are too long, what of them would fit, to be looked at before it is sent. */
export async function measureWithOffers(c: WebContext, page: SharedPage, draft: Draft): Promise<Offered> {
  const measured = await measureDraft(c, page, draft);
  const { ownMessages, message } = draft;
  const offers = measured.fits
    .filter(({ length, limit }) => length > limit)
    .map(({ connection, url }) => {
      const words = { message: ownMessages[connection.id] ?? message, url };
      return [connection.id, shortenMessage(c.var.runtime, connection, words)] as const;
    })
    .filter(([, words]) => words !== "");
  const offered = new Set(offers.map(([id]) => id));
  if (offered.size === 0) return { ...measured, draft, offered };
  const shorter = { ...draft, ownMessages: { ...ownMessages, ...Object.fromEntries(offers) } };
  return { ...(await measureDraft(c, page, shorter)), draft: shorter, offered };
}

/** Carries along in a form what the link said of the page. */
export function PageFields({ link }: { link: PageLink }) {
  return (
    <>
      <input type="hidden" name="url" value={link.url} />
      <input type="hidden" name="title" value={link.title} />
      <input type="hidden" name="description" value={link.description} />
      {link.image !== undefined && <input type="hidden" name="image" value={link.image} />}
    </>
  );
}
