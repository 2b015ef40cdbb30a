CREATE TABLE "departures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"grants" integer DEFAULT 0 NOT NULL,
	"left" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "departures_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "loose_grants" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"connection_id" uuid,
	"platform" text NOT NULL,
	"platform_user_id" text NOT NULL,
	"extra_data" jsonb NOT NULL,
	"granted_by" text,
	"access_token_enc" text NOT NULL,
	"refresh_token_enc" text,
	"owner_token_enc" text,
	"is_held" boolean NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"departure_id" uuid
);
--> statement-breakpoint
CREATE TABLE "owner_calls" (
	"call_hash" text PRIMARY KEY NOT NULL,
	"handled_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "processes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"is_worker" boolean NOT NULL,
	"platforms" text NOT NULL,
	"keys" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "share_deletions" (
	"share_id" uuid PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"state" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"is_doubtful" boolean DEFAULT false NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"lease_id" uuid,
	"lease_until" timestamp with time zone,
	"error_code" text,
	"error_message" text,
	"error_told" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "connection_choices" ADD COLUMN "grant_id" uuid;--> statement-breakpoint
ALTER TABLE "connection_choices" ADD COLUMN "candidates" text;--> statement-breakpoint
ALTER TABLE "social_connections" ADD COLUMN "active_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "social_shares" ADD COLUMN "withdrawn" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "loose_grants" ADD CONSTRAINT "loose_grants_departure_id_departures_id_fk" FOREIGN KEY ("departure_id") REFERENCES "public"."departures"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_deletions" ADD CONSTRAINT "share_deletions_share_id_social_shares_id_fk" FOREIGN KEY ("share_id") REFERENCES "public"."social_shares"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_deletions" ADD CONSTRAINT "share_deletions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "departures_created_at" ON "departures" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "loose_grants_due" ON "loose_grants" USING btree ("platform","due_at");--> statement-breakpoint
CREATE INDEX "loose_grants_departure" ON "loose_grants" USING btree ("departure_id");--> statement-breakpoint
CREATE INDEX "loose_grants_granted_by" ON "loose_grants" USING btree ("granted_by");--> statement-breakpoint
CREATE INDEX "loose_grants_user_id" ON "loose_grants" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "owner_calls_handled_at" ON "owner_calls" USING btree ("handled_at");--> statement-breakpoint
CREATE INDEX "share_deletions_open" ON "share_deletions" USING btree ("next_attempt_at") WHERE "share_deletions"."state" = 'deleting';--> statement-breakpoint
CREATE INDEX "share_deletions_troubled" ON "share_deletions" USING btree ("user_id","updated_at") WHERE "share_deletions"."state" in ('failed', 'unclear');--> statement-breakpoint
CREATE INDEX "share_deletions_user" ON "share_deletions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "social_connections_active_since" ON "social_connections" USING btree ("active_since");--> statement-breakpoint
CREATE INDEX "social_shares_scheduled" ON "social_shares" USING btree ("user_id","share_request_id") WHERE "social_shares"."status" = 'scheduled';--> statement-breakpoint
-- by hand: what waits for accounts that were connected before goes on as it did, not because of this migration
UPDATE "social_connections" SET "active_since" = "authorised_at";--> statement-breakpoint
-- by hand: accounts without tokens that were taken for working ask to be reconnected
UPDATE "social_connections" SET "status" = 'reconnect', "error_code" = 'no-tokens', "error_told" = NULL,
  "error_message" = 'This connection has ended. Reconnect the account.', "tell_at" = now()
WHERE "status" = 'active' AND "revoked_at" IS NULL AND "access_token_enc" IS NULL;--> statement-breakpoint
-- by hand: the rows that are there are looked at apart
ALTER TABLE "social_connections" ADD CONSTRAINT "social_connections_active_has_tokens" CHECK ("social_connections"."status" <> 'active' or "social_connections"."revoked_at" is not null or "social_connections"."access_token_enc" is not null) NOT VALID;--> statement-breakpoint
-- by hand
ALTER TABLE "social_connections" VALIDATE CONSTRAINT "social_connections_active_has_tokens";--> statement-breakpoint
-- by hand: what earlier versions left otherwise than the constraints have it.
UPDATE "social_shares" SET "lease_id" = null, "lease_until" = null WHERE "lease_id" is not null AND "status" not in ('queued', 'sending');--> statement-breakpoint
UPDATE "social_shares" SET "first_sent_at" = coalesce("sent_at", "updated_at") WHERE "status" in ('sending', 'unconfirmed') AND "first_sent_at" is null;--> statement-breakpoint
UPDATE "social_shares" SET "status" = 'sending' WHERE "status" = 'queued' AND "first_sent_at" is not null;--> statement-breakpoint
UPDATE "social_shares" SET "status" = 'unconfirmed', "withdrawn" = true WHERE "status" in ('scheduled', 'cancelled') AND "first_sent_at" is not null;--> statement-breakpoint
-- by hand: what was disconnected, or is a blocked person's, waits no longer, and does not come back with the account.
UPDATE "social_shares" SET
  "status" = case when "first_sent_at" is null then 'cancelled' else 'unconfirmed' end, "withdrawn" = "first_sent_at" is not null,
  "lease_id" = null, "lease_until" = null, "next_attempt_at" = null, "tell_at" = null,
  "error_told" = case when "social_shares"."status" = 'unconfirmed' then "error_told" end,
  "error_code" = case when "social_shares"."status" = 'unconfirmed' then "error_code"
    when "ended"."by_block" and "first_sent_at" is null then null when "ended"."by_block" then 'blocked' else 'disconnected' end,
  "error_message" = case when "social_shares"."status" = 'unconfirmed' then "error_message"
    when "ended"."by_block" and "first_sent_at" is null then null
    when "ended"."by_block" then 'The account was blocked before it was known whether the post is there.'
    when "first_sent_at" is null then 'The account was disconnected before this was sent.'
    else 'The account was disconnected while this was on its way. It may have been posted: look at your profile.' end
FROM (SELECT "social_connections"."id", "revoked_at" is null as "by_block" FROM "social_connections"
  JOIN "users" ON "users"."id" = "user_id" WHERE "revoked_at" is not null OR "blocked_at" is not null) as "ended"
WHERE "ended"."id" = "connection_id" AND "social_shares"."status" in ('scheduled', 'queued', 'sending', 'reconnect', 'unconfirmed');--> statement-breakpoint
-- by hand: looked at apart. All of this is one transaction: others wait until it is through, about two seconds with 200,000 shares.
ALTER TABLE "social_shares" ADD CONSTRAINT "social_shares_in_hand" CHECK ("social_shares"."lease_id" is null or "social_shares"."status" in ('queued', 'sending')) NOT VALID;--> statement-breakpoint
ALTER TABLE "social_shares" ADD CONSTRAINT "social_shares_sent" CHECK (case when "social_shares"."status" = 'sending' then "social_shares"."first_sent_at" is not null
        when "social_shares"."status" in ('scheduled', 'queued', 'cancelled') then "social_shares"."first_sent_at" is null
        else true end) NOT VALID;--> statement-breakpoint
ALTER TABLE "social_shares" VALIDATE CONSTRAINT "social_shares_in_hand";--> statement-breakpoint
ALTER TABLE "social_shares" VALIDATE CONSTRAINT "social_shares_sent";
