/** What each environment variable must look like; its complaint says what to set. */
import { resolve } from "node:path";
import { z } from "zod";
import { backends } from "./database/backend.ts";

const trimmed = z.string().trim();
const optional = trimmed.min(1).optional();
const seconds = (standard: number) => z.coerce.number().min(0).max(86_400).default(standard);

/** What platforms name for themselves; each checks its own when it is set up. */
export const platformShape = z.object({
  SOCIAL_FACEBOOK_APP_ID: optional,
  SOCIAL_FACEBOOK_APP_SECRET: optional,
  SOCIAL_FACEBOOK_CONFIG_ID: optional,
  SOCIAL_META_GRAPH_VERSION: optional,
  SOCIAL_FACEBOOK_ORIGIN: optional,
  SOCIAL_FACEBOOK_API_ORIGIN: optional,
  SOCIAL_INSTAGRAM_APP_ID: optional,
  SOCIAL_INSTAGRAM_APP_SECRET: optional,
  SOCIAL_INSTAGRAM_ORIGIN: optional,
  SOCIAL_INSTAGRAM_TOKEN_ORIGIN: optional,
  SOCIAL_INSTAGRAM_API_ORIGIN: optional,
  SOCIAL_THREADS_APP_ID: optional,
  SOCIAL_THREADS_APP_SECRET: optional,
  SOCIAL_THREADS_ORIGIN: optional,
  SOCIAL_THREADS_API_ORIGIN: optional,
  SOCIAL_TWITTER_CLIENT_ID: optional,
  SOCIAL_TWITTER_CLIENT_SECRET: optional,
  SOCIAL_TWITTER_ORIGIN: optional,
  SOCIAL_TWITTER_API_ORIGIN: optional,
  SOCIAL_LINKEDIN_CLIENT_ID: optional,
  SOCIAL_LINKEDIN_CLIENT_SECRET: optional,
  SOCIAL_LINKEDIN_PAGES_CLIENT_ID: optional,
  SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: optional,
  SOCIAL_LINKEDIN_VERSION: optional,
  SOCIAL_LINKEDIN_ORIGIN: optional,
  SOCIAL_LINKEDIN_API_ORIGIN: optional,
});

const signUpShape = z.enum(["open", "invitation", "closed"], {
  error: "must be open, invitation or closed",
});

/** A bucket for pictures; all of it or nothing. */
export const bucketShape = z.object({
  SOCIAL_PICTURES_S3_URL: trimmed
    .pipe(
      z.url({
        protocol: /^https?$/,
        error: "must be the bucket's address, like https://s3.eu-central-1.amazonaws.com/my-pictures",
      }),
    )
    .optional(),
  SOCIAL_PICTURES_S3_REGION: trimmed.min(1).default("us-east-1"),
  SOCIAL_PICTURES_S3_KEY_ID: optional,
  SOCIAL_PICTURES_S3_SECRET: optional,
});

/** A provider that people may sign in at; all of it or nothing. */
export const openidShape = z.object({
  OIDC_ISSUER: trimmed
    .pipe(
      z.url({ protocol: /^https?$/, error: "must be the provider's issuer, like https://login.example.com" }),
    )
    .refine((address) => {
      const url = URL.parse(address);
      return (
        url?.protocol === "https:" ||
        /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/.test(url?.hostname ?? "")
      );
    }, "must begin with https://, unless it is on this machine")
    .optional(),
  OIDC_CLIENT_ID: optional,
  OIDC_CLIENT_SECRET: optional,
  OIDC_NAME: trimmed.min(1).max(60).optional(),
  OIDC_SIGN_UP: signUpShape.optional(),
});

export const shape = z.object({
  SOCIAL_BASE_URL: trimmed
    .pipe(
      z.url({
        protocol: /^https?$/,
        error: "must be the service's public address, like https://share.example.com",
      }),
    )
    .refine(
      (address) => (URL.parse(address)?.pathname ?? "/") === "/",
      "must have no path: Sharewell needs a host name of its own",
    ),
  SOCIAL_ENCRYPTION_KEY: trimmed.min(1),
  SOCIAL_SESSION_SECRET: trimmed.min(
    32,
    "must have at least 32 characters: make one with `openssl rand -base64 32`",
  ),
  SOCIAL_SIGN_UP: signUpShape.default("invitation"),
  SOCIAL_MAIL_URL: trimmed
    .pipe(z.url({ protocol: /^smtps?$/, error: "must look like smtp://user:password@host:587" }))
    .optional(),
  SOCIAL_MAIL_FROM: trimmed.min(3).default("Sharewell <sharewell@localhost>"),
  SOCIAL_ALLOWED_HOSTS: trimmed.default("").transform((list) =>
    list
      .split(",")
      .map((host) => host.trim())
      .filter(Boolean),
  ),
  SOCIAL_APP_NAME: trimmed.min(1).max(60).default("Sharewell"),
  SOCIAL_DATA_DIR: trimmed
    .min(1)
    .default("data")
    .transform((path) => resolve(path)),
  SOCIAL_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SOCIAL_TRUST_PROXY: z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true"),
  SOCIAL_PUBLIC_COUNTS: z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true"),
  SOCIAL_LINK_PARAMETERS: trimmed
    .default("")
    .refine(
      (text) => text === "" || /^[\w.~-]+=[\w.~{}%+-]*(?:&[\w.~-]+=[\w.~{}%+-]*)*$/.test(text),
      "must look like utm_source={network}&utm_medium=social",
    ),
  SOCIAL_LEASE_SECONDS: seconds(15).pipe(z.number().min(1)),
  SOCIAL_SETTLE_SECONDS: z.coerce.number().min(0).max(3_600).optional(),
  ...bucketShape.shape,
  ...openidShape.shape,
  ...platformShape.shape,
  DATABASE_URL: trimmed
    .pipe(
      z.url({ protocol: /^postgres(ql)?$/, error: "must look like postgres://user:password@host:5432/name" }),
    )
    .optional(),
  DATABASE_BACKEND: z.enum(backends, { error: `must be ${backends.join(", ")}` }).default("postgres"),
  HOST: trimmed.min(1).default("127.0.0.1"),
  PORT: z.coerce.number("must be a port number").int().min(0).max(65_535).default(4100),
});

const demoPort = (standard: number) =>
  z.coerce.number("must be a port number").int().min(0).max(65_535).default(standard);

export const demoShape = z.object({
  PORT: demoPort(4100),
  DEMO_BLOG_PORT: demoPort(4101),
  EMULATOR_MASTODON_PORT: demoPort(4102),
  EMULATOR_TWITTER_PORT: demoPort(4103),
  EMULATOR_FACEBOOK_PORT: demoPort(4104),
  EMULATOR_INSTAGRAM_PORT: demoPort(4105),
  EMULATOR_THREADS_PORT: demoPort(4106),
  EMULATOR_LINKEDIN_PORT: demoPort(4107),
  DEMO_EVENTS_PORT: demoPort(4108),
  DEMO_MARKET_PORT: demoPort(4109),
  DEMO_OUTBOX_PORT: demoPort(4110),
  SOCIAL_DATA_DIR: trimmed
    .min(1)
    .default("data/demo")
    .transform((path) => resolve(path)),
});
