/** What the common contract needs to know about Bluesky. */
import type { Subject } from "../contract.ts";

const bluesky: Subject = {
  name: "bluesky",
  publish: "POST /xrpc/com.atproto.repo.putRecord",
  whoAmI: "GET /xrpc/com.atproto.server.getSession",
  list: "GET /xrpc/com.atproto.repo.listRecords",
  remove: "POST /xrpc/com.atproto.repo.deleteRecord",
  token: "POST /oauth/token",
  revoke: "POST /oauth/revoke",
  pushes: true,
  refusal: (words) => ({ error: "InvalidRequest", message: words, error_description: words }),
};

/** The authorization server, and a server of accounts that sends people there. */
export const subjects: readonly [Subject, ...Subject[]] = [
  { ...bluesky, host: "127.0.0.1" },
  { ...bluesky, host: "localhost" },
];
