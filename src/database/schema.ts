/** All tables. Times are `timestamptz`. Only features that PostgreSQL shares with CockroachDB and YugabyteDB are used. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import { toStorableJson, toStorableMoment } from "./storable.ts";

type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
type JsonRecord = { [key: string]: JsonValue };

const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const jsonb = customType<{ data: unknown }>({ dataType: () => "jsonb", toDriver: toStorableJson });
const moment = customType<{ data: Date; driverData: string }>({
  dataType: () => "timestamp with time zone",
  toDriver: toStorableMoment,
  fromDriver: (text) => new Date(text),
});
const searchable = customType<{ data: string }>({ dataType: () => "tsvector" });
const createdAt = () => moment("created_at").notNull().default(sql`now()`);
const updatedAt = () => moment("updated_at").notNull().default(sql`now()`);

/** People with an account. */
export const users = pgTable("users", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  /** The account is older than the proof of addresses, so whoever proves the address may be its creator, in any browser. */
  predatesProofs: boolean("predates_proofs").notNull().default(false),
  image: text("image"),
  role: text("role", { enum: ["operator", "person"] })
    .notNull()
    .default("person"),
  /** The IANA name that the person chose last. Null: unknown, times are shown in UTC. */
  timeZone: text("time_zone"),
  /** Which results of their shares to notify about by email. */
  mailNotices: text("mail_notices", { enum: ["none", "problems", "all"] })
    .notNull()
    .default("problems"),
  /** BCP 47. Null: the language that the browser requests. */
  language: text("language"),
  /** Whether signing in with the password also requires a code from an authenticator app. */
  twoFactorEnabled: boolean("two_factor_enabled").notNull().default(false),
  /** How often all access was ended. A sign-in that started before the last time gets no session. */
  accessEndings: integer("access_endings").notNull().default(0),
  /** When the operator blocked the person. */
  blockedAt: moment("blocked_at"),
  /** When the person was last notified by email about shares and accounts. */
  notifiedAt: moment("notified_at"),
  /** When the person last looked at the results of their shares. */
  outcomesSeenAt: moment("outcomes_seen_at"),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Signed-in browsers. */
export const sessions = pgTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    token: text("token").notNull().unique(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    expiresAt: moment("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    /** When the person last confirmed their identity in this session. */
    provedAt: moment("proved_at").notNull().default(sql`now()`),
    /** Whether it started when its cookie still had the prefix "__Secure-". */
    hasOldCookie: boolean("has_old_cookie").notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index("sessions_user_id").on(table.userId)],
);

/** Browsers in which a person has signed in before, recognised by a secret in a cookie. */
export const knownBrowsers = pgTable(
  "known_browsers",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256 of the secret in the browser's cookie. */
    tokenHash: text("token_hash").notNull(),
    firstUsedAt: moment("first_used_at").notNull(),
    lastUsedAt: moment("last_used_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.tokenHash] }),
    index("known_browsers_last_used_at").on(table.lastUsedAt),
  ],
);

/** How a person signs in: with a password, or with an OpenID Connect provider ("oidc", with issuer and subject). */
export const credentials = pgTable(
  "credentials",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: moment("access_token_expires_at"),
    refreshTokenExpiresAt: moment("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("credentials_user_id").on(table.userId),
    uniqueIndex("credentials_account").on(table.providerId, table.accountId),
  ],
);

/** The secret from which a person's authenticator app computes codes. */
export const twoFactors = pgTable(
  "two_factors",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Null until the secret of an older version is encrypted with the vault's key. */
    secretEnc: text("secret_enc"),
    /** Whether a first code has proved that the app works. */
    verified: boolean("verified").notNull().default(true),
    /** The time step (RFC 6238: T) of the newest accepted code. Codes of this step or earlier are rejected. */
    lastStep: integer("last_step"),
    failedVerificationCount: integer("failed_verification_count").notNull().default(0),
    lockedUntil: moment("locked_until"),
    /** The salt of the person's recovery codes. */
    recoverySalt: text("recovery_salt"),
    /** Secret and recovery codes of an older version, encrypted with the session secret. Null once they have been moved. */
    formerSecret: text("secret"),
    formerCodes: text("backup_codes"),
  },
  (table) => [uniqueIndex("two_factors_user").on(table.userId)],
);

/** Codes for people who have lost their app. Using a code deletes its row. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** scrypt, with the salt in `two_factors`. */
    codeHash: text("code_hash").notNull(),
  },
  (table) => [index("recovery_codes_user_id").on(table.userId)],
);

/** Sign-ins that were right so far and still need a code. */
export const pendingSignIns = pgTable(
  "pending_sign_ins",
  {
    /** SHA-256 of the secret in the browser's cookie. */
    tokenHash: text("token_hash").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tries: integer("tries").notNull().default(0),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("pending_sign_ins_user_id").on(table.userId)],
);

