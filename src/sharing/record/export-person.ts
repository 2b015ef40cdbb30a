/** Exports everything that the service stores about a person, except tokens, as one JSON file. */
import { listConnections } from "../../connections/connection.ts";
import { listTemplates } from "../../connections/templates.ts";
import { listDrafts } from "../drafts/find-drafts.ts";
import { exportPictures } from "../pictures/export-pictures.ts";
import { listHashtagSets } from "../templates/hashtag-sets.ts";
import { exportHistory } from "./export.ts";
import type { HistoryRuntime } from "./share-row.ts";

/** The person and their settings. */
interface Exported {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly timeZone: string | undefined;
  readonly language: string | undefined;
  readonly mailNotices: string;
  readonly hasSecondFactor: boolean;
}

/** Yields the text of the file piece by piece. */
export async function* exportPerson(
  runtime: HistoryRuntime & Parameters<typeof exportPictures>[0],
  person: Exported,
): AsyncGenerator<string> {
  const { name, email, role, timeZone, language, mailNotices, hasSecondFactor } = person;
  const connections = await listConnections(runtime, person);
  const drafts = await listDrafts(runtime, person);
  const templates = await listTemplates(runtime, person);
  const hashtagSets = await listHashtagSets(runtime, person);
  const head = {
    person: { name, email, role, timeZone, language, mailNotices, hasSecondFactor },
    accounts: connections.map(({ id, platform, account, status, scopes, createdAt, endsAt }) => ({
      platform,
      id: account.id,
      username: account.username,
      displayName: account.displayName,
      status,
      scopes,
      connectedAt: createdAt,
      endsAt,
      template: templates.find(({ connectionId }) => connectionId === id)?.text,
    })),
    groupTemplates: templates.flatMap(({ group, text }) => (group === null ? [] : [{ group, text }])),
    hashtagSets: hashtagSets.map(({ name, tags }) => ({ name, tags })),
    drafts: drafts.map(({ link, fields, updatedAt }) => ({ page: link, fields, updatedAt })),
  };
  yield `{\n${Object.entries(head)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n")},\n"pictures": `;
  yield* exportPictures(runtime, person);
  yield `,\n"shares": `;
  yield* exportHistory(runtime, person, { filter: {}, format: "json" });
  yield "}\n";
}
