/** An attacker's Mastodon server, which can lie in every response. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface HostileServer {
  /** "evil.localhost:41234" */
  readonly host: string;
  readonly origin: string;
  /** Handlers that replace the honest ones, by path. */
  readonly lies: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  /** All addresses and bodies that it received. */
  readonly seen: string[];
  stop(): Promise<void>;
}

export async function startHostileServer(): Promise<HostileServer> {
  const seen: string[] = [];
  const lies: HostileServer["lies"] = new Map();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    seen.push(`${request.method} ${request.url} ${body}`);
    const { pathname } = new URL(request.url ?? "/", origin);
    const lie = lies.get(pathname);
    const answer = answers[pathname];
    if (lie !== undefined) lie(request, response);
    else if (answer !== undefined) sendJson(response, answer);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const host = `evil.localhost:${address !== null && typeof address === "object" ? address.port : 0}`;
  const origin = `http://${host}`;
  const answers: Record<string, object> = {
    "/api/v2/instance": { version: "4.6.0", domain: host },
    "/api/v1/apps": { client_id: "evil-client", client_secret: "evil-secret" },
    "/oauth/token": { access_token: "evil-token", scope: "profile write:statuses write:media" },
    "/api/v1/accounts/verify_credentials": { id: "1", username: "mallory", uri: `${origin}/users/mallory` },
  };
  return {
    ...{ host, origin, lies, seen },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function sendElsewhere(response: ServerResponse, location: string, status: 302 | 307): void {
  response.writeHead(status, { location }).end();
}