/** Browsers that are not asked for a code. */
export const trustedBrowsers = pgTable(
  "trusted_browsers",
  {
    /** SHA-256 of the secret in the browser's cookie. */
    tokenHash: text("token_hash").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The newest session that started in this browser. */
    sessionId: text("session_id").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("trusted_browsers_user_id").on(table.userId)],
);

/** Passkeys (WebAuthn credentials). */
export const passkeys = pgTable(
  "passkeys",
  {
    id: text("id").primaryKey(),
    name: text("name"),
    publicKey: text("public_key").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    credentialID: text("credential_id").notNull().unique(),
    counter: integer("counter").notNull(),
    deviceType: text("device_type").notNull(),
    backedUp: boolean("backed_up").notNull(),
    transports: text("transports"),
    /** The model of the authenticator (AAGUID). */
    aaguid: text("aaguid"),
    createdAt: createdAt(),
  },
  (table) => [index("passkeys_user_id").on(table.userId)],
);

/** Links, codes and challenges of better-auth, until they are used or expire. */
export const verifications = pgTable(
  "verifications",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index("verifications_identifier").on(table.identifier)],
);

/** Invitations to sign up. */
export const invitations = pgTable("invitations", {
  id: uuid("id").primaryKey().defaultRandom(),
  email: text("email").notNull(),
  /** SHA-256 of the secret in the invitation's link. */
  tokenHash: text("token_hash").notNull().unique(),
  invitedBy: text("invited_by").references(() => users.id, { onDelete: "set null" }),
  expiresAt: moment("expires_at").notNull(),
  acceptedAt: moment("accepted_at"),
  createdAt: createdAt(),
});

/** Accepted email: what is waiting to be sent and, for a while, what became of the rest. */
export const letters = pgTable(
  "letters",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    kind: text("kind", {
      enum: [
        "sign-in-link",
        "sign-up-link",
        "password-reset",
        "mail-change",
        "invitation",
        "security",
        "notice",
      ],
    }).notNull(),
    /** Lower numbers are sent first. */
    priority: integer("priority").notNull(),
    /** The encrypted data from which the email is written. Null once it is sent or given up. */
    letterEnc: text("letter_enc"),
    /** The person it is about; it is deleted with them. Null: the address may have no account. */
    userId: text("user_id").references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256 of the address. Null once the email is sent or given up, unless it was rejected. */
    recipientHash: text("recipient_hash"),
    /** When the email is no longer of use. */
    expiresAt: moment("expires_at").notNull(),
    /** When to try next; while a worker is trying, when its lease ends. Null: it is not tried again. */
    dueAt: moment("due_at"),
    tries: integer("tries").notNull().default(0),
    /** "dropped": it no longer applied. */
    state: text("state", { enum: ["waiting", "sent", "refused", "expired", "dropped"] })
      .notNull()
      .default("waiting"),
    /** The error of the last failed attempt, for example "EENVELOPE 450". */
    errorCode: text("error_code"),
    failedAt: moment("failed_at"),
    endedAt: moment("ended_at"),
    createdAt: createdAt(),
  },
  (table) => [
    index("letters_due").on(table.priority, table.dueAt).where(sql`${table.dueAt} is not null`),
    index("letters_recipient").on(table.recipientHash).where(sql`${table.recipientHash} is not null`),
    index("letters_failed").on(table.failedAt).where(sql`${table.failedAt} is not null`),
    index("letters_ended").on(table.endedAt).where(sql`${table.endedAt} is not null`),
    index("letters_user").on(table.userId).where(sql`${table.userId} is not null`),
  ],
);

/** The state of the mail server, shared by all processes: one row. */
export const mailServer = pgTable("mail_server", {
  /** Always "smtp". */
  id: text("id").primaryKey(),
  /** If set, the server accepts no email, and the process that moves this forward may try one. Null: the server works. */
  retryAt: moment("retry_at"),
  /** Consecutive failures. */
  failures: integer("failures").notNull().default(0),
  lastSentAt: moment("last_sent_at"),
  lastFailedAt: moment("last_failed_at"),
  lastFailureCode: text("last_failure_code"),
});

/** OAuth authorizations in progress: from sending a person to a network until they return. */
export const oauthStates = pgTable(
  "oauth_states",
  {
    /** SHA-256 of the `state` parameter. */
    stateHash: text("state_hash").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    sessionId: text("session_id").notNull(),
    platform: text("platform").notNull(),
    /** The origin of the authorization server, if the network has many. Null: it has one. */
    issuer: text("issuer"),
    codeVerifierEnc: text("code_verifier_enc").notNull(),
    remembered: jsonb("remembered").$type<JsonRecord>().notNull(),
    returnTo: text("return_to").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("oauth_states_expires_at").on(table.expiresAt)],
);

