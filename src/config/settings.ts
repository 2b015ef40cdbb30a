/** The settings that the service runs with, typed and frozen. */
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

export interface KeepDays {
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
