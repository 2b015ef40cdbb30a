/** What each environment variable must look like; its complaint says what to set. */
import { resolve } from "node:path";
import { z } from "zod";
import { backends } from "../database/backend.ts";
import { complaintOf } from "../database/connection/hosts.ts";
import { platformSettingNames } from "../platforms/networks.ts";

const trimmed = z.string().trim();
const optional = trimmed.min(1).optional();
const number = (least: number, most: number) => {
  const error = `must be a number from ${least} to ${most}`;
  return z.coerce.number(error).min(least, error).max(most, error);
};
/** @param why what would break below it */
const days = (least: number, why: string) => {
  const error = `must be a whole number of days, at least ${least}: ${why}`;
  return z.coerce.number(error).int(error).min(least, error).max(36_500, error);
};
const port = (standard: number) => {
  const error = "must be a port number";
  return z.coerce.number(error).int(error).min(0, error).max(65_535, error).default(standard);
};
const yesOrNo = z
  .enum(["true", "false"], { error: "must be true or false" })
  .default("false")
  .transform((value) => value === "true");

/** The settings that networks name for themselves. Each network checks its own when it is set up. */
export const platformShape = z.object(
  Object.fromEntries(platformSettingNames.map((name) => [name, optional])),
);

/** A list with commas between its entries, none of which is empty. */
const list = trimmed.transform((text) =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean),
);

/** What RFC 9116 asks of a contact: an address with its scheme, of a kind that people can use. */
const isContact = (contact: string) =>
  /^mailto:[^\s@]+@[^\s@]+$/i.test(contact) ||
  /^tel:\+?[\d().-]+$/i.test(contact) ||
  (/^https:\/\/\S+$/i.test(contact) && URL.canParse(contact));

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const otlpEndpoint = trimmed
  .pipe(z.url({ protocol: /^https?$/, error: "must be a collector's address, like http://127.0.0.1:4318" }))
  .optional();

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

/** Daily backups, where they are wanted. */
export const backupShape = z.object({
  SOCIAL_BACKUP_DIR: trimmed
    .min(1)
    .transform((path) => resolve(path))
    .optional(),
  SOCIAL_BACKUP_KEEP: number(1, 1_000).default(7),
  SOCIAL_BACKUP_RECIPIENT: trimmed
    .regex(/^age1[a-z0-9]+$/, "must be an age public key, which begins with age1")
    .optional(),
  SOCIAL_BACKUP_TO_BUCKET: yesOrNo,
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
  OIDC_NAME: trimmed.min(1).max(60, "must have at most 60 characters").optional(),
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
      "must be a mail address, or look like Sharewell <share@example.com>",
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
  /** With one host or several. */
  DATABASE_URL: trimmed
    .superRefine((address, context) => {
      const message = complaintOf(address);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .optional(),
  DATABASE_POOL: number(5, 1_000).int("must be a whole number").default(20),
  DATABASE_BACKEND: z.enum(backends, { error: `must be ${backends.join(", ")}` }).default("postgres"),
  /** IPv6 with brackets, as in addresses, or without. */
  HOST: trimmed
    .min(1)
    .default("127.0.0.1")
    .transform((host) => host.replace(/^\[(.*)\]$/, "$1")),
  PORT: port(4100),
});

/** What systemd tells a service that it watches over: sd_notify(3), sd_watchdog_enabled(3). */
export const supervisionShape = z.object({
  NOTIFY_SOCKET: z.string().default(""),
  WATCHDOG_USEC: z.coerce.number().int().positive().optional(),
  WATCHDOG_PID: z.coerce.number().int().positive().optional(),
  PATH: z.string().default("/usr/bin:/bin"),
});

export const demoShape = z.object({
  PORT: port(4100),
  DEMO_BLOG_PORT: port(4101),
  EMULATOR_MASTODON_PORT: port(4102),
  EMULATOR_TWITTER_PORT: port(4103),
  EMULATOR_FACEBOOK_PORT: port(4104),
  EMULATOR_INSTAGRAM_PORT: port(4105),
  EMULATOR_THREADS_PORT: port(4106),
  EMULATOR_LINKEDIN_PORT: port(4107),
  DEMO_EVENTS_PORT: port(4108),
  DEMO_MARKET_PORT: port(4109),
  DEMO_OUTBOX_PORT: port(4110),
  SOCIAL_DATA_DIR: trimmed
    .min(1)
    .default("data/demo")
    .transform((path) => resolve(path)),
});