/** Our records of grants: the accounts that people have connected. */
export const socialConnections = pgTable(
  "social_connections",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    platform: text("platform").notNull(),
    platformUserId: text("platform_user_id").notNull(),
    platformUsername: text("platform_username").notNull(),
    displayName: text("display_name").notNull(),
    avatarUrl: text("avatar_url"),
    /** Null once the connection is revoked: the tokens are deleted, the history stays. */
    accessTokenEnc: text("access_token_enc"),
    refreshTokenEnc: text("refresh_token_enc"),
    /** The person's token, if the account is a page with a separate token. */
    ownerTokenEnc: text("owner_token_enc"),
    tokenExpiresAt: moment("token_expires_at"),
    tokenRenewAfter: moment("token_renew_after"),
    /** When to renew the tokens in the background. Null: they are renewed when they are used. */
    nextRenewalAt: moment("next_renewal_at"),
    scopes: text("scopes").notNull(),
    extraData: jsonb("extra_data").$type<JsonRecord>().notNull(),
    /** The id of the authorizing user, as the network's callbacks name them. */
    grantedBy: text("granted_by"),
    status: text("status", { enum: ["active", "reconnect"] })
      .notNull()
      .default("active"),
    errorCode: text("error_code"),
    /** In English. `error_told` has the same message with its values, to be shown in the reader's language. */
    errorMessage: text("error_message"),
    errorTold: jsonb("error_told").$type<JsonRecord>(),
    lastVerifiedAt: moment("last_verified_at"),
    /** When to notify the person by email that the account must be reconnected. Null: not needed, or done. */
    tellAt: moment("tell_at"),
    /** When the person last authorized us. */
    authorisedAt: moment("authorised_at").notNull().default(sql`now()`),
    /** Since when the connection has been working. Shares that were waiting for that continue. */
    activeSince: moment("active_since").notNull().default(sql`now()`),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    revokedAt: moment("revoked_at"),
  },
  (table) => [
    check(
      "social_connections_active_has_tokens",
      sql`${table.status} <> 'active' or ${table.revokedAt} is not null or ${table.accessTokenEnc} is not null`,
    ),
    index("social_connections_active_since").on(table.activeSince),
    index("social_connections_user_platform").on(table.userId, table.platform),
    index("social_connections_granted_by").on(table.grantedBy),
    index("social_connections_renewal").on(table.nextRenewalAt).where(sql`${table.revokedAt} is null`),
    index("social_connections_verified")
      .on(table.lastVerifiedAt)
      .where(sql`${table.revokedAt} is null and ${table.status} = 'active'`),
    index("social_connections_tell").on(table.tellAt).where(sql`${table.tellAt} is not null`),
    uniqueIndex("social_connections_account")
      .on(table.platform, table.platformUserId)
      .where(sql`${table.revokedAt} is null`),
  ],
);

/** The accounts that an authorization covers, until the person has chosen among them. */
export const connectionChoices = pgTable(
  "connection_choices",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    sessionId: text("session_id").notNull(),
    platform: text("platform").notNull(),
    /** The accounts with their tokens, encrypted together. */
    resultsEnc: text("results_enc").notNull(),
    /** The loose grant that becomes these connections. Null: the row is older than loose grants. */
    grantId: uuid("grant_id"),
    /** The accounts without tokens, as JSON, to show them without decrypting. Null: an older version stored the row. */
    candidates: text("candidates"),
    returnTo: text("return_to").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("connection_choices_expires_at").on(table.expiresAt)],
);

/** Deleted people whose grants are still being ended at the networks. Nothing here identifies them. */
export const departures = pgTable(
  "departures",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** SHA-256 of the secret in the address of the page that shows the progress. */
    tokenHash: text("token_hash").notNull().unique(),
    createdAt: createdAt(),
    /** The total number of their grants. */
    grants: integer("grants").notNull().default(0),
    /** The networks that failed to end a grant, once per grant. */
    left: jsonb("left").$type<readonly string[]>().notNull().default([]),
  },
  (table) => [index("departures_created_at").on(table.createdAt)],
);

/**
 * Grants that no connection holds: not yet, while a person is connecting, or no longer. Each is ended at its network when it
 * is due. They outlive the person.
 */
export const looseGrants = pgTable(
  "loose_grants",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** The id of the authorizing user at the network. */
    userId: text("user_id").notNull(),
    /** The connection that held it. */
    connectionId: uuid("connection_id"),
    platform: text("platform").notNull(),
    platformUserId: text("platform_user_id").notNull(),
    extraData: jsonb("extra_data").$type<JsonRecord>().notNull(),
    grantedBy: text("granted_by"),
    accessTokenEnc: text("access_token_enc").notNull(),
    refreshTokenEnc: text("refresh_token_enc"),
    ownerTokenEnc: text("owner_token_enc"),
    /** Until when it can become a connection. */
    isHeld: boolean("is_held").notNull(),
    /** When to ask the network to end it, or to ask again. */
    dueAt: moment("due_at").notNull(),
    createdAt: createdAt(),
    tries: integer("tries").notNull().default(0),
    /** The departure of the deleted person. */
    departureId: uuid("departure_id").references(() => departures.id, { onDelete: "set null" }),
  },
  (table) => [
    index("loose_grants_due").on(table.platform, table.dueAt),
    index("loose_grants_departure").on(table.departureId),
    index("loose_grants_granted_by").on(table.grantedBy),
    index("loose_grants_user_id").on(table.userId),
  ],
);

