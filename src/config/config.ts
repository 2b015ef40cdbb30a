/** Every environment variable, read once, typed and frozen. Each may come from a file instead: NAME_FILE. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { Backend } from "../database/backend.ts";
import {
  type backupShape,
  type bucketShape,
  demoShape,
  type openidShape,
  platformShape,
  shape,
  supervisionShape,
} from "./variables.ts";

/** One sentence per setting that is missing or wrong. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

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
  /** What /metrics is read with; absent: from this machine alone. */
  readonly metricsToken: string | undefined;
  /** Traces are sent, as the standard variables of OpenTelemetry say. */
  readonly traces: boolean;
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
  /** For how many days what is over is kept; absent: for ever. */
  readonly keepDays: KeepDays;
  /** Where pictures are kept; absent: in the database. */
  readonly pictureBucket: BucketSettings | undefined;
  /** Daily backups; absent: none are made. */
  readonly backups: BackupSettings | undefined;
  /** Absent: people sign in here only. */
  readonly openid: OpenIdSettings | undefined;
  readonly databaseUrl: string | undefined;
  /** Connections that a process takes at most, beside those of its queue. */
  readonly databasePool: number;
  /** What speaks PostgreSQL there. */
  readonly databaseBackend: Backend;
  /** Whom to tell of a weakness, and how; nobody is named where there is no contact. */
  readonly security: SecuritySettings;
  readonly host: string;
  readonly port: number;
  /** The settings that platforms name for themselves. */
  readonly platforms: Readonly<Record<string, string | undefined>>;
}

interface KeepDays {
  readonly shares: number | undefined;
  readonly attempts: number | undefined;
  readonly audit: number | undefined;
  readonly mail: number;
}

interface SecuritySettings {
  /** Addresses with their scheme, the preferred one first. */
  readonly contacts: readonly string[];
  /** Where the operator says how they take reports. */
  readonly policy: string | undefined;
  readonly languages: readonly string[];
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
  return Object.freeze(toConfig(parsed.data, platformShape.parse(values)));
}

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

/** Where systemd wants to be told how the process is. */
export interface Supervision {
  readonly socket: string;
  /** Without a sign of life for so long the process is ended; absent: nobody waits for one. */
  readonly watchdogMs: number | undefined;
  /** Where programs are. */
  readonly path: string;
}

/** What systemd told this process at its start; nothing where it was started by anybody else. @throws {ConfigError} */
export function readSupervision(environment: Environment = process.env): Supervision | undefined {
  const parsed = supervisionShape.safeParse(environment);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  const {
    NOTIFY_SOCKET: socket,
    WATCHDOG_USEC,
    WATCHDOG_PID: watched = process.pid,
    PATH: path,
  } = parsed.data;
  if (socket === "") return undefined;
  const isOurs = WATCHDOG_USEC !== undefined && watched === process.pid;
  return { socket, path, watchdogMs: isOurs ? WATCHDOG_USEC / 1_000 : undefined };
}

function readVariables(environment: Environment, problems: string[]): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {};
  for (const name of [...Object.keys(shape.shape), ...Object.keys(platformShape.shape)]) {
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

function toConfig(variables: Variables, platforms: z.infer<typeof platformShape>): Config {
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
    metricsToken: variables.SOCIAL_METRICS_TOKEN,
    traces:
      (variables.OTEL_EXPORTER_OTLP_ENDPOINT ?? variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) !== undefined,
    trustProxy: variables.SOCIAL_TRUST_PROXY,
    publicCounts: variables.SOCIAL_PUBLIC_COUNTS,
    linkParameters: variables.SOCIAL_LINK_PARAMETERS,
    leaseSeconds: variables.SOCIAL_LEASE_SECONDS,
    settleSeconds: variables.SOCIAL_SETTLE_SECONDS,
    keepDays: {
      shares: variables.SOCIAL_KEEP_SHARES_DAYS,
      attempts: variables.SOCIAL_KEEP_ATTEMPTS_DAYS,
      audit: variables.SOCIAL_KEEP_AUDIT_DAYS,
      mail: variables.SOCIAL_KEEP_MAIL_DAYS,
    },
    pictureBucket: readBucket(variables),
    backups: readBackups(variables),
    openid: readOpenId(variables),
    databaseUrl: variables.DATABASE_URL,
    databasePool: variables.DATABASE_POOL,
    databaseBackend: variables.DATABASE_BACKEND,
    security: {
      contacts: variables.SOCIAL_SECURITY_CONTACT,
      policy: variables.SOCIAL_SECURITY_POLICY,
      languages: variables.SOCIAL_SECURITY_LANGUAGES,
    },
    host: variables.HOST,
    port: variables.PORT,
    platforms: {
      SOCIAL_BASE_URL: base.href,
      ...platforms,
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
  if (address === undefined) {
    if (keyId !== undefined || secret !== undefined)
      throw new ConfigError(["SOCIAL_PICTURES_S3_URL is missing beside the key of its store"]);
    return undefined;
  }
  if (keyId === undefined || secret === undefined)
    throw new ConfigError([
      "SOCIAL_PICTURES_S3_URL needs SOCIAL_PICTURES_S3_KEY_ID and SOCIAL_PICTURES_S3_SECRET beside it",
    ]);
  return { address: new URL(address), region, keyId, secret };
}

interface BackupSettings {
  readonly folder: string;
  /** How many. */
  readonly keep: number;
  /** The age key that they are encrypted for. */
  readonly recipient: string | undefined;
  readonly toBucket: boolean;
}

/** @throws {ConfigError} where they are to go to a bucket that is not set up, or nowhere */
function readBackups(
  variables: z.infer<typeof backupShape> & z.infer<typeof bucketShape>,
): BackupSettings | undefined {
  const { SOCIAL_BACKUP_DIR: folder, SOCIAL_BACKUP_TO_BUCKET: toBucket } = variables;
  if (folder === undefined) {
    if (toBucket) throw new ConfigError(["SOCIAL_BACKUP_TO_BUCKET needs SOCIAL_BACKUP_DIR beside it"]);
    return undefined;
  }
  if (toBucket && variables.SOCIAL_PICTURES_S3_URL === undefined)
    throw new ConfigError(["SOCIAL_BACKUP_TO_BUCKET needs SOCIAL_PICTURES_S3_URL beside it"]);
  const { SOCIAL_BACKUP_KEEP: keep, SOCIAL_BACKUP_RECIPIENT: recipient } = variables;
  return { folder, keep, recipient, toBucket };
}

interface OpenIdSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  readonly signUp: Config["signUp"] | undefined;
}

/** @throws {ConfigError} where only a part of it is set */
function readOpenId(variables: z.infer<typeof openidShape>): OpenIdSettings | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = variables;
  if (OIDC_ISSUER === undefined) {
    if (clientId !== undefined || clientSecret !== undefined)
      throw new ConfigError(["OIDC_ISSUER is missing beside OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"]);
    return undefined;
  }
  if (clientId === undefined || clientSecret === undefined)
    throw new ConfigError(["OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it"]);
  const issuer = new URL(OIDC_ISSUER);
  const name = variables.OIDC_NAME ?? issuer.host;
  return { issuer, clientId, clientSecret, name, signUp: variables.OIDC_SIGN_UP };
}
