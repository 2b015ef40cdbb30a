/** An OpenID Connect provider (oidc-provider) that can be stopped and started again on its port. */
import { createServer, type Server } from "node:http";
import Provider from "oidc-provider";
import { freePort } from "../networks/networks.ts";

export interface TestProvider {
  readonly issuer: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const client = { id: "sharewell", secret: "a-secret-of-the-provider-0123456789" } as const;

interface Somebody {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** Starts the provider. @param people its people, by the name with which they sign in there */
export async function prepareProvider(
  people: Readonly<Record<string, Somebody>>,
  redirectUri: () => string,
): Promise<TestProvider> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  let server: Server | undefined;
  return {
    issuer,
    start: async () => {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: client.id,
            client_secret: client.secret,
            redirect_uris: [redirectUri()],
            token_endpoint_auth_method: "client_secret_basic",
          },
        ],
        claims: { email: ["email", "email_verified"], profile: ["name"] },
        pkce: { required: () => true },
        cookies: { keys: ["only-for-tests"] },
        findAccount: (_context, sub) => ({
          accountId: sub,
          claims: () => ({ sub, ...people[sub] }),
        }),
      });
      server = createServer(provider.callback());
      await new Promise<void>((done) => server?.listen(port, "127.0.0.1", done));
    },
    stop: async () => {
      const running = server;
      server = undefined;
      if (running === undefined) return;
      await new Promise<void>((done) => {
        running.close(() => done());
        running.closeAllConnections();
      });
    },
  };
}
