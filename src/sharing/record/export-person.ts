/** Exports everything that the service stores about a person, except tokens, as one JSON file. */
import { listConnections } from "../../connections/connection.ts";
import { listDrafts } from "../drafts/find-drafts.ts";
import { exportPictures } from "../pictures/export-pictures.ts";
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
  const head = {
    person: { name, email, role, timeZone, language, mailNotices, hasSecondFactor },
    accounts: connections.map(({ platform, account, status, scopes, createdAt, endsAt }) => ({
      platform,
      id: account.id,
      username: account.username,
      displayName: account.displayName,
      status,
      scopes,
      connectedAt: createdAt,
      endsAt,
    })),
    drafts: drafts.map(({ link, fields, updatedAt }) => ({ page: link, fields, updatedAt })),
  };
  yield `{\n"person": ${JSON.stringify(head.person)},\n"accounts": ${JSON.stringify(head.accounts)},\n"drafts": ${JSON.stringify(head.drafts)},\n"pictures": `;
  yield* exportPictures(runtime, person);
  yield `,\n"shares": `;
  yield* exportHistory(runtime, person, { filter: {}, format: "json" });
  yield "}\n";
}
