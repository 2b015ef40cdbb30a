CREATE TABLE "rate_budgets" (
	"scope" text PRIMARY KEY NOT NULL,
	"remaining" integer NOT NULL,
	"resets_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "social_shares_open";--> statement-breakpoint
ALTER TABLE "social_connections" ADD COLUMN "tell_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "social_shares" ADD COLUMN "user_id" text;--> statement-breakpoint
UPDATE "social_shares" SET "user_id" = "share_requests"."user_id" FROM "share_requests" WHERE "share_requests"."id" = "social_shares"."share_request_id";--> statement-breakpoint
ALTER TABLE "social_shares" ALTER COLUMN "user_id" SET NOT NULL;--> statement-breakpoint
UPDATE "social_shares" SET "next_attempt_at" = now() WHERE "status" in ('queued', 'sending') AND "next_attempt_at" IS NULL;--> statement-breakpoint
ALTER TABLE "social_shares" ADD COLUMN "tell_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "mail_notices" text DEFAULT 'problems' NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "notified_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "outcomes_seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "social_shares" ADD CONSTRAINT "social_shares_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "social_connections_tell" ON "social_connections" USING btree ("tell_at") WHERE "social_connections"."tell_at" is not null;--> statement-breakpoint
CREATE INDEX "social_shares_user" ON "social_shares" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "social_shares_due" ON "social_shares" USING btree ("next_attempt_at") WHERE "social_shares"."status" in ('scheduled', 'queued', 'sending') and "social_shares"."next_attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "social_shares_leased" ON "social_shares" USING btree ("lease_until") WHERE "social_shares"."lease_until" is not null;--> statement-breakpoint
CREATE INDEX "social_shares_waiting" ON "social_shares" USING btree ("updated_at") WHERE "social_shares"."status" in ('queued', 'sending') and "social_shares"."next_attempt_at" is null and "social_shares"."lease_until" is null;--> statement-breakpoint
CREATE INDEX "social_shares_troubled" ON "social_shares" USING btree ("user_id","updated_at") WHERE "social_shares"."status" in ('rejected', 'reconnect', 'failed', 'unconfirmed');--> statement-breakpoint
CREATE INDEX "social_shares_tell" ON "social_shares" USING btree ("tell_at") WHERE "social_shares"."tell_at" is not null;--> statement-breakpoint
CREATE INDEX "social_shares_open" ON "social_shares" USING btree ("user_id") WHERE "social_shares"."status" in ('queued', 'sending');