/** Checks calls to LinkedIn's API: the token's member, the version and the limits (docs/networks/linkedin.md, sections 3 and 7). */
import type { Context, ErrorHandler } from "hono";
import type { Account, Env } from "../network.ts";
import { dayOf, findGrant, pairwiseId } from "./grants.ts";
import type { Grant, LinkedinWorld, Organization } from "./memory.ts";
import { inactiveVersion, Refusal, refusal } from "./problems.ts";

export interface Member {
  readonly grant: Grant;
  readonly account: Account;
  /** The app-scoped "urn:li:person:…" of the member. */
  readonly person: string;
}

/** @throws {Refusal} */
export function readMember(world: LinkedinWorld, c: Context<Env>): Member {
  const token = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (!token) throw refusal("token-missing");
  const grant = findGrant(world, token);
  const account = world.memory.accounts.find(({ id }) => id === grant.accountId);
  if (!account) throw refusal("token-invalid");
  return { grant, account, person: `urn:li:person:${pairwiseId(grant)}` };
}

/** A call below /rest: the version first, then the protocol, the token and the limits. @throws {Refusal} */
export function readRestCaller(world: LinkedinWorld, c: Context<Env>): Member {
  const version = c.req.header("linkedin-version");
  if (!version) throw refusal("version-missing");
  const { versions, versionStatus } = world.memory.switches;
  if (!versions.includes(version)) throw inactiveVersion(version, Number(versionStatus));
  if (c.req.header("x-restli-protocol-version") !== "2.0.0") throw refusal("protocol-missing");
  const member = readMember(world, c);
  countCall(world, member, c.req.path.split("/")[2] ?? "");
  return member;
}

/** Each resource has its own limit. @throws {Refusal} */
export function countCall(world: LinkedinWorld, { grant, account }: Member, resource: string): void {
  const { memberLimit, appLimit } = world.memory.switches;
  const app = `${dayOf(world)} ${resource} app:${grant.clientId}`;
  spend(world, `${app} member:${account.id}`, memberLimit, "member-day");
  spend(world, app, appLimit, "app-day");
}

function spend(world: LinkedinWorld, key: string, limit: number, problem: "member-day" | "app-day"): void {
  const { callsMade } = world.memory;
  const made = (callsMade[key] ?? 0) + 1;
  if (made > limit) throw refusal(problem);
  callsMade[key] = made;
}

const postingRoles = ["ADMINISTRATOR", "CONTENT_ADMIN", "DIRECT_SPONSORED_CONTENT_POSTER"];

export function organizationOf(world: LinkedinWorld, urn: string): Organization | undefined {
  const id = /^urn:li:organization:(\d+)$/.exec(urn)?.[1];
  return world.memory.organizations.find((organization) => organization.id === id);
}

/** Whether this member, with this token, may act as the author. @throws {Refusal} */
export function checkAuthor(world: LinkedinWorld, { grant, account, person }: Member, author: string): void {
  if (author.startsWith("urn:li:person:")) {
    if (author !== person) throw refusal("foreign-author");
    if (!grant.scopes.includes("w_member_social")) throw refusal("permission-missing");
    return;
  }
  if (!author.startsWith("urn:li:organization:")) throw refusal("urn-type");
  const member = organizationOf(world, author)?.members.find(({ accountId }) => accountId === account.id);
  if (!member) throw refusal("foreign-author");
  if (!grant.scopes.includes("w_organization_social") || !postingRoles.includes(member.role))
    throw refusal("permission-missing");
}

/** Turns a refusal into the network's answer. */
export const answerRefusal: ErrorHandler<Env> = (error) => {
  if (error instanceof Refusal) return error.response;
  throw error;
};
