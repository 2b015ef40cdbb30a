/** Every environment variable, read once, typed and frozen. Each may come from a file instead: NAME_FILE. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { type Backend, backends } from "./database/backend.ts";

/** One sentence per setting that is missing or wrong. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const trimmed = z.string().trim();
const optional = trimmed.min(1).optional();
const seconds = (standard: number) => z.coerce.number().min(0).max(86_400).default(standard);

/** What platforms name for themselves; each checks its own when it is set up. */
const platformShape = z.object({
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

/** A bucket for pictures; all of it or nothing. */
const bucketShape = z.object({
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

const shape = z.object({
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
  SOCIAL_SIGN_UP: z
    .enum(["open", "invitation", "closed"], { error: "must be open, invitation or closed" })
    .default("invitation"),
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

type Variables = z.infer<typeof shape>;

export interface Config {
  readonly baseUrl: URL;
  readonly encryptionKeys: string;
  readonly sessionSecret: string;
  readonly signUp: "open" | "invitation" | "closed";
  /** Absent: no mail can be sent, and magic links are not offered. */
  readonly mailUrl: string | undefined;
  readonly mailFrom: string;
  /** Hosts that may be plain http and private, for simulated networks. */
  readonly allowedHosts: readonly string[];
  readonly appName: string;
  readonly dataFolder: string;
  readonly logLevel: string;
  /** Believe X-Forwarded-For: only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** Anybody may ask how often a page was shared. */
  readonly publicCounts: boolean;
  /** Added to the links of posts: "utm_source={network}&utm_medium=social", with the network's name; empty: nothing. */
  readonly linkParameters: string;
  /** How long a worker's claim on a share lasts unless it renews it. */
  readonly leaseSeconds: number;
  /** Overrides how long after a doubtful answer a network is asked again. */
  readonly settleSeconds: number | undefined;
  /** Where pictures are kept; absent: in the database. */
  readonly pictureBucket: BucketSettings | undefined;
  readonly databaseUrl: string | undefined;
  /** What speaks PostgreSQL there. */
  readonly databaseBackend: Backend;
  readonly host: string;
  readonly port: number;
  /** The settings that platforms name for themselves. */
  readonly platforms: Readonly<Record<string, string | undefined>>;
}

const missing: Readonly<Record<string, string>> = {
  SOCIAL_BASE_URL:
    "SOCIAL_BASE_URL is missing: set it to the public address of this service, like https://share.example.com",
  SOCIAL_ENCRYPTION_KEY:
    "SOCIAL_ENCRYPTION_KEY is missing: make one with `sharewell keys generate` and keep it safe, it protects all tokens",
  SOCIAL_SESSION_SECRET: "SOCIAL_SESSION_SECRET is missing: make one with `openssl rand -base64 32`",
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param changes win over the environment: flags of the command line, a demo's settings
 * @param environment the process's own by default
 * @throws {ConfigError} naming every setting that is missing or wrong, never its value
 */
export function readConfig(changes: Environment = {}, environment: Environment = process.env): Config {
  const problems: string[] = [];
  const values = readVariables({ ...environment, ...changes }, problems);
  const parsed = shape.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      problems.push((values[name] === undefined ? missing[name] : undefined) ?? `${name} ${issue.message}`);
    }
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return Object.freeze(toConfig(parsed.data));
}

const demoPort = (standard: number) =>
  z.coerce.number("must be a port number").int().min(0).max(65_535).default(standard);

const demoShape = z.object({
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

/** Where the demo's parts listen, and where it keeps its data. @throws {ConfigError} */
export function readDemoSettings(
  changes: Environment = {},
  environment: Environment = process.env,
): z.infer<typeof demoShape> {
  const parsed = demoShape.safeParse({ ...environment, ...changes });
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  return parsed.data;
}

function readVariables(environment: Environment, problems: string[]): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {};
  for (const name of Object.keys(shape.shape)) {
    try {
      values[name] = readVariable(environment, name);
    } catch {
      problems.push(`${name}_FILE names a file that cannot be read: ${environment[`${name}_FILE`]}`);
    }
  }
  return values;
}

function readVariable(environment: Environment, name: string): string | undefined {
  const direct = environment[name];
  if (direct !== undefined && direct !== "") return direct;
  const file = environment[`${name}_FILE`];
  return file === undefined || file === "" ? undefined : readFileSync(file, "utf8").trim();
}

function toConfig(variables: Variables): Config {
  const base = new URL(variables.SOCIAL_BASE_URL);
  return {
    baseUrl: base,
    encryptionKeys: variables.SOCIAL_ENCRYPTION_KEY,
    sessionSecret: variables.SOCIAL_SESSION_SECRET,
    signUp: variables.SOCIAL_SIGN_UP,
    mailUrl: variables.SOCIAL_MAIL_URL,
    mailFrom: variables.SOCIAL_MAIL_FROM,
    allowedHosts: variables.SOCIAL_ALLOWED_HOSTS,
    appName: variables.SOCIAL_APP_NAME,
    dataFolder: variables.SOCIAL_DATA_DIR,
    logLevel: variables.SOCIAL_LOG_LEVEL,
    trustProxy: variables.SOCIAL_TRUST_PROXY,
    publicCounts: variables.SOCIAL_PUBLIC_COUNTS,
    linkParameters: variables.SOCIAL_LINK_PARAMETERS,
    leaseSeconds: variables.SOCIAL_LEASE_SECONDS,
    settleSeconds: variables.SOCIAL_SETTLE_SECONDS,
    pictureBucket: readBucket(variables),
    databaseUrl: variables.DATABASE_URL,
    databaseBackend: variables.DATABASE_BACKEND,
    host: variables.HOST,
    port: variables.PORT,
    platforms: {
      SOCIAL_APP_NAME: variables.SOCIAL_APP_NAME,
      SOCIAL_BASE_URL: base.href,
      ...platformShape.parse(variables),
    },
  };
}

interface BucketSettings {
  readonly address: URL;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
}

/** @throws {ConfigError} where only a part of it is set */
function readBucket({
  SOCIAL_PICTURES_S3_URL: address,
  SOCIAL_PICTURES_S3_REGION: region,
  SOCIAL_PICTURES_S3_KEY_ID: keyId,
  SOCIAL_PICTURES_S3_SECRET: secret,
}: z.infer<typeof bucketShape>): BucketSettings | undefined {
  if (address === undefined) return undefined;
  if (keyId === undefined || secret === undefined)
    throw new ConfigError([
      "SOCIAL_PICTURES_S3_URL needs SOCIAL_PICTURES_S3_KEY_ID and SOCIAL_PICTURES_S3_SECRET beside it",
    ]);
  return { address: new URL(address), region, keyId, secret };
}
