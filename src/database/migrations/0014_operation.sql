CREATE TABLE "backups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"bytes" bigint,
	"is_in_bucket" boolean DEFAULT false NOT NULL,
	"problem" text
);
--> statement-breakpoint
CREATE TABLE "heartbeats" (
	"id" integer PRIMARY KEY NOT NULL,
	"life" uuid NOT NULL,
	"beat" bigint NOT NULL,
	"beaten_at" timestamp with time zone NOT NULL,
	"service_time" timestamp with time zone NOT NULL,
	"writer" text,
	"timeline" text
);
--> statement-breakpoint
CREATE TABLE "letters" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"priority" integer NOT NULL,
	"letter_enc" text,
	"user_id" text,
	"recipient_hash" text,
	"expires_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"error_code" text,
	"failed_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_server" (
	"id" text PRIMARY KEY NOT NULL,
	"retry_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"last_sent_at" timestamp with time zone,
	"last_failed_at" timestamp with time zone,
	"last_failure_code" text
);
--> statement-breakpoint
CREATE TABLE "restorations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sign" text NOT NULL,
	"since" timestamp with time zone,
	"shares" integer NOT NULL,
	"connections" integer NOT NULL,
	"noticed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "troubles" (
	"name" text NOT NULL,
	"process_id" uuid NOT NULL,
	"details" jsonb NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "troubles_name_process_id_pk" PRIMARY KEY("name","process_id")
);
--> statement-breakpoint
ALTER TABLE "audit_heads" ADD COLUMN "removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "social_shares" ADD COLUMN "look_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "letters" ADD CONSTRAINT "letters_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "backups_started_at" ON "backups" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "letters_due" ON "letters" USING btree ("priority","due_at") WHERE "letters"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "letters_recipient" ON "letters" USING btree ("recipient_hash") WHERE "letters"."recipient_hash" is not null;--> statement-breakpoint
CREATE INDEX "letters_failed" ON "letters" USING btree ("failed_at") WHERE "letters"."failed_at" is not null;--> statement-breakpoint
CREATE INDEX "letters_ended" ON "letters" USING btree ("ended_at") WHERE "letters"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "letters_user" ON "letters" USING btree ("user_id") WHERE "letters"."user_id" is not null;--> statement-breakpoint
CREATE INDEX "restorations_noticed_at" ON "restorations" USING btree ("noticed_at");--> statement-breakpoint
CREATE INDEX "share_attempts_started_at" ON "share_attempts" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "share_requests_created_at" ON "share_requests" USING btree ("created_at","id");