/** Callbacks of networks about a user that we have processed, kept as long as they could be replayed. */
export const ownerCalls = pgTable(
  "owner_calls",
  {
    /** SHA-256 of the kind, the user and the time of the callback. */
    callHash: text("call_hash").primaryKey(),
    handledAt: moment("handled_at").notNull(),
  },
  (table) => [index("owner_calls_handled_at").on(table.handledAt)],
);

/** Processes of the service that are running, or were a moment ago. A process leaves to others what it has no settings for. */
export const processes = pgTable("processes", {
  id: uuid("id").primaryKey(),
  /** Whether it delivers shares. */
  isWorker: boolean("is_worker").notNull(),
  /** The platforms that are set up in it, with commas around each: ",mastodon,twitter,". */
  platforms: text("platforms").notNull(),
  /** Its keys, each as a prefix of its SHA-256, separated by commas. */
  keys: text("keys").notNull(),
  seenAt: moment("seen_at").notNull(),
});

/** Current problems of the service or its environment, as its processes see them. Solved ones are deleted. */
export const troubles = pgTable(
  "troubles",
  {
    /** The kind of problem, such as "clock". See operation/trouble/troubles.ts. */
    name: text("name").notNull(),
    /** The process that reports it. */
    processId: uuid("process_id").notNull(),
    details: jsonb("details").$type<{ readonly [key: string]: unknown }>().notNull(),
    since: moment("since").notNull(),
    /** Said again and again: what nobody said for some minutes was seen by a process that is gone. */
    seenAt: moment("seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.processId] })],
);

/** Requests of people, brought by a network, to forget what we have of them there. */
export const deletionRequests = pgTable("deletion_requests", {
  /** SHA-256 of the confirmation code. */
  codeHash: text("code_hash").primaryKey(),
  platform: text("platform").notNull(),
  /** How many connections were forgotten. */
  connections: integer("connections").notNull(),
  createdAt: createdAt(),
});

export const shareRequests = pgTable(
  "share_requests",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Normalised, to tell the same page again; what was shared to the letter is `social_shares.shared_url`. */
    url: text("url").notNull(),
    /** The page's address to the letter, without the operator's parameters; empty: as its shares have it. */
    pageUrl: text("page_url"),
    title: text("title").notNull(),
    description: text("description").notNull(),
    image: text("image"),
    /** What is to be seen on the picture, as the page says. */
    imageAlt: text("image_alt"),
    /** The pictures to attach, in order. Null: the networks' link cards; empty: no picture at all. */
    pictures: jsonb("pictures").$type<readonly { readonly id: string; readonly alt: string }[]>(),
    /** The site's name and what the page is about, as the page says: for templates. */
    siteName: text("site_name"),
    keywords: jsonb("keywords").$type<readonly string[]>(),
    message: text("message").notNull(),
    scheduledAt: moment("scheduled_at"),
    idempotencyKey: text("idempotency_key").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("share_requests_idempotency_key").on(table.userId, table.idempotencyKey),
    index("share_requests_user_url").on(table.userId, table.url),
    index("share_requests_url").on(table.url),
    index("share_requests_user_created_at").on(table.userId, table.createdAt),
    // For the calendar.
    index("share_requests_user_moment").on(
      table.userId,
      sql`(coalesce(${table.scheduledAt}, ${table.createdAt}))`,
    ),
    // For the removal of what is old.
    index("share_requests_created_at").on(table.createdAt, table.id),
  ],
);

/** The words by which a request is found: of its title, its messages and its address, folded as `words/fold.ts` does. */
export const shareWords = pgTable(
  "share_words",
  {
    requestId: uuid("request_id")
      .primaryKey()
      .references(() => shareRequests.id, { onDelete: "cascade" }),
    words: searchable("words").notNull(),
  },
  (table) => [index("share_words_words").using("gin", table.words)],
);

export const shareStatuses = [
  "scheduled",
  "queued",
  "sending",
  "posted",
  "duplicate",
  "rejected",
  "reconnect",
  "failed",
  "unconfirmed",
  "cancelled",
] as const;

export const socialShares = pgTable(
  "social_shares",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    shareRequestId: uuid("share_request_id")
      .notNull()
      .references(() => shareRequests.id, { onDelete: "cascade" }),
    /** Whose request it is: kept here too, so that a person's history needs no join to be found. */
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => socialConnections.id, { onDelete: "cascade" }),
    sharedUrl: text("shared_url").notNull(),
    sharedTitle: text("shared_title").notNull(),
    text: text("text").notNull(),
    /** What the person wrote for this account alone, in the place of the request's message. */
    ownMessage: text("own_message"),
    /** What the person chose for the post on its network, such as who can see it. Absent names have the network's default. */
    options: jsonb("options").$type<Readonly<Record<string, string | boolean>>>().notNull().default({}),
    status: text("status", { enum: shareStatuses }).notNull(),
    platformPostId: text("platform_post_id"),
    platformPostUrl: text("platform_post_url"),
    errorCode: text("error_code"),
    /** In English; `error_told` is the same with its values apart, to be put into the reader's words. */
    errorMessage: text("error_message"),
    errorTold: jsonb("error_told").$type<JsonRecord>(),
    /** The operator must mend it (credits, app settings); then it may be tried again. */
    operatorFault: boolean("operator_fault").notNull().default(false),
    /** What the platform must know again after a crash: a container's id, an uploaded picture's. */
    remembered: jsonb("remembered").$type<JsonRecord>().notNull().default({}),
    /** When a request that may have published was first sent. */
    firstSentAt: moment("first_sent_at"),
    /** When the fence was last passed. */
    sentAt: moment("sent_at"),
    /** How often the fence was passed without a sure answer. */
    sends: integer("sends").notNull().default(0),
    /**
     * Its account was taken from us while it may have been out: it is looked for where its person asks, but never sent
     * again by itself, nor when the account is back.
     */
    withdrawn: boolean("withdrawn").notNull().default(false),
    /**
     * The database went back to an earlier moment, or may have: since this moment the share may have been posted by an attempt
     * that this row does not know. It is looked for before it is sent. Empty again once it passes the fence.
     */
    lookSince: moment("look_since"),
    /** How often delivery was tried; bounds the retries. */
    attempts: integer("attempts").notNull().default(0),
    /** Not before; then it gets a job. Empty while it has one. A scheduled share without it waits for the person's word. */
    nextAttemptAt: moment("next_attempt_at"),
    /** Who works on it, and until when nobody else may. */
    leaseId: uuid("lease_id"),
    leaseUntil: moment("lease_until"),
    postedAt: moment("posted_at"),
    /** When the person had the post taken back. */
    deletedAt: moment("deleted_at"),
    /** When its person is to be emailed about the result. Empty: they need not be, or were. */
    tellAt: moment("tell_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("social_shares_request").on(table.shareRequestId),
    index("social_shares_user").on(table.userId, table.createdAt, table.id),
    index("social_shares_connection").on(table.connectionId, table.createdAt),
    index("social_shares_due")
      .on(table.nextAttemptAt)
      .where(
        sql`${table.status} in ('scheduled', 'queued', 'sending') and ${table.nextAttemptAt} is not null`,
      ),
    index("social_shares_leased").on(table.leaseUntil).where(sql`${table.leaseUntil} is not null`),
    index("social_shares_waiting")
      .on(table.updatedAt)
      .where(
        sql`${table.status} in ('queued', 'sending') and ${table.nextAttemptAt} is null and ${table.leaseUntil} is null`,
      ),
    index("social_shares_open").on(table.userId).where(sql`${table.status} in ('queued', 'sending')`),
    index("social_shares_scheduled")
      .on(table.userId, table.shareRequestId)
      .where(sql`${table.status} = 'scheduled'`),
    index("social_shares_troubled")
      .on(table.userId, table.updatedAt)
      .where(sql`${table.status} in ('rejected', 'reconnect', 'failed', 'unconfirmed')`),
    index("social_shares_tell").on(table.tellAt).where(sql`${table.tellAt} is not null`),
    /** What is over is in nobody's hands. */
    check("social_shares_in_hand", sql`${table.leaseId} is null or ${table.status} in ('queued', 'sending')`),
    /** What may be out is not called waiting, nor cancelled; and what is called sending may be out since a known time. */
    check(
      "social_shares_sent",
      sql`case when ${table.status} = 'sending' then ${table.firstSentAt} is not null
        when ${table.status} in ('scheduled', 'queued', 'cancelled') then ${table.firstSentAt} is null
        else true end`,
    ),
  ],
);

