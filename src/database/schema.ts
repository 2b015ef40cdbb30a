/** All tables. Times are `timestamptz`; only what PostgreSQL shares with CockroachDB and YugabyteDB. */
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
const createdAt = () => moment("created_at").notNull().default(sql`now()`);
const updatedAt = () => moment("updated_at").notNull().default(sql`now()`);

export const users = pgTable("users", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  /** Made before anybody was asked to prove an address: its maker may be its owner, in whatever browser they prove it. */
  predatesProofs: boolean("predates_proofs").notNull().default(false),
  image: text("image"),
  role: text("role", { enum: ["operator", "person"] })
    .notNull()
    .default("person"),
  /** IANA name, as the person last chose it; empty: not known, times are shown in UTC. */
  timeZone: text("time_zone"),
  /** Which outcomes of their shares are mailed. */
  mailNotices: text("mail_notices", { enum: ["none", "problems", "all"] })
    .notNull()
    .default("problems"),
  /** BCP 47; empty: what their browser asks for. */
  language: text("language"),
  /** A code of an app is asked for besides the password. */
  twoFactorEnabled: boolean("two_factor_enabled").notNull().default(false),
  /** How often all their access was ended: what began before the last time begins no session. */
  accessEndings: integer("access_endings").notNull().default(0),
  /** The operator lets them in no more. */
  blockedAt: moment("blocked_at"),
  /** When they were last mailed about their shares and accounts. */
  notifiedAt: moment("notified_at"),
  /** When they last looked at what became of their shares. */
  outcomesSeenAt: moment("outcomes_seen_at"),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

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
    /** When its person last proved who they are. */
    provedAt: moment("proved_at").notNull().default(sql`now()`),
    /** It began when its cookie was called "__Secure-" still. */
    hasOldCookie: boolean("has_old_cookie").notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index("sessions_user_id").on(table.userId)],
);

/** Browsers that a person signed in with before; by a secret that a cookie of theirs keeps. */
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

/** How a person proves who they are: a password, or an OpenID Connect provider ("oidc", with issuer and subject). */
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

/** What a person's app makes codes of. */
export const twoFactors = pgTable(
  "two_factors",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Empty until what an older version left is moved under the vault's key. */
    secretEnc: text("secret_enc"),
    /** A first code proved that the app works. */
    verified: boolean("verified").notNull().default(true),
    /** The half minute (RFC 6238: T) of the newest code that was taken: none as old is taken again. */
    lastStep: integer("last_step"),
    failedVerificationCount: integer("failed_verification_count").notNull().default(0),
    lockedUntil: moment("locked_until"),
    /** Of the person's recovery codes. */
    recoverySalt: text("recovery_salt"),
    /** Secret and recovery codes as an older version kept them, under the session secret; empty once they are moved. */
    formerSecret: text("secret"),
    formerCodes: text("backup_codes"),
  },
  (table) => [uniqueIndex("two_factors_user").on(table.userId)],
);

/** Codes for when the app is lost; a row is deleted as its code is used. */
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

/** A first proof was right, a code must follow. */
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

/** Browsers that are asked for no code. */
export const trustedBrowsers = pgTable(
  "trusted_browsers",
  {
    /** SHA-256 of the secret in the browser's cookie. */
    tokenHash: text("token_hash").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The newest session that began there. */
    sessionId: text("session_id").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("trusted_browsers_user_id").on(table.userId)],
);

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
    /** Which kind of authenticator made it. */
    aaguid: text("aaguid"),
    createdAt: createdAt(),
  },
  (table) => [index("passkeys_user_id").on(table.userId)],
);

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

/** Mail that was accepted: what waits to be sent, and for a while how the rest ended. */
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
    /** Lower goes first. */
    priority: integer("priority").notNull(),
    /** What it is written from, sealed; empty once it is sent or dead. */
    letterEnc: text("letter_enc"),
    /** Whose account it is about: it goes with them. Empty: of an address that may have none. */
    userId: text("user_id").references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256 of the address. Empty once the letter ended, unless it was refused. */
    recipientHash: text("recipient_hash"),
    /** Nobody needs it after that. */
    expiresAt: moment("expires_at").notNull(),
    /** When it is tried next, or given up by whoever tries it now; empty: it is not tried any more. */
    dueAt: moment("due_at"),
    tries: integer("tries").notNull().default(0),
    /** "dropped": it did not apply any more. */
    state: text("state", { enum: ["waiting", "sent", "refused", "expired", "dropped"] })
      .notNull()
      .default("waiting"),
    /** What the last failed try met: "EENVELOPE 450". */
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

