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
CREATE TABLE "restorations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sign" text NOT NULL,
	"since" timestamp with time zone,
	"shares" integer NOT NULL,
	"connections" integer NOT NULL,
	"noticed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "social_shares" ADD COLUMN "look_since" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "backups_started_at" ON "backups" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "restorations_noticed_at" ON "restorations" USING btree ("noticed_at");