/** Posts that people want deleted at their networks, until they are (`social_shares.deleted_at`); what came to nothing stays. */
export const shareDeletions = pgTable(
  "share_deletions",
  {
    shareId: uuid("share_id")
      .primaryKey()
      .references(() => socialShares.id, { onDelete: "cascade" }),
    /** Kept here too, so that what came to nothing is counted without a join. */
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** "deleting": it is gone on with; "failed": the post is there; "unclear": nobody can tell. */
    state: text("state", { enum: ["deleting", "failed", "unclear"] }).notNull(),
    askedAt: moment("asked_at").notNull(),
    /** An attempt had no clear answer: the post may be gone. */
    isDoubtful: boolean("is_doubtful").notNull().default(false),
    /** Tries that count; bounds them. */
    tries: integer("tries").notNull().default(0),
    /** Not before; then it gets a job. Empty while it has one. */
    nextAttemptAt: moment("next_attempt_at"),
    /** Who works on it, and until when nobody else does. */
    leaseId: uuid("lease_id"),
    leaseUntil: moment("lease_until"),
    errorCode: text("error_code"),
    /** In English; `error_told` is the same with its values apart, to be put into the reader's words. */
    errorMessage: text("error_message"),
    errorTold: jsonb("error_told").$type<JsonRecord>(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("share_deletions_open").on(table.nextAttemptAt).where(sql`${table.state} = 'deleting'`),
    index("share_deletions_troubled")
      .on(table.userId, table.updatedAt)
      .where(sql`${table.state} in ('failed', 'unclear')`),
    // Users are removed with what is theirs.
    index("share_deletions_user").on(table.userId),
  ],
);

/** How many calls a network still accepts from the app or for one account. Shared by all processes. */
export const rateBudgets = pgTable("rate_budgets", {
  /** "app twitter day", "account 5f0c… short": see sharing/delivery/budgets.ts. */
  scope: text("scope").primaryKey(),
  remaining: integer("remaining").notNull(),
  resetsAt: moment("resets_at").notNull(),
  updatedAt: updatedAt(),
});

/**
 * The counters of rate-limiter-flexible: how often something was tried, and by whom, in the current window. The library
 * prescribes the names and the order of the columns.
 */
export const rateLimits = pgTable(
  "rate_limits",
  {
    /** For example "sign-in network:" and a keyed hash of the IP network, the person or the browser. */
    key: varchar("key", { length: 255 }).primaryKey(),
    points: integer("points").notNull().default(0),
    /** When the window ends, in milliseconds since 1970. */
    expire: bigint("expire", { mode: "number" }),
  },
  (table) => [index("rate_limits_expire").on(table.expire)],
);

/** One row per attempt, append-only: what we did and what the network answered, without secrets. */
export const shareAttempts = pgTable(
  "share_attempts",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    shareId: uuid("share_id")
      .notNull()
      .references(() => socialShares.id, { onDelete: "cascade" }),
    /** "share" sent it, "reconcile" looked for it, "delete" deleted the post, "confirm": the person said what they saw. */
    action: text("action", { enum: ["share", "reconcile", "delete", "confirm"] }).notNull(),
    /** The result: a status of a share, or the kind of a platform error. */
    result: text("result").notNull(),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    httpStatus: integer("http_status"),
    startedAt: moment("started_at").notNull(),
    endedAt: moment("ended_at").notNull(),
    /** The message with its values, to be shown in the reader's language. */
    errorTold: jsonb("error_told").$type<JsonRecord>(),
  },
  (table) => [
    index("share_attempts_share").on(table.shareId, table.startedAt),
    index("share_attempts_started_at").on(table.startedAt),
    index("share_attempts_troubled").on(table.startedAt).where(sql`${table.errorCode} is not null`),
  ],
);

