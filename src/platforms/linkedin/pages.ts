/** Lists the company pages that a member manages (docs/networks/linkedin.md, section 2). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { type Answer, OPTIONAL_MS } from "../call/request.ts";
import { type OAuthResult, PlatformError, type Tokens } from "../platform.ts";
import { callApi, type Parts, persist, unreadable } from "./call.ts";
import { type Circumstances, toError } from "./errors.ts";

const POSTING_ROLES = ["ADMINISTRATOR", "CONTENT_ADMIN", "DIRECT_SPONSORED_CONTENT_POSTER"];
const PAGE_SIZE = 100;
const MOST_LISTS = 10;

const rolesShape = z.object({
  elements: z.array(
    z.object({
      organization: z.string().regex(/^urn:li:organization:\d+$/),
      role: z.string(),
      state: z.string(),
      roleAssignee: z.string().optional().catch(undefined),
    }),
  ),
});
type Role = z.infer<typeof rolesShape>["elements"][number];

const organizationShape = z.object({
  localizedName: z.string().min(1),
  vanityName: z.string().min(1).optional().catch(undefined),
});

interface Asking {
  readonly parts: Parts;
  readonly tokens: Tokens;
  readonly circumstances: Circumstances;
}

/** Returns one result per page, with a hindrance if the member may not post there. @throws {PlatformError} */
export async function listPages(asking: Asking): Promise<OAuthResult[]> {
  const roles = (await listRoles(asking)).filter(({ state }) => state === "APPROVED");
  const urns = [...new Set(roles.map(({ organization }) => organization))];
  if (urns.length === 0) {
    const message = say(
      "LinkedIn did not show us any company page that you manage. Ask a page’s admins to make you a content admin, then connect again.",
    );
    throw new PlatformError("rejected", { code: "no-pages", message });
  }
  const results: OAuthResult[] = [];
  for (const urn of urns) results.push(await toResult(asking, urn, roles));
  return results;
}

async function listRoles(asking: Asking): Promise<Role[]> {
  const roles: Role[] = [];
  for (let lists = 0; lists < MOST_LISTS; lists += 1) {
    const query = `q=roleAssignee&state=APPROVED&start=${lists * PAGE_SIZE}&count=${PAGE_SIZE}`;
    const answer = await get(asking, `/rest/organizationAcls?${query}`);
    const list = rolesShape.safeParse(answer.body).data;
    if (list === undefined) throw unreadable(answer);
    roles.push(...list.elements);
    if (list.elements.length < PAGE_SIZE) break;
  }
  return roles;
}

async function toResult(asking: Asking, urn: string, roles: readonly Role[]): Promise<OAuthResult> {
  const id = urn.split(":").at(-1) ?? urn;
  const mine = roles.filter(({ organization }) => organization === urn);
  const { name, username = name } = await describe(asking, id);
  const person = mine.find(({ roleAssignee }) => roleAssignee !== undefined)?.roleAssignee;
  const mayPost = mine.some(({ role }) => POSTING_ROLES.includes(role));
  const hindrance = say(
    "You can view this page but not post on it. Ask its admins to make you a content admin, then connect again.",
  );
  return {
    account: {
      id: urn,
      username,
      displayName: name,
      // One token serves all pages of a member, so it is revoked with the last of them.
      ...(person === undefined ? {} : { grantedBy: `linkedin:${person}` }),
      extra: { way: "pages" },
    },
    tokens: asking.tokens,
    ...(mayPost ? {} : { hindrance }),
  };
}

/** People can post on a page even if we cannot read its name. */
async function describe(
  asking: Asking,
  id: string,
): Promise<{ name: string; username?: string | undefined }> {
  const answer = await get(asking, `/rest/organizations/${id}`, OPTIONAL_MS).catch((error: unknown) => {
    if (error instanceof PlatformError && error.code !== "token-refused") return undefined;
    throw error;
  });
  const known = organizationShape.safeParse(answer?.body).data;
  return { name: known?.localizedName ?? `Company page ${id}`, username: known?.vanityName };
}

async function get(
  { parts, tokens, circumstances }: Asking,
  path: string,
  timeoutMs?: number,
): Promise<Answer> {
  return await persist(parts, async () => {
    const answer = await callApi(parts, tokens, {
      ...{ method: "GET", path },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    if (answer.status !== 200) throw toError(answer, circumstances);
    return answer;
  });
}
