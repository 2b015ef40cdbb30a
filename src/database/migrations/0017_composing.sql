CREATE TABLE "hashtag_sets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"tags" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "own_pictures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name_hash" text NOT NULL,
	"user_id" text,
	"address" text,
	"type" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"size" integer NOT NULL,
	"bytes" "bytea",
	"small" "bytea" NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "own_pictures_name_hash" UNIQUE("name_hash")
);
--> statement-breakpoint
CREATE TABLE "post_templates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"connection_id" uuid,
	"group_id" uuid,
	"text" text NOT NULL,
	CONSTRAINT "post_templates_of_one" CHECK (("post_templates"."connection_id" is null) <> ("post_templates"."group_id" is null))
);
--> statement-breakpoint
CREATE TABLE "social_drafts" (
	"user_id" text NOT NULL,
	"id" uuid NOT NULL,
	"url" text NOT NULL,
	"page" jsonb NOT NULL,
	"fields" jsonb NOT NULL,
	"revision" integer NOT NULL,
	"writer" uuid NOT NULL,
	"written_at" bigint NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"discarded_at" timestamp with time zone,
	CONSTRAINT "social_drafts_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
ALTER TABLE "heartbeats" ADD COLUMN "trail" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "share_requests" ADD COLUMN "pictures" jsonb;--> statement-breakpoint
ALTER TABLE "share_requests" ADD COLUMN "site_name" text;--> statement-breakpoint
ALTER TABLE "share_requests" ADD COLUMN "keywords" jsonb;--> statement-breakpoint
ALTER TABLE "hashtag_sets" ADD CONSTRAINT "hashtag_sets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "own_pictures" ADD CONSTRAINT "own_pictures_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_templates" ADD CONSTRAINT "post_templates_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_templates" ADD CONSTRAINT "post_templates_connection_id_social_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."social_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_templates" ADD CONSTRAINT "post_templates_group_id_account_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."account_groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "social_drafts" ADD CONSTRAINT "social_drafts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "hashtag_sets_user_name" ON "hashtag_sets" USING btree ("user_id","name");--> statement-breakpoint
CREATE INDEX "own_pictures_user" ON "own_pictures" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "own_pictures_used_at" ON "own_pictures" USING btree ("used_at");--> statement-breakpoint
CREATE UNIQUE INDEX "post_templates_connection" ON "post_templates" USING btree ("user_id","connection_id");--> statement-breakpoint
CREATE UNIQUE INDEX "post_templates_group" ON "post_templates" USING btree ("user_id","group_id");--> statement-breakpoint
CREATE INDEX "post_templates_of_connection" ON "post_templates" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "post_templates_of_group" ON "post_templates" USING btree ("group_id");--> statement-breakpoint
CREATE INDEX "social_drafts_user_url" ON "social_drafts" USING btree ("user_id","url");--> statement-breakpoint
CREATE INDEX "social_drafts_updated_at" ON "social_drafts" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "social_drafts_discarded_at" ON "social_drafts" USING btree ("discarded_at");