/** Pictures for networks to fetch, each at an unguessable address. */
export const publicPictures = pgTable(
  "public_pictures",
  {
    /** SHA-256 of the name in the address. */
    nameHash: text("name_hash").primaryKey(),
    type: text("type").notNull(),
    /** Null: the bytes are in the picture store. */
    bytes: bytes("bytes"),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("public_pictures_expires_at").on(table.expiresAt)],
);

/** The metadata of pages as last read, so that not every view of a share page makes a request to the site. */
export const readPages = pgTable(
  "read_pages",
  {
    /** The requested address without its fragment, or its hash if it is long (`toKey`). */
    url: text("url").primaryKey(),
    /** `PageMetadata`. Null: the page could never be read. */
    metadata: jsonb("metadata").$type<JsonRecord>(),
    /** Why the last attempt to read it failed. */
    problem: text("problem"),
    readAt: moment("read_at").notNull(),
  },
  (table) => [index("read_pages_read_at").on(table.readAt)],
);

/** Pictures that people attach to their posts, redrawn and without metadata. */
export const ownPictures = pgTable(
  "own_pictures",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** SHA-256 of the id, its name in the picture store. */
    nameHash: text("name_hash").notNull().unique("own_pictures_name_hash"),
    /** Null once the person has left: the picture is about to be removed. */
    userId: text("user_id").references(() => users.id, { onDelete: "set null" }),
    /** The address on a page where it was taken from; null: the person uploaded it. */
    address: text("address"),
    type: text("type").notNull(),
    width: integer("width").notNull(),
    height: integer("height").notNull(),
    size: integer("size").notNull(),
    /** Null: the bytes are in the picture store. */
    bytes: bytes("bytes"),
    /** A small JPEG of it, for our pages. */
    small: bytes("small").notNull(),
    /** When it was last part of a form. */
    usedAt: moment("used_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("own_pictures_user").on(table.userId), index("own_pictures_used_at").on(table.usedAt)],
);

/** Preview pictures of pages, so that viewing a share page makes no request to the site. */
export const pagePreviews = pgTable(
  "page_previews",
  {
    /** SHA-256 of the name in the address. */
    nameHash: text("name_hash").primaryKey(),
    /** The reduced picture. Null: the bytes are in the picture store. */
    bytes: bytes("bytes"),
    /** The original picture: media type by content, size in pixels and bytes. All null: there is no usable picture. */
    type: text("type"),
    width: integer("width"),
    height: integer("height"),
    size: integer("size"),
    fetchedAt: moment("fetched_at").notNull(),
  },
  (table) => [index("page_previews_fetched_at").on(table.fetchedAt)],
);

/** Named groups of accounts that a person shares to together. */
export const accountGroups = pgTable(
  "account_groups",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("account_groups_user_name").on(table.userId, table.name)],
);