/** How the mail server does, for all processes: one row. */
export const mailServer = pgTable("mail_server", {
  /** "smtp" */
  id: text("id").primaryKey(),
  /** It takes nothing from anybody: who moves this on may try one letter. Empty: it works. */
  retryAt: moment("retry_at"),
  /** In a row. */
  failures: integer("failures").notNull().default(0),
  lastSentAt: moment("last_sent_at"),
  lastFailedAt: moment("last_failed_at"),
  lastFailureCode: text("last_failure_code"),
});

/** One OAuth dance under way: from sending a person to a network until they are back. */
export const oauthStates = pgTable(
  "oauth_states",
  {
    /** SHA-256 of the state that travels through the browser. */
    stateHash: text("state_hash").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    sessionId: text("session_id").notNull(),
    platform: text("platform").notNull(),
    /** The origin of the server that asks the person, where the network has many; empty: it has one. */
    issuer: text("issuer"),
    codeVerifierEnc: text("code_verifier_enc").notNull(),
    remembered: jsonb("remembered").$type<JsonRecord>().notNull(),
    returnTo: text("return_to").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("oauth_states_expires_at").on(table.expiresAt)],
);

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
    /** Empty once the connection is revoked: the tokens are wiped, the history stays. */
    accessTokenEnc: text("access_token_enc"),
    refreshTokenEnc: text("refresh_token_enc"),
    /** The token of the person behind a page that has a token of its own. */
    ownerTokenEnc: text("owner_token_enc"),
    tokenExpiresAt: moment("token_expires_at"),
    tokenRenewAfter: moment("token_renew_after"),
    /** When the tokens are renewed by themselves; empty where that waits until they are used. */
    nextRenewalAt: moment("next_renewal_at"),
    scopes: text("scopes").notNull(),
    extraData: jsonb("extra_data").$type<JsonRecord>().notNull(),
    /** Who let us in, as the network's own calls name them. */
    grantedBy: text("granted_by"),
    status: text("status", { enum: ["active", "reconnect"] })
      .notNull()
      .default("active"),
    errorCode: text("error_code"),
    /** In English; `error_told` is the same with its values apart, to be put into the reader's words. */
    errorMessage: text("error_message"),
    errorTold: jsonb("error_told").$type<JsonRecord>(),
    lastVerifiedAt: moment("last_verified_at"),
    /** When its person is to be mailed that it must be reconnected; empty: they need not be, or were. */
    tellAt: moment("tell_at"),
    /** When its person last let us in. */
    authorisedAt: moment("authorised_at").notNull().default(sql`now()`),
    /** Since when it works, again or for the first time: what waited for that before goes on. */
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

/** What a network let us choose from, until the person has chosen. */
export const connectionChoices = pgTable(
  "connection_choices",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    sessionId: text("session_id").notNull(),
    platform: text("platform").notNull(),
    /** The accounts with their tokens, sealed as one. */
    resultsEnc: text("results_enc").notNull(),
    /** The loose grant that becomes these connections; empty: offered before there were any. */
    grantId: uuid("grant_id"),
    /** The accounts alone, as JSON, to show them without opening that; empty: an older version stored it. */
    candidates: text("candidates"),
    returnTo: text("return_to").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("connection_choices_expires_at").on(table.expiresAt)],
);

/** People who left for good, until their networks were told: nothing here says who they were. */
export const departures = pgTable(
  "departures",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** SHA-256 of the secret in the address of the page that tells how far it is. */
    tokenHash: text("token_hash").notNull().unique(),
    createdAt: createdAt(),
    /** Grants of theirs, in all. */
    grants: integer("grants").notNull().default(0),
    /** The networks that could not be made to end one, as often as that. */
    left: jsonb("left").$type<readonly string[]>().notNull().default([]),
  },
  (table) => [index("departures_created_at").on(table.createdAt)],
);

