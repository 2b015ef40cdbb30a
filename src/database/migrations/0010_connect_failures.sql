CREATE TABLE "connect_failures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"platform" text NOT NULL,
	"error_code" text NOT NULL,
	"error_message" text NOT NULL,
	"error_told" jsonb,
	"http_status" integer,
	"operator_fault" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "connect_failures_created_at" ON "connect_failures" USING btree ("created_at");