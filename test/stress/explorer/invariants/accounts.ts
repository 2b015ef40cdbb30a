/** Accounts, what they give access to, and what is left of people who are gone. */
import type { Aftermath } from "../record.ts";
import type { Invariant } from "./invariant.ts";

type Row = Aftermath["connections"][number];

const hasTokens = ({ accessTokenEnc, refreshTokenEnc, ownerTokenEnc }: Row) =>
  (accessTokenEnc ?? refreshTokenEnc ?? ownerTokenEnc) !== null;

const those = ({ connections }: Aftermath, isWrong: (row: Row) => boolean) =>
  connections.filter(isWrong).map(({ id, platform, status }) => `${platform} ${id} ${status}`);

/** People who are gone, or have nothing connected to that network any more, were told that our access there ended. */
function findEndedInName({ connections, forgottenGrants }: Aftermath): readonly string[] {
  const kept = new Set(
    connections.filter(({ revokedAt }) => revokedAt === null).map(({ platform }) => platform),
  );
  return forgottenGrants
    .filter(({ name }) => !kept.has(name))
    .map(({ name, key }) => `${name} ${key.slice(0, 24)}`);
}

export const accounts: readonly Invariant[] = [
  {
    wrong: "an account is active without tokens",
    find: (record) =>
      those(
        record,
        (row) => row.revokedAt === null && row.status === "active" && row.accessTokenEnc === null,
      ),
  },
  {
    wrong: "a disconnected account has tokens",
    find: (record) => those(record, (row) => row.revokedAt !== null && hasTokens(row)),
  },
  {
    wrong: "a disconnected account is to be renewed",
    find: (record) =>
      those(record, ({ revokedAt, nextRenewalAt }) => revokedAt !== null && nextRenewalAt !== null),
  },
  { wrong: "a grant lives at its network after we said that it ended", find: findEndedInName },
  {
    wrong: "a budget is negative",
    find: ({ budgets }) =>
      budgets
        .filter(({ remaining }) => remaining < 0)
        .map(({ scope, remaining }) => `${scope}: ${remaining}`),
  },
  {
    wrong: "nobody runs the service",
    find: ({ people }) =>
      people.length === 0 || people.some(({ role, blockedAt }) => role === "operator" && blockedAt === null)
        ? []
        : [`${people.length} people, and no operator among them`],
  },
  {
    wrong: "something is left of somebody who is gone",
    find: ({ scene, people, shares, connections }) =>
      [scene.ana, scene.ben]
        .filter((person) => person !== undefined)
        .filter(({ id }) => !people.some((row) => row.id === id))
        .flatMap(({ id }) => [
          ...shares.filter(({ row }) => row.userId === id).map(({ row }) => `share ${row.id}`),
          ...connections.filter(({ userId }) => userId === id).map((row) => `account ${row.id}`),
        ]),
  },
];