/**
 * What networks granted us and no connection holds: not yet, while somebody connects, or not any more. Each is ended at
 * its network when its time has come. They outlive their person.
 */
export const looseGrants = pgTable(
  "loose_grants",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Who let us in. */
    userId: text("user_id").notNull(),
    /** That held it. */
    connectionId: uuid("connection_id"),
    platform: text("platform").notNull(),
    platformUserId: text("platform_user_id").notNull(),
    extraData: jsonb("extra_data").$type<JsonRecord>().notNull(),
    grantedBy: text("granted_by"),
    accessTokenEnc: text("access_token_enc").notNull(),
    refreshTokenEnc: text("refresh_token_enc"),
    ownerTokenEnc: text("owner_token_enc"),
    /** It may become a connection until then. */
    isHeld: boolean("is_held").notNull(),
    /** When the network is asked to end it, or asked again. */
    dueAt: moment("due_at").notNull(),
    createdAt: createdAt(),
    tries: integer("tries").notNull().default(0),
    /** Of whoever left. */
    departureId: uuid("departure_id").references(() => departures.id, { onDelete: "set null" }),
  },
  (table) => [
    index("loose_grants_due").on(table.platform, table.dueAt),
    index("loose_grants_departure").on(table.departureId),
    index("loose_grants_granted_by").on(table.grantedBy),
    index("loose_grants_user_id").on(table.userId),
  ],
);

/** Calls of networks about a person of theirs that were acted upon, for as long as they could be made again. */
export const ownerCalls = pgTable(
  "owner_calls",
  {
    /** SHA-256 of what was said, of whom and when. */
    callHash: text("call_hash").primaryKey(),
    handledAt: moment("handled_at").notNull(),
  },
  (table) => [index("owner_calls_handled_at").on(table.handledAt)],
);

/** Processes of the service that run, or did a moment ago: what one cannot do for lack of a setting is left to another. */
export const processes = pgTable("processes", {
  id: uuid("id").primaryKey(),
  /** Whether it delivers shares. */
  isWorker: boolean("is_worker").notNull(),
  /** The networks that are set up in it, with commas around each: ",mastodon,twitter,". */
  platforms: text("platforms").notNull(),
  /** Its keys, each as the start of its SHA-256, with commas between. */
  keys: text("keys").notNull(),
  seenAt: moment("seen_at").notNull(),
});

/** What is wrong with the service or around it, as its processes see it now; what is over is gone. */
export const troubles = pgTable(
  "troubles",
  {
    /** What it is: "clock". See operation/trouble/troubles.ts. */
    name: text("name").notNull(),
    /** The process that sees it. */
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
    // For the removal of what is old.
    index("share_requests_created_at").on(table.createdAt, table.id),
  ],
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
     * The database went back to an earlier moment, or may have: since this moment the share may have been posted by a try
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
    /** When its person is to be mailed how it ended; empty: they need not be, or were. */
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
    /** A try had no clear answer: the post may be gone. */
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

/** What a network says it still takes, of an app or of one account; shared by all processes. */
export const rateBudgets = pgTable("rate_budgets", {
  /** "app twitter day", "account 5f0c… short": see sharing/delivery/budgets.ts. */
  scope: text("scope").primaryKey(),
  remaining: integer("remaining").notNull(),
  resetsAt: moment("resets_at").notNull(),
  updatedAt: updatedAt(),
});

/**
 * How often something was tried, by whom, in the window that runs: what rate-limiter-flexible keeps in PostgreSQL, with
 * the names and the order of columns that it wants.
 */
export const rateLimits = pgTable(
  "rate_limits",
  {
    /** "sign-in network:" and so on, with a keyed hash of the network, person or browser. */
    key: varchar("key", { length: 255 }).primaryKey(),
    points: integer("points").notNull().default(0),
    /** When the window ends, in milliseconds since 1970. */
    expire: bigint("expire", { mode: "number" }),
  },
  (table) => [index("rate_limits_expire").on(table.expire)],
);

/** One row per try, append-only: what we did and what the network said, without secrets. */
export const shareAttempts = pgTable(
  "share_attempts",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    shareId: uuid("share_id")
      .notNull()
      .references(() => socialShares.id, { onDelete: "cascade" }),
    /** "share" sent it, "reconcile" looked for it, "delete" took it back, "confirm": the person said what they saw there. */
    action: text("action", { enum: ["share", "reconcile", "delete", "confirm"] }).notNull(),
    /** How it ended: a share's status, or a platform error's kind. */
    result: text("result").notNull(),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    httpStatus: integer("http_status"),
    startedAt: moment("started_at").notNull(),
    endedAt: moment("ended_at").notNull(),
    /** The message with its values apart, to be put into the reader's words. */
    errorTold: jsonb("error_told").$type<JsonRecord>(),
  },
  (table) => [
    index("share_attempts_share").on(table.shareId, table.startedAt),
    index("share_attempts_started_at").on(table.startedAt),
    index("share_attempts_troubled").on(table.startedAt).where(sql`${table.errorCode} is not null`),
  ],
);

