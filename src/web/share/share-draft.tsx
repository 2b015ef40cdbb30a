/** The draft of a share, as the form of the share page sends it. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { FullSelection } from "../../connections/selection.ts";
import type { KnownPage } from "../../pages/known-page.ts";
import { type PageLink, type PageReading, readPageLink, withoutTracking } from "../../pages/page.ts";
import type { Person } from "../../people/people.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import type { DraftStand } from "../../sharing/drafts/draft.ts";
import type { NetworkMessages } from "../../sharing/requests/compose.ts";
import type { ChosenOptions } from "../../sharing/requests/options.ts";
import type { When } from "../../sharing/requests/schedule.ts";
import { type EarlierChoice, earlierChoices } from "../../sharing/requests/submit.ts";
import { say, type Told } from "../../words/words.ts";
import { writtenLines } from "../../words/written.ts";
import { readStand } from "../drafts/draft-fields.ts";
import type { WebContext } from "../guards/context.ts";
import { readOptionFields } from "./options/option-fields.ts";
import { type Find, findAll, readSelection } from "./picker/selection-fields.ts";
import { type PictureFields, readPictureFields } from "./pictures/picture-fields.ts";
import { readSlotChoice, SLOT_VALUE } from "./when/slot-choices.tsx";

const panes = ["write", "preview"] as const;
export type Pane = (typeof panes)[number];

export interface Draft extends FullSelection, Required<ChosenOptions>, PictureFields {
  /** The account search. */
  readonly find: Find;
  readonly message: string;
  /** By connection id; used instead of the message. */
  readonly ownMessages: Readonly<Record<string, string>>;
  readonly networkMessages: NetworkMessages;
  readonly earlier: EarlierChoice;
  /** Ids of connections to which the person wants to share the page again. */
  readonly repeat: readonly string[];
  readonly idempotencyKey: string;
  /** The kept draft that the form continues; absent: it starts one under its own key. */
  readonly stand?: DraftStand | undefined;
  readonly when: When;
  /** Keep the tracking parameters in the link. */
  readonly keepTracking: boolean;
  /** The accounts and networks whose text was shortened, and those of them whose text the person has read. */
  readonly cut: readonly string[];
  readonly seen: readonly string[];
  /** The network whose accounts are to have options of their own. */
  readonly apart?: PlatformName | undefined;
  /** The scheduled request that the form changes. */
  readonly waitingFor?: string | undefined;
  /** The preview that is open, by its tab; absent: the first. */
  readonly preview?: string | undefined;
  /** What a phone shows below the accounts. */
  readonly pane: Pane;
}

/** Returns an empty draft that goes out now. */
export function createDraft(person: Person): Draft {
  const when = { choice: "now", at: "", zone: person.timeZone ?? "UTC" };
  return {
    message: "",
    ownMessages: {},
    networkMessages: {},
    ...{ ownOptions: {}, networkOptions: {} },
    ...{ connectionIds: [], groupIds: [], requestIds: [], searches: [], without: [], find: findAll },
    earlier: "ask",
    repeat: [],
    idempotencyKey: randomUUID(),
    when,
    keepTracking: false,
    pictures: undefined,
    ...{ cut: [], seen: [], pane: "write" },
  };
}

/** What was shortened must have been read before it goes out. */
export function findUnread({ cut, seen }: Draft): Told | undefined {
  return cut.every((of) => seen.includes(of))
    ? undefined
    : say("Read the shortened texts, then tick the box below them.");
}

/** A file that was chosen without a script must not be left behind. */
export function findUnsentFile({ unsentFile: name }: Draft): Told | undefined {
  return name === undefined
    ? undefined
    : say("“{name}” is not added yet. Choose it again, and press Add.", { name });
}

const text = z.string().optional().catch(undefined);
const pageShape = z.object({ url: text, title: text, description: text, image: text });

const ids = z
  .unknown()
  .default([])
  .transform((values) => [values].flat().filter((value) => typeof value === "string"))
  .transform((values) => values.flatMap((value) => value.split(" ")))
  .transform((values) => values.filter((value) => z.uuid().safeParse(value).success));

