CREATE TABLE "page_previews" (
	"name_hash" text PRIMARY KEY NOT NULL,
	"bytes" "bytea",
	"type" text,
	"width" integer,
	"height" integer,
	"size" integer,
	"fetched_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "read_pages" (
	"url" text PRIMARY KEY NOT NULL,
	"metadata" jsonb,
	"problem" text,
	"read_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "page_previews_fetched_at" ON "page_previews" USING btree ("fetched_at");--> statement-breakpoint
CREATE INDEX "read_pages_read_at" ON "read_pages" USING btree ("read_at");--> statement-breakpoint
CREATE INDEX "share_requests_url" ON "share_requests" USING btree ("url");