/** Pictures that a network fetches from us, each at an address that nobody can guess. */
export const publicPictures = pgTable(
  "public_pictures",
  {
    /** SHA-256 of the name in the address. */
    nameHash: text("name_hash").primaryKey(),
    type: text("type").notNull(),
    /** Empty: they are in the picture store. */
    bytes: bytes("bytes"),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("public_pictures_expires_at").on(table.expiresAt)],
);

/** What pages said of themselves when they were last read, so that not every look at a share page asks their site. */
export const readPages = pgTable(
  "read_pages",
  {
    /** As asked for, without a fragment; its hash where it is long (`toKey`). */
    url: text("url").primaryKey(),
    /** `PageMetadata`; empty: it could never be read. */
    metadata: jsonb("metadata").$type<JsonRecord>(),
    /** Why it could not be read the last time. */
    problem: text("problem"),
    readAt: moment("read_at").notNull(),
  },
  (table) => [index("read_pages_read_at").on(table.readAt)],
);

/** Pictures of pages as we show them, so that looking at a share page tells its site nothing. */
export const pagePreviews = pgTable(
  "page_previews",
  {
    /** SHA-256 of the name in the address. */
    nameHash: text("name_hash").primaryKey(),
    /** Made smaller; empty: they are in the picture store. */
    bytes: bytes("bytes"),
    /** Of the picture at its site: media type by content, pixels, bytes. All empty: there is none that we can use. */
    type: text("type"),
    width: integer("width"),
    height: integer("height"),
    size: integer("size"),
    fetchedAt: moment("fetched_at").notNull(),
  },
  (table) => [index("page_previews_fetched_at").on(table.fetchedAt)],
);

/** Accounts that a person shares to together, under a name of theirs. */
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

/** How our calls of a network ended, by the hour; every process adds its own. */
export const platformCalls = pgTable(
  "platform_calls",
  {
    platform: text("platform").notNull(),
    hour: moment("hour").notNull(),
    calls: integer("calls").notNull(),
    /** Answered with 429. */
    limited: integer("limited").notNull(),
    /** Answered with any other 4xx: much of it is about one account. */
    refused: integer("refused").notNull(),
    /** Answered with 5xx, or not at all. */
    failed: integer("failed").notNull(),
    /** Of all answers together, in milliseconds. */
    totalMs: integer("total_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.hour] })],
);

/** What kept people from connecting an account, for the operator; nobody is named. */
export const connectFailures = pgTable(
  "connect_failures",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    platform: text("platform").notNull(),
    errorCode: text("error_code").notNull(),
    /** In English; `error_told` is the same with its values apart, to be put into the reader's words. */
    errorMessage: text("error_message").notNull(),
    errorTold: jsonb("error_told").$type<JsonRecord>(),
    httpStatus: integer("http_status"),
    /** It is the operator's to mend. */
    operatorFault: boolean("operator_fault").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("connect_failures_created_at").on(table.createdAt)],
);

/** What the operator changed while the service runs; each wins over its environment variable. */
export const settings = pgTable("settings", {
  name: text("name").primaryKey(),
  value: jsonb("value").$type<JsonValue>().notNull(),
  updatedAt: updatedAt(),
});

/** Apps that we registered: one for new connections, and those by which accounts are connected still. */
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
    /** It serves no new connection: it was registered for one dance, or another took its place. */
    once: boolean("once").notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex("mastodon_apps_client").on(table.instance, table.clientId)],
);