/** Connection ids and network names, in one field. */
const targets = z
  .string()
  .max(2_000)
  .catch("")
  .transform((list) => list.split(" ").filter((of) => of !== ""));

/** Browsers send a line end as CR LF; networks count it as one character. */
const messageText = z.string().overwrite(writtenLines).catch("");

const draftShape = z.object({
  message: messageText,
  repeat: ids,
  // The button that answers the question comes after the choice in the form.
  earlier: z.preprocess((sent) => [sent].flat().at(-1), z.enum(earlierChoices).catch("ask")),
  idempotency_key: z.uuid().catch(() => randomUUID()),
  // What cannot be read must not go out at once.
  when: z
    .union([z.enum(["now", "later"]), z.string().regex(SLOT_VALUE), z.iso.datetime()])
    .default("now")
    .catch("later"),
  at: z.string().max(40).catch(""),
  zone: z.string().max(60).optional().catch(undefined),
  tracking: z.literal("keep").optional().catch(undefined),
  cut: targets,
  seen: targets,
  apart: z.enum(platformNames).optional().catch(undefined),
  changes: z.uuid().optional().catch(undefined),
  preview: z.string().max(60).optional().catch(undefined),
  pane: z.enum(panes).catch("write"),
});

/** Reads the form of a share page. Ignores values that are not valid. */
export async function readDraft(c: WebContext): Promise<{ reading: PageReading; draft: Draft }> {
  const body = await c.req.parseBody({ all: true });
  return { reading: readPageLink(pageShape.parse(body)), draft: parseDraft(c.var.person, body) };
}

/** Returns the draft that a parsed form holds. Ignores values that are not valid. */
export function parseDraft(person: Person, body: Readonly<Record<string, unknown>>): Draft {
  const { message, repeat, earlier, at, zone, tracking, preview, pane, cut, seen, ...more } =
    draftShape.parse(body);
  const ownZone = person.timeZone ?? "UTC";
  const when = { choice: more.when, at, zone: zone ?? ownZone, slot: readSlotChoice(more.when, ownZone) };
  return {
    ...readSelection(body),
    ...{ message, repeat, earlier, when, preview, pane, cut, seen },
    ...readOwnMessages(body),
    ...readOptionFields(body),
    ...readPictureFields(body),
    idempotencyKey: more.idempotency_key,
    stand: readStand(body.draft),
    keepTracking: tracking !== undefined,
    ...{ apart: more.apart, waitingFor: more.changes },
  };
}

/** Returns the name of the form field for the message of one connection or network. */
export function ownMessageField(of: string): string {
  return `message-${of}`;
}

function readOwnMessages(
  body: Readonly<Record<string, unknown>>,
): Pick<Draft, "ownMessages" | "networkMessages"> {
  const prefix = ownMessageField("");
  const written = Object.entries(body).flatMap(([name, value]) => {
    const message = messageText.parse(value).trim();
    return name.startsWith(prefix) && message !== "" ? [[name.slice(prefix.length), message] as const] : [];
  });
  const isNetwork = (name: string) => platformNames.some((platform) => platform === name);
  return {
    ownMessages: Object.fromEntries(written.filter(([id]) => z.uuid().safeParse(id).success)),
    networkMessages: Object.fromEntries(written.filter(([name]) => isNetwork(name))),
  };
}

/**
 * Returns the page behind a link, as it will be shared.
 * @param patienceMs how long to wait for its site; after that the page is described from what is known
 */
export async function describePage(
  c: WebContext,
  link: PageLink,
  options: { readonly keepTracking: boolean; readonly patienceMs: number },
): Promise<KnownPage> {
  // Without tracking parameters our visit is not counted, and all such links lead to one stored page.
  const clean = withoutTracking(link.url);
  const known = await c.var.runtime.pages.describe(
    { ...link, url: clean },
    { ...options, reader: c.var.person.id },
  );
  return options.keepTracking ? { ...known, page: { ...known.page, url: link.url } } : known;
}

/** Hidden fields that keep what the link says about the page. */
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
