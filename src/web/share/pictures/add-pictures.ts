/** Adds pictures to a draft, from files or from the page, and takes them off again. */
import { z } from "zod";
import { downloadPicture } from "../../../pages/pictures/picture.ts";
import { MOST_PICTURES } from "../../../sharing/pictures/choice.ts";
import { findOwnPictures, keepPicture } from "../../../sharing/pictures/own-pictures.ts";
import { say, type Told } from "../../../words/words.ts";
import type { WebContext } from "../../guards/context.ts";
import type { Draft } from "../share-draft.tsx";
import type { PageChoice } from "./page-choices.ts";

const shape = z.object({
  file: z
    .unknown()
    .default([])
    .transform((files) => [files].flat().filter((file) => file instanceof File && file.name !== "")),
  take: z.string().optional().catch(undefined),
  remove: z.uuid().optional().catch(undefined),
});

interface Added {
  readonly draft: Draft;
  /** What is wrong with the pictures that were not added. */
  readonly problems: readonly Told[];
  /** The first picture that was added. */
  readonly added?: string | undefined;
}

/** Carries out what the form asks: files to add, a picture of the page to take, one to remove. */
export async function addPictures(
  c: WebContext,
  draft: Draft,
  choices: readonly PageChoice[],
): Promise<Added> {
  const { file: files, take, remove } = shape.parse(await c.req.parseBody({ all: true }));
  if (remove !== undefined) return { draft: withoutPicture(draft, remove), problems: [] };
  const choice = choices.find(({ address }) => address === take);
  if (choice !== undefined) return await takeFromPage(c, draft, choice);
  const problems: Told[] = [];
  let added = draft;
  for (const file of files as readonly File[]) {
    const result = await add(c, added, { bytes: await file.bytes(), name: file.name, alt: "" });
    if ("problem" in result) problems.push(result.problem);
    else added = result;
  }
  const before = sent(draft);
  return { draft: added, problems, added: added.pictures?.find(({ id }) => !before.has(id))?.id };
}

interface Given {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly alt: string;
  readonly address?: string;
}

async function add(
  c: WebContext,
  draft: Draft,
  { alt, ...given }: Given,
): Promise<Draft | { readonly problem: Told }> {
  const { pictures = [] } = draft;
  if (pictures.length === MOST_PICTURES)
    return {
      problem: say("A share has at most {most} pictures, so “{name}” was not added.", {
        ...{ most: MOST_PICTURES, name: given.name },
      }),
    };
  const kept = await keepPicture(c.var.runtime, c.var.person, given);
  return "problem" in kept ? kept : { ...draft, pictures: [...pictures, { id: kept.id, alt }] };
}

/** Takes a picture of the page, or takes it off where it was taken already. */
async function takeFromPage(c: WebContext, draft: Draft, { address, alt }: PageChoice): Promise<Added> {
  const { runtime, person } = c.var;
  const own = await findOwnPictures(runtime, person, draft.pictures?.map(({ id }) => id) ?? []);
  const taken = own.find((picture) => picture.address === address);
  if (taken !== undefined) return { draft: withoutPicture(draft, taken.id), problems: [] };
  const bytes = await downloadPicture(runtime.fetch, address);
  if (typeof bytes === "string")
    return { draft, problems: [say("The page’s picture could not be fetched from its site.")] };
  const name = new URL(address).pathname.split("/").at(-1) || new URL(address).host;
  const added = await add(c, draft, { bytes, name, alt, address });
  return "problem" in added
    ? { draft, problems: [added.problem] }
    : { draft: added, problems: [], added: added.pictures?.at(-1)?.id };
}

function sent({ pictures = [] }: Draft): ReadonlySet<string> {
  return new Set(pictures.map(({ id }) => id));
}

function withoutPicture(draft: Draft, id: string): Draft {
  const left = draft.pictures?.filter((picture) => picture.id !== id) ?? [];
  return { ...draft, pictures: left.length === 0 ? undefined : left };
}
