/** The settings of the service. */
import type { Backend } from "../database/backend.ts";
import type { BackupSettings } from "./backups.ts";
import type { BucketSettings } from "./bucket.ts";
import type { OpenIdSettings } from "./openid.ts";
import type { SignUp } from "./values.ts";

export interface Config {
  readonly baseUrl: URL;
  readonly encryptionKeys: string;
  readonly sessionSecret: string;
  readonly signUp: SignUp;
  /** Undefined: no email is sent, and sign-in links are not offered. */
  readonly mailUrl: string | undefined;
  readonly mailFrom: string;
  /** Hosts that may use plain http and private addresses, for simulated networks. */
  readonly allowedHosts: readonly string[];
  readonly appName: string;
  readonly dataFolder: string;
  readonly logLevel: string;
  /** The bearer token for /metrics. Undefined: only this machine can read it. */
  readonly metricsToken: string | undefined;
  /** Whether to send traces, configured by the standard OpenTelemetry variables. */
  readonly traces: boolean;
  /** Whether to trust X-Forwarded-For. Only safe behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** Whether anyone can ask how often a page was shared. */
  readonly publicCounts: boolean;
  /** Appended to the links of posts, for example "utm_source={network}&utm_medium=social". Empty: nothing is appended. */
  readonly linkParameters: string;
  /** How long a worker's lease on a share lasts unless the worker renews it. */
  readonly leaseSeconds: number;
  /** Overrides how long to wait after an ambiguous answer before looking for the post. */
  readonly settleSeconds: number | undefined;
  /** How many days to keep finished records. Undefined: forever. */
  readonly keepDays: KeepDays;
  /** Where pictures are stored. Undefined: in the database. */
  readonly pictureBucket: BucketSettings | undefined;
  /** Undefined: no daily backups are made. */
  readonly backups: BackupSettings | undefined;
  /** Undefined: people sign in only with an account of this service. */
  readonly openid: OpenIdSettings | undefined;
  readonly databaseUrl: string | undefined;
  /** The most connections that a process opens, in addition to those of its queue. */
  readonly databasePool: number;
  /** Which database speaks the PostgreSQL protocol at `databaseUrl`. */
  readonly databaseBackend: Backend;
  /** The contents of security.txt. Without a contact there is no such file. */
  readonly security: SecuritySettings;
  readonly host: string;
  readonly port: number;
  /** The settings that the platforms define, by variable name. */
  readonly platforms: Readonly<Record<string, string | undefined>>;
}

interface KeepDays {
  readonly shares: number | undefined;
  readonly attempts: number | undefined;
  readonly audit: number | undefined;
  readonly mail: number;
}

interface SecuritySettings {
  /** URIs, the preferred one first. */
  readonly contacts: readonly string[];
  /** The address of the operator's disclosure policy. */
  readonly policy: string | undefined;
  readonly languages: readonly string[];
}
