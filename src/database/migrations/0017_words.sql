CREATE TABLE "hashtag_sets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"tags" text NOT NULL
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
ALTER TABLE "share_requests" ADD COLUMN "site_name" text;--> statement-breakpoint
ALTER TABLE "share_requests" ADD COLUMN "keywords" jsonb;--> statement-breakpoint
ALTER TABLE "hashtag_sets" ADD CONSTRAINT "hashtag_sets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_templates" ADD CONSTRAINT "post_templates_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_templates" ADD CONSTRAINT "post_templates_connection_id_social_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."social_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_templates" ADD CONSTRAINT "post_templates_group_id_account_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."account_groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "hashtag_sets_user_name" ON "hashtag_sets" USING btree ("user_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "post_templates_connection" ON "post_templates" USING btree ("user_id","connection_id");--> statement-breakpoint
CREATE UNIQUE INDEX "post_templates_group" ON "post_templates" USING btree ("user_id","group_id");--> statement-breakpoint
CREATE INDEX "post_templates_of_connection" ON "post_templates" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "post_templates_of_group" ON "post_templates" USING btree ("group_id");