/** Who did what, append-only. Those that have a place are chained: see operation/audit/audit-chain.ts. */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Whose act. Kept when they are gone, as the chain covers it: a random id that then leads to nobody. */
    userId: text("user_id"),
    /** What happened: "connection.created", "connection.revoked", "share.requested" … */
    action: text("action").notNull(),
    /** What it happened to: an id or a name. */
    subject: text("subject").notNull(),
    ipAddress: text("ip_address"),
    createdAt: createdAt(),
    /** Since when it waits for its place in the chain; empty: it has one. */
    unchainedSince: moment("unchained_since").default(sql`now()`),
    /** The UTC day of its chain, like "2026-11-30". */
    day: text("day"),
    /** Its place in that day, from 1. */
    sequence: integer("sequence"),
    /** Hides subject and address in their digest; empty: these two were erased. */
    salt: uuid("salt"),
    /** SHA-256 of salt, subject and address. */
    digest: text("digest"),
    /** SHA-256 of the hash before this one, and of this event. */
    hash: text("hash"),
  },
  (table) => [
    index("audit_events_created_at").on(table.createdAt),
    index("audit_events_user").on(table.userId),
    uniqueIndex("audit_events_place").on(table.day, table.sequence).where(sql`${table.day} is not null`),
    // Of its own columns, so that no search for the few that wait ends up among all the others.
    index("audit_events_unchained")
      .on(table.unchainedSince, table.createdAt, table.id)
      .where(sql`${table.unchainedSince} is not null`),
  ],
);

/** How far the chain of each UTC day goes. */
export const auditHeads = pgTable("audit_heads", {
  day: text("day").primaryKey(),
  /** Of the day's last event: its place, and its hash. */
  sequence: integer("sequence").notNull(),
  hash: text("hash").notNull(),
  /** When everything up to it was removed for its age; a later event tells of it. */
  removedAt: moment("removed_at"),
});

/** The one row that running processes keep writing: by it a database that went back to an earlier moment is recognised. */
export const heartbeats = pgTable("heartbeats", {
  /** Always 1. */
  id: integer("id").primaryKey(),
  /** Another one after each time that the database was found to have gone back. */
  life: uuid("life").notNull(),
  /** Goes up by one with each beat. */
  beat: bigint("beat", { mode: "number" }).notNull(),
  /** When it was written, by the database's clock. */
  beatenAt: moment("beaten_at").notNull(),
  /** The same by the service's clock, which tests and demos may set. */
  serviceTime: moment("service_time").notNull(),
  /** The transaction and the database that wrote this row. Of a row that was copied or restored they are others. Empty: not known. */
  writer: text("writer"),
  /** The server's timeline, which changes when a standby is promoted. Empty: not known. */
  timeline: text("timeline"),
});

/** Each time that the database was found, or said, to have gone back to an earlier moment. */
export const restorations = pgTable(
  "restorations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** How it was noticed. */
    sign: text("sign", {
      enum: ["copied", "promoted", "older", "silent", "slept", "by-hand"],
    }).notNull(),
    /** The last sign of life before it; empty: not known. */
    since: moment("since"),
    /** Shares that are looked for before they are sent. */
    shares: integer("shares").notNull(),
    /** Accounts whose tokens are checked. */
    connections: integer("connections").notNull(),
    noticedAt: moment("noticed_at").notNull(),
  },
  (table) => [index("restorations_noticed_at").on(table.noticedAt)],
);

/** The daily backups, so that one process makes each, and the operator learns of one that failed. */
export const backups = pgTable(
  "backups",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Of its file. */
    name: text("name").notNull(),
    startedAt: moment("started_at").notNull(),
    /** Empty: it is being made, or was broken off. */
    endedAt: moment("ended_at"),
    bytes: bigint("bytes", { mode: "number" }),
    /** It lies in the bucket too. */
    isInBucket: boolean("is_in_bucket").notNull().default(false),
    /** Why there is none. */
    problem: text("problem"),
  },
  (table) => [index("backups_started_at").on(table.startedAt)],
);

/** Rows that exist to be locked, for what no row of data could guard. */
export const locks = pgTable("locks", { name: text("name").primaryKey() });