/** Which accounts belong to which group. */
export const accountGroupMembers = pgTable(
  "account_group_members",
  {
    groupId: uuid("group_id")
      .notNull()
      .references(() => accountGroups.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => socialConnections.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.groupId, table.connectionId] }),
    index("account_group_members_connection").on(table.connectionId),
  ],
);

/** What posts of an account, or of the accounts of a group, say around a message or without one. */
export const postTemplates = pgTable(
  "post_templates",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id").references(() => socialConnections.id, { onDelete: "cascade" }),
    groupId: uuid("group_id").references(() => accountGroups.id, { onDelete: "cascade" }),
    text: text("text").notNull(),
  },
  (table) => [
    uniqueIndex("post_templates_connection").on(table.userId, table.connectionId),
    uniqueIndex("post_templates_group").on(table.userId, table.groupId),
    index("post_templates_of_connection").on(table.connectionId),
    index("post_templates_of_group").on(table.groupId),
    check("post_templates_of_one", sql`(${table.connectionId} is null) <> (${table.groupId} is null)`),
  ],
);

/** Named sets of hashtags, to put into messages. */
export const hashtagSets = pgTable(
  "hashtag_sets",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** "#one #two" */
    tags: text("tags").notNull(),
  },
  (table) => [uniqueIndex("hashtag_sets_user_name").on(table.userId, table.name)],
);

/** The weekly plans: times at which a person wants to share to a group of accounts. */
export const shareSlots = pgTable(
  "share_slots",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Null: the plan for shares to any accounts. */
    groupId: uuid("group_id").references(() => accountGroups.id, { onDelete: "cascade" }),
    /** From 1 for Monday to 7 for Sunday. */
    weekday: integer("weekday").notNull(),
    /** "09:00", in the person's time zone. */
    time: text("time").notNull(),
  },
  (table) => [
    index("share_slots_user").on(table.userId),
    index("share_slots_group").on(table.groupId),
    check("share_slots_weekday", sql`${table.weekday} between 1 and 7`),
  ],
);

/** What people have written and not shared yet: the form of the share page, field by field. */
export const socialDrafts = pgTable(
  "social_drafts",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Chosen by the form, so that a save that is repeated makes no second draft. */
    id: uuid("id").notNull(),
    /** Normalised, to find the drafts for a page. */
    url: text("url").notNull(),
    page: jsonb("page").$type<JsonRecord>().notNull(),
    fields: jsonb("fields").$type<readonly (readonly [name: string, value: string])[]>().notNull(),
    /** Counts the saves. */
    revision: integer("revision").notNull(),
    /** The form that saved last, and when by the clock of its browser, in milliseconds: a request may overtake an earlier one. */
    writer: uuid("writer").notNull(),
    writtenAt: bigint("written_at", { mode: "number" }).notNull(),
    updatedAt: updatedAt(),
    /** When the person deleted it; it is removed a day later. */
    discardedAt: moment("discarded_at"),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    index("social_drafts_user_url").on(table.userId, table.url),
    // For the removal of what is old.
    index("social_drafts_updated_at").on(table.updatedAt),
    index("social_drafts_discarded_at").on(table.discardedAt),
  ],
);

/** The results of our calls to a network per hour. Every process adds its own. */
export const platformCalls = pgTable(
  "platform_calls",
  {
    platform: text("platform").notNull(),
    hour: moment("hour").notNull(),
    calls: integer("calls").notNull(),
    /** Answers with status 429. */
    limited: integer("limited").notNull(),
    /** Answers with any other 4xx status, many of which concern a single account. */
    refused: integer("refused").notNull(),
    /** Answers with a 5xx status, and calls without an answer. */
    failed: integer("failed").notNull(),
    /** The total duration of all answers, in milliseconds. */
    totalMs: integer("total_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.hour] })],
);

/** Why connecting accounts failed, for the operator. Nobody is named. */
export const connectFailures = pgTable(
  "connect_failures",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    platform: text("platform").notNull(),
    errorCode: text("error_code").notNull(),
    /** In English. `error_told` has the same message with its values, to be shown in the reader's language. */
    errorMessage: text("error_message").notNull(),
    errorTold: jsonb("error_told").$type<JsonRecord>(),
    httpStatus: integer("http_status"),
    /** Whether the operator has to fix it. */
    operatorFault: boolean("operator_fault").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("connect_failures_created_at").on(table.createdAt)],
);

/** Settings that the operator changed at runtime. Each overrides its environment variable. */
export const settings = pgTable("settings", {
  name: text("name").primaryKey(),
  value: jsonb("value").$type<JsonValue>().notNull(),
  updatedAt: updatedAt(),
});

/** Apps that we registered: one for new connections, and those that existing connections still use. */
export const mastodonApps = pgTable(
  "mastodon_apps",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** The API's origin: "https://mastodon.example". */
    instance: text("instance").notNull(),
    clientId: text("client_id").notNull(),
    clientSecretEnc: text("client_secret_enc").notNull(),
    clientSecretExpiresAt: moment("client_secret_expires_at"),
    scopes: text("scopes").notNull(),
    redirectUri: text("redirect_uri").notNull(),
    /** Whether it is not used for new connections: it was registered for one authorization, or has been replaced. */
    once: boolean("once").notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex("mastodon_apps_client").on(table.instance, table.clientId)],
);

