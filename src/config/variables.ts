/** The schema of each environment variable. Its error says what to set. */
import { resolve } from "node:path";
import { z } from "zod";
import { backends } from "../database/backend.ts";
import { complaintOf } from "../database/connection/hosts.ts";
import { platformSettingNames } from "../platforms/networks.ts";
import { backupShape } from "./backups.ts";
import { bucketShape } from "./bucket.ts";
import { openidShape } from "./openid.ts";
import { days, list, number, optional, port, signUpShape, trimmed, yesOrNo } from "./values.ts";

/** The variables of the platforms. Each platform checks its own when it is created. */
export const platformShape = z.object(
  Object.fromEntries(platformSettingNames.map((name) => [name, optional])),
);

/** RFC 9116, section 2.5.3: a contact is a URI. We accept the schemes that people can use. */
const isContact = (contact: string) =>
  /^mailto:[^\s@]+@[^\s@]+$/i.test(contact) ||
  /^tel:\+?[\d().-]+$/i.test(contact) ||
  (/^https:\/\/\S+$/i.test(contact) && URL.canParse(contact));

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const otlpEndpoint = trimmed
  .pipe(z.url({ protocol: /^https?$/, error: "must be a collector's address, like http://127.0.0.1:4318" }))
  .optional();

/** All variables of the service. */
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
    )
    .refine((address) => {
      const url = URL.parse(address);
      return !/^https?:$/.test(url?.protocol ?? "") || (url?.username === "" && url.password === "");
    }, "must have no name and password in it"),
  SOCIAL_ENCRYPTION_KEY: trimmed.min(1),
  SOCIAL_SESSION_SECRET: trimmed.min(
    32,
    "must have at least 32 characters: make one with `openssl rand -base64 32`",
  ),
  SOCIAL_SIGN_UP: signUpShape.default("invitation"),
  SOCIAL_MAIL_URL: trimmed
    .pipe(z.url({ protocol: /^smtps?$/, error: "must look like smtp://user:password@host:587" }))
    .optional(),
  SOCIAL_MAIL_FROM: trimmed
    .regex(
      /^(?:[^<>@]+ <)?[^\s<>@]+@[^\s<>@]+>?$/,
      "must be an email address, or look like Sharewell <share@example.com>",
    )
    .default("Sharewell <sharewell@localhost>"),
  SOCIAL_ALLOWED_HOSTS: list.default([]),
  SOCIAL_APP_NAME: trimmed.min(1).max(60, "must have at most 60 characters").default("Sharewell"),
  SOCIAL_DATA_DIR: trimmed
    .min(1)
    .default("data")
    .transform((path) => resolve(path)),
  SOCIAL_LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` }).default("info"),
  SOCIAL_METRICS_TOKEN: trimmed
    .regex(
      /^\S{16,}$/,
      "must have at least 16 characters and no blanks: make one with `openssl rand -hex 32`",
    )
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpEndpoint,
  SOCIAL_TRUST_PROXY: yesOrNo,
  SOCIAL_PUBLIC_COUNTS: yesOrNo,
  SOCIAL_SECURITY_CONTACT: list
    .refine(
      (contacts) => contacts.every(isContact),
      "must be addresses like mailto:security@example.com, https://example.com/report or tel:+1-201-555-0123",
    )
    .default([]),
  SOCIAL_SECURITY_POLICY: trimmed
    .pipe(
      z.url({ protocol: /^https$/, error: "must be the page's address, like https://example.com/policy" }),
    )
    .optional(),
  SOCIAL_SECURITY_LANGUAGES: list
    .refine(
      (languages) => languages.every((language) => /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(language)),
      "must be languages like en, de",
    )
    .default([]),
  SOCIAL_LINK_PARAMETERS: trimmed
    .regex(
      /^(?:[\w.~-]+=(?:[\w.~%+-]|\{network\})*(?:&[\w.~-]+=(?:[\w.~%+-]|\{network\})*)*)?$/,
      "must look like utm_source={network}&utm_medium=social, with no other word in braces",
    )
    .default(""),
  SOCIAL_LEASE_SECONDS: number(1, 86_400).default(15),
  SOCIAL_SETTLE_SECONDS: number(0, 3_600).optional(),
  SOCIAL_KEEP_SHARES_DAYS: days(
    90,
    "people are asked before they share a page again within thirty days, and what is unclear is told by earlier posts",
  ).optional(),
  SOCIAL_KEEP_ATTEMPTS_DAYS: days(30, "they tell why a share that is not settled yet waits").optional(),
  SOCIAL_KEEP_AUDIT_DAYS: days(90, "what was done is often asked for months later").optional(),
  SOCIAL_KEEP_MAIL_DAYS: days(7, "an invitation is of use for so long").default(30),
  ...bucketShape.shape,
  ...backupShape.shape,
  ...openidShape.shape,
  /** Names one host or several. */
  DATABASE_URL: trimmed
    .superRefine((address, context) => {
      const message = complaintOf(address);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .optional(),
  DATABASE_POOL: number(5, 1_000).int("must be a whole number").default(20),
  DATABASE_BACKEND: z.enum(backends, { error: `must be ${backends.join(", ")}` }).default("postgres"),
  /** An IPv6 address can be written with or without brackets. */
  HOST: trimmed
    .min(1)
    .default("127.0.0.1")
    .transform((host) => host.replace(/^\[(.*)\]$/, "$1")),
  PORT: port(4100),
});

/** What systemd passes to a service: sd_notify(3), sd_watchdog_enabled(3). */
export const supervisionShape = z.object({
  NOTIFY_SOCKET: z.string().default(""),
  WATCHDOG_USEC: z.coerce.number().int().positive().optional(),
  WATCHDOG_PID: z.coerce.number().int().positive().optional(),
  PATH: z.string().default("/usr/bin:/bin"),
});

/** The port of the service in the demo. The others follow it, so that one option moves them all. */
export const demoPort = port(4100);

/** @param first the port of the service */
export const demoShape = (first: number) =>
  z.object({
    PORT: port(first),
    DEMO_BLOG_PORT: port(first + 1),
    EMULATOR_MASTODON_PORT: port(first + 2),
    EMULATOR_TWITTER_PORT: port(first + 3),
    EMULATOR_FACEBOOK_PORT: port(first + 4),
    EMULATOR_INSTAGRAM_PORT: port(first + 5),
    EMULATOR_THREADS_PORT: port(first + 6),
    EMULATOR_LINKEDIN_PORT: port(first + 7),
    DEMO_EVENTS_PORT: port(first + 8),
    DEMO_MARKET_PORT: port(first + 9),
    DEMO_OUTBOX_PORT: port(first + 10),
    EMULATOR_BLUESKY_PORT: port(first + 11),
    SOCIAL_DATA_DIR: trimmed
      .min(1)
      .default("data/demo")
      .transform((path) => resolve(path)),
  });
