/** Reads the environment variables once. Each can come from a file instead: NAME_FILE holds the path. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import { readBackups } from "./backups.ts";
import { readBucket } from "./bucket.ts";
import { ConfigError } from "./config-error.ts";
import { readOpenId } from "./openid.ts";
import type { Config } from "./settings.ts";
import { demoPort, demoShape, platformShape, shape, supervisionShape } from "./variables.ts";

export { ConfigError } from "./config-error.ts";
export type { Config } from "./settings.ts";

type Variables = z.infer<typeof shape>;

const missing: Readonly<Record<string, string>> = {
  SOCIAL_BASE_URL:
    "SOCIAL_BASE_URL is missing: set it to the public address of this service, like https://share.example.com",
  SOCIAL_ENCRYPTION_KEY:
    "SOCIAL_ENCRYPTION_KEY is missing: make one with `sharewell keys generate` and keep it safe, it protects all tokens",
  SOCIAL_SESSION_SECRET: "SOCIAL_SESSION_SECRET is missing: make one with `openssl rand -base64 32`",
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of the service.
 * @param changes override the environment: command-line flags, the demo's settings
 * @param environment defaults to the environment of the process
 * @throws {ConfigError} naming each missing or invalid setting, never its value
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

/** Reads the ports and the data folder of the demo. @throws {ConfigError} */
export function readDemoSettings(
  changes: Environment = {},
  environment: Environment = process.env,
): z.infer<ReturnType<typeof demoShape>> {
  const given = { ...environment, ...changes };
  const first = demoPort.safeParse(given.PORT);
  const parsed = demoShape(first.success ? first.data : 0).safeParse(given);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  return parsed.data;
}

/** How to report the state of the process to systemd. */
export interface Supervision {
  readonly socket: string;
  /** systemd ends the process if it hears nothing for this long. Undefined: there is no watchdog. */
  readonly watchdogMs: number | undefined;
  /** The PATH in which programs are found. */
  readonly path: string;
}

/**
 * Reads what systemd told this process when it started it.
 * @returns undefined if systemd did not start this process
 * @throws {ConfigError}
 */
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
