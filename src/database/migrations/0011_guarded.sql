CREATE TABLE "audit_heads" (
	"day" text PRIMARY KEY NOT NULL,
	"sequence" integer NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "known_browsers" (
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"first_used_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "known_browsers_user_id_token_hash_pk" PRIMARY KEY("user_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "locks" (
	"name" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pending_sign_ins" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"code_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trusted_browsers" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"session_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_user_id_users_id_fk";
--> statement-breakpoint
DROP INDEX "two_factors_user_id";--> statement-breakpoint
ALTER TABLE "two_factors" ALTER COLUMN "secret" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "two_factors" ALTER COLUMN "backup_codes" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "unchained_since" timestamp with time zone DEFAULT now();--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "day" text;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "sequence" integer;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "salt" uuid;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "digest" text;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "hash" text;--> statement-breakpoint
ALTER TABLE "mastodon_apps" ADD COLUMN "id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
-- by hand: drizzle-kit does not know the name of the old primary key; in one statement, as there must always be one
ALTER TABLE "mastodon_apps" DROP CONSTRAINT "mastodon_apps_pkey", ADD CONSTRAINT "mastodon_apps_pkey" PRIMARY KEY ("id");--> statement-breakpoint
ALTER TABLE "oauth_states" ADD COLUMN "issuer" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "proved_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "has_old_cookie" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "social_connections" ADD COLUMN "authorised_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "two_factors" ADD COLUMN "secret_enc" text;--> statement-breakpoint
ALTER TABLE "two_factors" ADD COLUMN "last_step" integer;--> statement-breakpoint
ALTER TABLE "two_factors" ADD COLUMN "recovery_salt" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "predates_proofs" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "access_endings" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "known_browsers" ADD CONSTRAINT "known_browsers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_sign_ins" ADD CONSTRAINT "pending_sign_ins_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trusted_browsers" ADD CONSTRAINT "trusted_browsers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "known_browsers_last_used_at" ON "known_browsers" USING btree ("last_used_at");--> statement-breakpoint
CREATE INDEX "pending_sign_ins_user_id" ON "pending_sign_ins" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "rate_limits_expire" ON "rate_limits" USING btree ("expire");--> statement-breakpoint
CREATE INDEX "recovery_codes_user_id" ON "recovery_codes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "trusted_browsers_user_id" ON "trusted_browsers" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_events_place" ON "audit_events" USING btree ("day","sequence") WHERE "audit_events"."day" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_unchained" ON "audit_events" USING btree ("unchained_since","created_at","id") WHERE "audit_events"."unchained_since" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "mastodon_apps_client" ON "mastodon_apps" USING btree ("instance","client_id");--> statement-breakpoint
-- by hand: one second factor a person, the confirmed one, before the index below insists on it
DELETE FROM "two_factors" a USING "two_factors" b WHERE a."user_id" = b."user_id" AND (a."verified", a."id") < (b."verified", b."id");--> statement-breakpoint
CREATE UNIQUE INDEX "two_factors_user" ON "two_factors" USING btree ("user_id");--> statement-breakpoint
-- by hand: a session that is there already was proved when it began, not now; its cookie has the name that it had then
UPDATE "sessions" SET "proved_at" = "created_at", "has_old_cookie" = true;--> statement-breakpoint
-- by hand: whoever runs the service was chosen for it, whatever was proved
UPDATE "users" SET "email_verified" = true WHERE "role" = 'operator';--> statement-breakpoint
-- by hand: nobody was asked to prove an address before, so that what is in these accounts is mostly their owners'
UPDATE "users" SET "predates_proofs" = true WHERE NOT "email_verified";--> statement-breakpoint
-- by hand: trusted browsers and pending codes have tables of their own now, links to a new password another form
DELETE FROM "verifications" WHERE "value" IN (SELECT "id" FROM "users") OR "identifier" LIKE '2fa-attempts-%';--> statement-breakpoint
-- by hand: when earlier connections were renewed is not known; what is said about their people counts
UPDATE "social_connections" SET "authorised_at" = "created_at";--> statement-breakpoint
-- by hand: connections keep the app that they were made with, which another one may now replace
UPDATE "social_connections" SET "extra_data" = "social_connections"."extra_data" || jsonb_build_object('clientId', "mastodon_apps"."client_id")
FROM "mastodon_apps"
WHERE "social_connections"."platform" = 'mastodon' AND "social_connections"."extra_data"->>'origin' = "mastodon_apps"."instance";
--> statement-breakpoint
-- by hand: pages that named another site's page as their own, and were kept as that page
UPDATE "share_requests" SET "url" = "own"."url"
FROM (
  SELECT "share_requests"."id", coalesce("share_requests"."page_url", min("social_shares"."shared_url")) AS "url"
  FROM "share_requests" LEFT JOIN "social_shares" ON "social_shares"."share_request_id" = "share_requests"."id"
  GROUP BY "share_requests"."id"
) AS "own"
WHERE "own"."id" = "share_requests"."id" AND "own"."url" IS NOT NULL
  AND regexp_replace("own"."url", '^https?://(www\.)?([^/?#]*).*$', '\2') <> regexp_replace("share_requests"."url", '^https?://(www\.)?([^/?#]*).*$', '\2');
