/** The demo's apps at the simulated networks: their settings and their registration. */
import type { NetworkName } from "../../../emulator/networks.ts";
import type { Emulator } from "../../../emulator/server.ts";

export const demoSecret = "sharewell-demo-secret";

const ids = {
  twitter: "sharewell-demo",
  facebook: "138483919580948",
  instagram: "990602627938098",
  threads: "990602627938099",
  linkedin: "78sharewelldemo",
  linkedinPages: "78sharewellpages",
} as const;

/** The platforms' settings for these apps. */
export function appVariables(emulator: Emulator): Record<string, string> {
  const { twitter, facebook, instagram, threads, linkedin, bluesky } = emulator;
  return {
    SOCIAL_TWITTER_CLIENT_ID: ids.twitter,
    SOCIAL_TWITTER_CLIENT_SECRET: demoSecret,
    SOCIAL_TWITTER_ORIGIN: twitter.origin,
    SOCIAL_TWITTER_API_ORIGIN: twitter.origin,
    SOCIAL_FACEBOOK_APP_ID: ids.facebook,
    SOCIAL_FACEBOOK_APP_SECRET: demoSecret,
    SOCIAL_FACEBOOK_ORIGIN: facebook.origin,
    SOCIAL_FACEBOOK_API_ORIGIN: facebook.origin,
    SOCIAL_INSTAGRAM_APP_ID: ids.instagram,
    SOCIAL_INSTAGRAM_APP_SECRET: demoSecret,
    SOCIAL_INSTAGRAM_BY_FACEBOOK: "true",
    SOCIAL_INSTAGRAM_ORIGIN: instagram.origin,
    SOCIAL_INSTAGRAM_TOKEN_ORIGIN: instagram.origin,
    SOCIAL_INSTAGRAM_API_ORIGIN: instagram.origin,
    SOCIAL_THREADS_APP_ID: ids.threads,
    SOCIAL_THREADS_APP_SECRET: demoSecret,
    SOCIAL_THREADS_ORIGIN: threads.origin,
    SOCIAL_THREADS_API_ORIGIN: threads.origin,
    SOCIAL_LINKEDIN_CLIENT_ID: ids.linkedin,
    SOCIAL_LINKEDIN_CLIENT_SECRET: demoSecret,
    SOCIAL_LINKEDIN_PAGES_CLIENT_ID: ids.linkedinPages,
    SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: demoSecret,
    SOCIAL_LINKEDIN_ORIGIN: linkedin.origin,
    SOCIAL_LINKEDIN_API_ORIGIN: linkedin.origin,
    SOCIAL_BLUESKY_ORIGIN: bluesky.origin,
    SOCIAL_BLUESKY_DIRECTORY_ORIGIN: bluesky.origin,
    SOCIAL_BLUESKY_HANDLES_ORIGIN: bluesky.origin,
  };
}

/**
 * Registers the apps. Like the real networks, the simulated ones only accept the addresses that an app registered.
 * @param address of the service, with a trailing slash
 */
export async function registerApps(emulator: Emulator, address: string): Promise<void> {
  const callback = (platform: NetworkName) => `${address}social/callback/${platform}/`;
  const owners = (platform: NetworkName) => ({
    deauthorizeUrl: `${callback(platform)}deauthorize/`,
    deletionUrl: `${callback(platform)}delete/`,
  });
  const linkedin = { redirectUris: [callback("linkedin")] };
  await register(emulator.twitter, { clientId: ids.twitter, redirectUris: [callback("twitter")] });
  // Connecting Instagram through Facebook Login uses Facebook's app.
  const redirectUris = [callback("facebook"), callback("instagram")];
  await register(emulator.facebook, { clientId: ids.facebook, redirectUris, ...owners("facebook") });
  const instagram = { redirectUris: [callback("instagram")], ...owners("instagram") };
  await register(emulator.instagram, { clientId: ids.instagram, ...instagram });
  const threads = { redirectUris: [callback("threads")], ...owners("threads") };
  await register(emulator.threads, { clientId: ids.threads, ...threads });
  await register(emulator.linkedin, { clientId: ids.linkedin, ...linkedin });
  await register(emulator.linkedin, { clientId: ids.linkedinPages, ...linkedin });
}

/** As people read it on the consent pages. */
const name = "Sharewell";

async function register({ port }: { readonly port: number }, app: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/_emulator/apps`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, ...app }),
  });
  if (!response.ok)
    throw new Error(
      `A simulated network did not accept the demo's app: ${response.status} ${await response.text()}`,
    );
}