/** The audit log, append-only. Events with a position are chained: see operation/audit/audit-chain.ts. */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Who did it. Kept when the person is deleted, since the chain covers it: a random id that then leads to nobody. */
    userId: text("user_id"),
    /** What happened, for example "connection.created" or "share.requested". */
    action: text("action").notNull(),
    /** What it concerns: an id or a name. */
    subject: text("subject").notNull(),
    ipAddress: text("ip_address"),
    createdAt: createdAt(),
    /** Since when it has been waiting for its position in the chain. Null: it has one. */
    unchainedSince: moment("unchained_since").default(sql`now()`),
    /** The UTC day of its chain, for example "2026-11-30". */
    day: text("day"),
    /** Its position in that day, starting at 1. */
    sequence: integer("sequence"),
    /** The salt of the digest of subject and address. Null: these two were erased. */
    salt: uuid("salt"),
    /** SHA-256 of salt, subject and address. */
    digest: text("digest"),
    /** SHA-256 of the previous hash and this event. */
    hash: text("hash"),
  },
  (table) => [
    index("audit_events_created_at").on(table.createdAt),
    index("audit_events_user").on(table.userId),
    uniqueIndex("audit_events_place").on(table.day, table.sequence).where(sql`${table.day} is not null`),
    // A separate partial index, so that finding the few waiting events never scans all the others.
    index("audit_events_unchained")
      .on(table.unchainedSince, table.createdAt, table.id)
      .where(sql`${table.unchainedSince} is not null`),
  ],
);

/** The end of the chain of each UTC day. */
export const auditHeads = pgTable("audit_heads", {
  day: text("day").primaryKey(),
  /** The position and the hash of the day's last event. */
  sequence: integer("sequence").notNull(),
  hash: text("hash").notNull(),
  /** When everything up to it was removed because of its age. A later event records this. */
  removedAt: moment("removed_at"),
});

/** The single row that running processes keep writing, to detect a database that was returned to an earlier state. */
export const heartbeats = pgTable("heartbeats", {
  /** Always 1. */
  id: integer("id").primaryKey(),
  /** Changes each time that a restore of the database is detected. */
  life: uuid("life").notNull(),
  /** Increases by one with each beat. */
  beat: bigint("beat", { mode: "number" }).notNull(),
  /** The marks of the latest beats, oldest first, with spaces between them: "17:kL3…" is the seventeenth. */
  trail: text("trail").notNull().default(""),
  /** When it was written, by the database's clock. */
  beatenAt: moment("beaten_at").notNull(),
  /** The same by the service's clock, which tests and the demo can set. */
  serviceTime: moment("service_time").notNull(),
  /** The transaction and the database that wrote this row. They differ if the row was copied or restored. Null: unknown. */
  writer: text("writer"),
  /** The server's timeline, which changes when a standby is promoted. Null: unknown. */
  timeline: text("timeline"),
});

/** Each time that a restore of the database was detected, or reported by the operator. */
export const restorations = pgTable(
  "restorations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** How it was detected. */
    sign: text("sign", {
      enum: ["copied", "promoted", "older", "silent", "slept", "by-hand"],
    }).notNull(),
    /** The last sign of life before it. Null: unknown. */
    since: moment("since"),
    /** The number of shares that are looked for before they are sent. */
    shares: integer("shares").notNull(),
    /** The number of accounts whose tokens are checked. */
    connections: integer("connections").notNull(),
    noticedAt: moment("noticed_at").notNull(),
  },
  (table) => [index("restorations_noticed_at").on(table.noticedAt)],
);

/** The daily backups, so that only one process makes each and the operator learns of failures. */
export const backups = pgTable(
  "backups",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** The name of its file. */
    name: text("name").notNull(),
    startedAt: moment("started_at").notNull(),
    /** Null: it is in progress, or was interrupted. */
    endedAt: moment("ended_at"),
    bytes: bigint("bytes", { mode: "number" }),
    /** Whether it is also in the bucket. */
    isInBucket: boolean("is_in_bucket").notNull().default(false),
    /** Why it failed. */
    problem: text("problem"),
  },
  (table) => [index("backups_started_at").on(table.startedAt)],
);

/** Rows that exist only to be locked, where there is no row of data to lock. */
export const locks = pgTable("locks", { name: text("name").primaryKey() });
