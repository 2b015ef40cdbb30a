/** The Facebook Pages of a person (docs/networks/facebook.md, section 2.7). */
import { z } from "zod";
import { webAddress } from "../posts/web-address.ts";
import { type LoginParts, type MetaPerson, read } from "./login.ts";

const pageShape = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  username: z.string().min(1).optional().catch(undefined),
  access_token: z.string().min(1).optional().catch(undefined),
  tasks: z.array(z.string()).optional().catch(undefined),
  picture: z
    .object({ data: z.object({ url: webAddress }) })
    .optional()
    .catch(undefined),
  /** Present if it was asked for and a professional account is linked. */
  instagram_business_account: z
    .object({
      id: z.string().min(1),
      username: z.string().optional(),
      name: z.string().optional(),
      profile_picture_url: webAddress.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type MetaPage = z.infer<typeof pageShape>;

const pagesShape = z.object({
  data: z.array(pageShape),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string() }).optional() })
    .optional(),
});
const portfoliosShape = z.object({ data: z.array(z.object({ id: z.string().min(1) })) });

/** Far more Pages than anybody has; stops a list that never ends. */
const MOST_LISTS = 50;
const POSTING_TASKS = ["CREATE_CONTENT", "MANAGE"];

/** Whether the person may post on the Page (docs/networks/facebook.md, section 2.7). */
export function mayPost({ tasks = [] }: MetaPage): boolean {
  return tasks.some((task) => POSTING_TASKS.includes(task));
}

/**
 * Lists every Page of the person once: their own and those of their business portfolios.
 * @param fields to read besides id, name, access_token and tasks
 * @throws {PlatformError}
 */
export async function listPages(
  parts: LoginParts,
  person: MetaPerson,
  fields: readonly string[] = [],
): Promise<MetaPage[]> {
  const query = { fields: ["id", "name", "access_token", "tasks", ...fields].join(","), limit: "100" };
  const pages = new Map<string, MetaPage>();
  const take = async (path: string) => {
    for (const page of await readAll(parts, person, path, query))
      pages.set(page.id, { ...page, ...pages.get(page.id) });
  };
  await take("/me/accounts");
  if (person.granted.includes("business_management")) {
    // A portfolio that cannot be read must not hide the other Pages.
    const portfolios = await read(
      parts,
      { path: "/me/businesses", query: { limit: "100" }, token: person.token },
      portfoliosShape,
    ).catch(() => ({ data: [] }));
    for (const { id } of portfolios.data)
      for (const kind of ["owned_pages", "client_pages"]) await take(`/${id}/${kind}`).catch(() => undefined);
  }
  return [...pages.values()];
}

async function readAll(
  parts: LoginParts,
  { token }: MetaPerson,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<MetaPage[]> {
  const pages: MetaPage[] = [];
  let after: string | undefined;
  for (let lists = 0; lists < MOST_LISTS; lists += 1) {
    const asked = { ...query, ...(after === undefined ? {} : { after }) };
    const { data, paging } = await read(parts, { path, query: asked, token }, pagesShape);
    pages.push(...data);
    // The URL of the next page contains our token, so we build our own from its cursor.
    after = paging?.next === undefined ? undefined : paging.cursors?.after;
    if (after === undefined) break;
  }
  return pages;
}
