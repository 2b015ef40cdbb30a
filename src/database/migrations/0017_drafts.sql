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
ALTER TABLE "social_drafts" ADD CONSTRAINT "social_drafts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "social_drafts_user_url" ON "social_drafts" USING btree ("user_id","url");--> statement-breakpoint
CREATE INDEX "social_drafts_updated_at" ON "social_drafts" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "social_drafts_discarded_at" ON "social_drafts" USING btree ("discarded_at");